/// How git is used.
public struct GitSettings: Sendable {
  /// A private folder for what git programs need (configuration, credentials), made where it does not exist. Nothing
  /// in it is needed after a restart.
  public var scratch: String
  /// The transports that addresses may use: `https`, `ssh`, `git`, and `file` and `http` where wanted.
  public var protocols: [String]
  /// Variables that git gets beside those that Wright sets: `PATH`, proxies, certificates.
  public var environment: [(name: String, value: String)]

  /// Settings for git.
  public init(
    scratch: String, protocols: [String] = ["https", "ssh", "git"], environment: [(name: String, value: String)] = []
  ) {
    self.scratch = scratch
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
