/// Why a request failed, with the host that it was for.
public struct HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What to make of it.
  public enum Kind: Sendable, Hashable {
    /// The URL, a header or the body cannot be sent.
    case invalidRequest
    /// No connection: the name is unknown, nobody listens, or the network does not lead there. Nothing was sent.
    case unreachable
    /// A time limit passed.
    case timedOut
    /// The certificate or the TLS handshake was not accepted.
    case untrusted
    /// The connection broke, or what came was not HTTP.
    case broken
    /// The answer is larger than allowed.
    case tooLarge
  }

  /// What to make of it.
  public var kind: Kind
  /// `host:port`; never the rest of the URL, which may hold secrets.
  public var host: String
  /// The reason in words.
  public var reason: String

  /// `cannot reach 127.0.0.1:8080: connection refused`
  public var description: String {
    switch kind {
    case .invalidRequest: "invalid request to \(host): \(reason)"
    case .unreachable: "cannot reach \(host): \(reason)"
    case .timedOut: "no answer from \(host) in time: \(reason)"
    case .untrusted: "cannot trust \(host): \(reason)"
    case .broken: "the connection to \(host) broke: \(reason)"
    case .tooLarge: "the answer of \(host) is too large: \(reason)"
    }
  }
}
