internal import Model

extension ProgressChange: Codable {
  private enum Kind: String, Codable { case started, finished, commit, results, nix, service }

  private enum CodingKeys: String, CodingKey {
    case kind = "type"
    case job, at, status, commit, results, nix, service
    case exitCode = "exit_code"
  }

  /// Reads `{"type":"finished","job":5,"status":"passed","exit_code":0,"at":"..."}` and its like.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func job() throws -> JobID { try values.decode(JobID.self, forKey: .job) }
    func time() throws -> Timestamp { try values.decode(Timestamp.self, forKey: .at) }
    switch try values.decode(Kind.self, forKey: .kind) {
    case .started: self = .started(try job(), at: try time())
    case .finished:
      self = .finished(
        try job(), try values.decode(Status.self, forKey: .status),
        exitCode: try values.decodeIfPresent(Int32.self, forKey: .exitCode), at: try time())
    case .commit: self = .commit(try values.decode(String.self, forKey: .commit))
    case .results: self = .results(try job(), try values.decode(ResultBatch.self, forKey: .results))
    case .nix: self = .nix(try job(), try values.decode(NixProgress.self, forKey: .nix))
    case .service: self = .service(try values.decode(ServiceProgress.self, forKey: .service))
    }
  }

  /// Writes the same.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .started(let job, let time):
      try values.encode(Kind.started, forKey: .kind)
      try values.encode(job, forKey: .job)
      try values.encode(time, forKey: .at)
    case .finished(let job, let status, let exitCode, let time):
      try values.encode(Kind.finished, forKey: .kind)
      try values.encode(job, forKey: .job)
      try values.encode(status, forKey: .status)
      try values.encodeIfPresent(exitCode, forKey: .exitCode)
      try values.encode(time, forKey: .at)
    case .commit(let hash):
      try values.encode(Kind.commit, forKey: .kind)
      try values.encode(hash, forKey: .commit)
    case .results(let job, let batch):
      try values.encode(Kind.results, forKey: .kind)
      try values.encode(job, forKey: .job)
      try values.encode(batch, forKey: .results)
    case .nix(let job, let progress):
      try values.encode(Kind.nix, forKey: .kind)
      try values.encode(job, forKey: .job)
      try values.encode(progress, forKey: .nix)
    case .service(let progress):
      try values.encode(Kind.service, forKey: .kind)
      try values.encode(progress, forKey: .service)
    }
  }

  /// The same, its time later by `shift`.
  public func shifted(by shift: Duration) -> ProgressChange {
    switch self {
    case .started(let job, let time): .started(job, at: time + shift)
    case .finished(let job, let status, let exitCode, let time):
      .finished(job, status, exitCode: exitCode, at: time + shift)
    case .commit, .results, .nix, .service: self
    }
  }
}
