/// How git is used.
public struct GitSettings: Sendable {
  /// A private folder for what git programs need (configuration, credentials), made where it does not exist. Nothing
  /// in it is needed after a restart.
  public var scratch: String
  /// The transports that addresses may use: `https`, `ssh`, `git`, and `file` and `http` where wanted.
  public var protocols: [String]
  /// Variables that git gets beside those that Wright sets: `PATH`, proxies, certificates.
  public var environment: [(name: String, value: String)]

  /// Where mirrors are kept, and how much of them.
  public struct Mirrors: Sendable {
    /// A folder of its own, made where it does not exist.
    public var folder: String
    /// Bytes, of all together; those in use may exceed it.
    public var limit: Int64

    /// Mirrors in `folder`.
    public init(folder: String, limit: Int64 = 5 << 30) {
      self.folder = folder
      self.limit = limit
    }
  }
  /// Mirrors of cloned repositories.
  public var mirrors: Mirrors

  /// Settings for git. Mirrors are beside `scratch` where nothing else is said.
  public init(
    scratch: String, protocols: [String] = ["https", "ssh", "git"], environment: [(name: String, value: String)] = [],
    mirrors: Mirrors? = nil
  ) {
    self.scratch = scratch
    self.mirrors = mirrors ?? Mirrors(folder: "\(scratch)-mirrors")
    self.protocols = protocols
    self.environment = environment
  }

  /// Those of `environment` that git may need to reach a server: search path, proxies, certificates, the ssh agent.
  public static func inherited(_ environment: [String: String]) -> [(name: String, value: String)] {
    let names = [
      "PATH", "http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY",
      "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "SSH_AUTH_SOCK",
    ]
    return names.compactMap { name in environment[name].map { (name, $0) } }
  }
}
