internal import Concurrency
internal import HTTPClient

/// The client of one bucket, by S3's protocol: requests are signed, made again with growing and random pauses where they
/// failed for the moment, and answered in constant memory. Safe from any task.
///
/// Keys are relative to the address's prefix.
public final class BucketClient: Sendable {
  /// How a client works.
  public struct Options: Sendable {
    /// How long a request is made again that failed for the moment.
    public var patience: Duration
    /// The same for requests that somebody waits for who only reads.
    public var readPatience: Duration
    /// Connections that are kept open for later requests.
    public var keptConnections: Int
    /// Hears, in a sentence, of each request that is made again.
    public var log: @Sendable (String) -> Void
    /// How it waits; tests do not.
    public var pause: @Sendable (Duration) async throws -> Void

    /// The usual ones.
    public init(
      patience: Duration = .seconds(90), readPatience: Duration = .seconds(15), keptConnections: Int = 16,
      log: @escaping @Sendable (String) -> Void = { _ in },
      pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
      self.patience = patience
      self.readPatience = readPatience
      self.keptConnections = keptConnections
      self.log = log
      self.pause = pause
    }
  }

  /// The longest answer that is no object, in bytes: a list of 1,000 keys is 400 KB.
  static let answerLimit = 16 << 20
  /// A transfer that stands still for so long has failed.
  private static let stall = Duration.seconds(60)

  /// Where the bucket is.
  public let address: BucketAddress
  let options: Options
  let credentials: BucketCredentials
  private let http: HTTPClient
  private let figures: Lock<BucketStatistics>

  /// A client. Nothing is asked yet.
  public init(_ address: BucketAddress, _ credentials: BucketCredentials, _ options: Options = Options()) {
    self.address = address
    self.credentials = credentials
    self.options = options
    figures = Lock(BucketStatistics())
    let signing = HTTPClient.Configuration.Signing(
      accessKey: credentials.accessKey, secret: credentials.secret, region: address.region, service: "s3")
    http = HTTPClient(
      configuration: .init(keptConnections: options.keptConnections, stallTimeout: Self.stall, signing: signing))
  }

  private init(_ other: BucketClient, _ options: Options) {
    address = other.address
    self.options = options
    credentials = other.credentials
    http = other.http
    figures = other.figures
  }

  /// The same client with another patience for what it stores; connections and figures are shared.
  public func patient(for patience: Duration) -> BucketClient {
    var options = options
    options.patience = patience
    return BucketClient(self, options)
  }

  /// What it has done so far.
  public var statistics: BucketStatistics { figures.withLock { $0 } }

  func count(_ change: (inout BucketStatistics) -> Void) { figures.withLock { change(&$0) } }

  /// Sends a request until it has an answer that is not for the moment only, and returns what `take` makes of that. What
  /// `take` throws of the connection's counts as a failure for the moment too.
  func send<Result: Sendable>(
    _ request: BucketRequest, _ take: @Sendable (HTTPClientResponse) async throws -> Result
  ) async throws -> Result {
    var plan = RetryPlan(limit: request.patience ?? options.patience)
    while true {
      let failure: ObjectStorageError
      var told: Duration?
      do {
        let response = try await once(request)
        if request.takes(response.status) {
          let result = try await take(response)
          count { $0.isAnswering = true }
          return result
        }
        let refusal = try await BucketRefusal(response, to: request, of: address, hiding: credentials)
        count { $0.isAnswering = !refusal.isTemporary }
        guard refusal.isTemporary else { throw refusal.error }
        failure = refusal.error
        told = RetryPlan.told(response.headers["Retry-After"])
      } catch let error as HTTPClientError {
        failure = try temporary(error, request)
      }
      count { $0.failures += 1 }
      guard let wait = plan.next(told: told, random: .random(in: 0...1)) else {
        let waited = plan.waited.components.seconds
        throw ObjectStorageError(.unavailable, "\(failure); tried for \(waited) s")
      }
      options.log("\(failure); trying again")
      try await options.pause(wait)
    }
  }

  /// Sends a request and reads its answer, which is no object.
  func answer(_ request: BucketRequest) async throws -> (status: Int, headers: HTTPClientHeaders, body: [UInt8]) {
    try await send(request) { response in
      (response.status, response.headers, try await response.body.collect(upTo: Self.answerLimit))
    }
  }

  private func once(_ request: BucketRequest) async throws -> HTTPClientResponse {
    var headers = request.headers
    headers.add("x-amz-content-sha256", request.sha256 ?? "UNSIGNED-PAYLOAD")
    if let token = credentials.sessionToken { headers.add("x-amz-security-token", token) }
    count { $0.requests += 1 }
    return try await http.send(method: request.method, url: request.url, headers: headers, body: request.body)
  }

  /// The failure of a connection; throws where another one would fail in the same way.
  private func temporary(_ error: HTTPClientError, _ request: BucketRequest) throws -> ObjectStorageError {
    switch error.kind {
    case .unreachable, .timedOut, .broken:
      count { $0.isAnswering = false }
      return ObjectStorageError(.unavailable, "\(request.what): \(error)")
    case .invalidRequest: throw ObjectStorageError(.unreadable, "\(request.what): \(error)")
    case .untrusted: throw ObjectStorageError(.denied, "\(request.what): \(error); check the endpoint's certificate")
    case .tooLarge: throw ObjectStorageError(.refused, "\(request.what): \(error)")
    }
  }
}

/// A request to a bucket.
struct BucketRequest: Sendable {
  var method: String
  var url: String
  /// What it is for, in words: `uploading blobs/ab/cd`.
  var what: String
  var headers: HTTPClientHeaders = [:]
  var body: HTTPClientRequestBody = .none
  /// Of the body, as 64 hexadecimal digits: the signature covers it then.
  var sha256: String?
  /// Statuses beside 200 to 299 that are answers and no errors.
  var taken: Set<Int> = []
  /// Nil for the client's usual one.
  var patience: Duration?

  init(_ method: String, _ url: String, _ what: String) {
    self.method = method
    self.url = url
    self.what = what
  }

  func takes(_ status: Int) -> Bool { (200...299).contains(status) || taken.contains(status) }
}
