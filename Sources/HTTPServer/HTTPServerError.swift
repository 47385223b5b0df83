/// Why a server could not be started.
public enum HTTPServerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Another process listens there.
  case addressInUse(host: String, port: Int)
  /// The system refuses the address, with its words.
  case cannotListen(host: String, port: Int, reason: String)
  /// A value of the configuration is out of range.
  case invalidConfiguration(String)
  /// The server was started before.
  case alreadyStarted

  /// One sentence that names the value and says what to do.
  public var description: String {
    switch self {
    case .addressInUse(let host, let port):
      "cannot listen on \(host):\(port): address in use; stop the program that listens there or choose another port"
    case .cannotListen(let host, let port, let reason): "cannot listen on \(host):\(port): \(reason)"
    case .invalidConfiguration(let reason): "invalid server configuration: \(reason)"
    case .alreadyStarted: "the server was started before; make a new one"
    }
  }
}
