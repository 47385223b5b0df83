internal import Artifacts
internal import Files
internal import Lifecycle
internal import Logs
internal import Queue
internal import Store

extension Error {
  /// True where a disk is full: what failed can be done once there is space again.
  var isNoSpace: Bool {
    switch self {
    case let error as FileError: error.isNoSpace
    case let error as DatabaseError: error.code == .full
    default: false
    }
  }
}

extension Error {
  /// Why a store that is not on this machine does not work now, for the operator; nil for other errors. What failed can
  /// be done once it works again.
  fileprivate var absence: String? {
    if case .unavailable(let reason)? = self as? ArtifactStoreError { return reason }
    if case .unavailable(let reason)? = self as? LogError { return reason }
    return nil
  }
}

extension Scheduler {
  /// Runs `body`, and says a full disk, or a bucket that is away, in the queue's words: `what` is what could not be done.
  func sayingNoSpace<Result>(_ what: @autoclosure () -> String, _ body: () async throws -> Result) async throws
    -> Result
  {
    do { return try await body() } catch  where error.isNoSpace {
      // The system's own words hold paths, which are nothing for the build's owner.
      log.debug("disk full", ["what": what(), "error": "\(error)"])
      throw QueueError.noSpace(what())
    } catch {
      guard let absence = error.absence else { throw error }
      log.warning("the bucket does not work, waiting for it", ["what": what(), "error": absence])
      throw QueueError.unavailable("\(what()): \(error)")
    }
  }
}
