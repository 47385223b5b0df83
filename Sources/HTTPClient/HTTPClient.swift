internal import Concurrency

/// An HTTP/1.1 client over libcurl: one thread moves all transfers, and connections are kept and used again.
///
/// Redirects are not followed: the caller sees them. Only `http` and `https`.
public final class HTTPClient: Sendable {
  /// How a client connects.
  public struct Configuration: Sendable {
    /// The longest time until a connection stands, TLS included.
    public var connectTimeout: Duration
    /// The longest time for a whole transfer, its body included; nil for none.
    public var timeout: Duration?
    /// A Unix socket to connect to, whatever the URL's host.
    public var unixSocket: String?
    /// A PEM file of authorities to trust instead of the system's.
    public var authorities: String?
    /// Connections that are kept open for later requests.
    public var keptConnections: Int
    /// How long a transfer may stand still before it has failed; nil for ever. Time in which the caller does not read
    /// the answer does not count. In whole seconds.
    public var stallTimeout: Duration?
    /// How requests are signed; nil where they are not.
    public var signing: Signing?

    /// Signatures of Amazon's version 4, which S3 and what speaks like it want.
    public struct Signing: Sendable {
      let scope: String
      let user: String
      let password: String

      /// A signature by this key for a service (`s3`) in a region. Each request brings `x-amz-content-sha256` itself.
      public init(accessKey: String, secret: String, region: String, service: String) {
        scope = "aws:amz:\(region):\(service)"
        user = accessKey
        password = secret
      }
    }

    /// A configuration.
    public init(
      connectTimeout: Duration = .seconds(10), timeout: Duration? = nil, unixSocket: String? = nil,
      authorities: String? = nil, keptConnections: Int = 16, stallTimeout: Duration? = nil, signing: Signing? = nil
    ) {
      self.connectTimeout = connectTimeout
      self.timeout = timeout
      self.unixSocket = unixSocket
      self.authorities = authorities
      self.keptConnections = keptConnections
      self.stallTimeout = stallTimeout
      self.signing = signing
    }
  }

  private let configuration: Configuration
  private let loop: TransferLoop

  /// A client. Answers that it has given can be read on when it is gone.
  public init(configuration: Configuration = Configuration()) {
    self.configuration = configuration
    loop = TransferLoop(keptConnections: configuration.keptConnections)
  }

  deinit { loop.stop() }

  /// Sends a request and returns once the head of the answer is there; its body is read from the response, which ends
  /// the transfer when it goes unread. Any status is an answer, not an error. Throws `HTTPClientError`, or
  /// `CancellationError` when the task is cancelled, which ends the transfer.
  public func send(
    method: String = "GET", url: String, headers: HTTPClientHeaders = [:], body: HTTPClientRequestBody = .none
  ) async throws -> HTTPClientResponse {
    let request = try PreparedRequest(
      method: method, url: url, headers: headers, body: body, configuration: configuration)
    let transfer = Transfer(request: request, loop: loop)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in transfer.start(continuation) }
    } onCancel: {
      transfer.cancel()
    }
  }
}
