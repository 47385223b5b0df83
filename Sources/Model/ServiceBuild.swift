/// What a build of a service is about, and what came of it so far.
public struct ServiceBuild: Codable, Sendable, Hashable {
  /// The service.
  public var service: ServiceID
  /// Its name.
  public var name: String
  /// The revision that is built.
  public var revision: Int64
  /// What a person calls the build.
  public var tag: String
  /// What is on the forge.
  public var progress: ServiceProgress

  /// A build of a service.
  public init(
    service: ServiceID, name: String, revision: Int64, tag: String, progress: ServiceProgress = ServiceProgress()
  ) {
    self.service = service
    self.name = name
    self.revision = revision
    self.tag = tag
    self.progress = progress
  }

  /// The branch that is pushed.
  public var branch: String { serviceBranch(tag: tag) }
}

/// What of a service's build is on the forge.
public struct ServiceProgress: Codable, Sendable, Hashable {
  /// What the pushed branch points at: 40 or 64 hexadecimal digits.
  public var commit: String?
  /// The merge request.
  public var mergeRequest: MergeRequest?

  /// Progress.
  public init(commit: String? = nil, mergeRequest: MergeRequest? = nil) {
    self.commit = commit
    self.mergeRequest = mergeRequest
  }

  /// False for what is no commit, or no address that a page may link to.
  public var isValid: Bool {
    let hasCommit =
      commit.map { hash in
        [40, 64].contains(hash.utf8.count)
          && hash.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
      } ?? true
    let hasAddress =
      mergeRequest.map { request in
        request.url.utf8.count <= 2048 && request.url.utf8.allSatisfy { $0 > 32 && $0 != 127 }
          && ["https://", "http://"].contains { request.url.utf8.starts(with: $0.utf8) }
      } ?? true
    return hasCommit && hasAddress
  }
}

/// How far a service's build is, in the words of its pages.
public enum ServiceStage: String, Sendable, Hashable, CaseIterable {
  /// Registered and queued.
  case triggered = "TRIGGERED"
  /// Taken by an agent.
  case running = "RUNNING"
  /// The merge request is open.
  case success = "SUCCESS"
  /// Something of the configuration or on the forge is not as it must be.
  case failure = "FAILURE"
}

extension Status {
  /// The same in the words of services.
  public var serviceStage: ServiceStage {
    switch self {
    case .queued: .triggered
    case .running: .running
    case .passed, .passedWithFailures: .success
    case .failed, .killed, .timedOut, .skipped: .failure
    }
  }
}

extension Build {
  /// Why a service's build failed, as a sentence for its user; nil where it has not.
  public var serviceReason: String? {
    guard status.serviceStage == .failure else { return nil }
    switch status {
    case .killed: return "the build was killed"
    case .timedOut: return reason ?? "the build took longer than it may; build again"
    default: return reason ?? "the build failed; the log of its last job says why"
    }
  }
}
