/// A variable of the environment that a generated service reads.
public struct EnvironmentVariable: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// What holds where it is not set; nil where it must be.
  public let defaultValue: String?
  /// True where it must never be shown.
  public let isSecret: Bool
  /// A few words on what it is for.
  public let meaning: String
}

extension ResolvedService {
  /// Every variable that the service reads, in the order of its documentation.
  public var environment: [EnvironmentVariable] {
    var variables = [
      EnvironmentVariable(
        name: "HTTP_ADDR", defaultValue: ":8080", isSecret: false,
        meaning: uses(.http) ? "where HTTP requests are answered" : "where health and metrics are answered")
    ]
    if uses(.grpc) {
      variables.append(
        EnvironmentVariable(
          name: "GRPC_ADDR", defaultValue: ":9090", isSecret: false, meaning: "where gRPC calls are answered"))
    }
    variables += dataSources.map {
      EnvironmentVariable(
        name: $0.variable, defaultValue: nil, isSecret: true, meaning: "the URL of \($0.name): \($0.kind.urlForm)")
    }
    for component in components {
      guard case .auth(let authentication) = component.middleware else { continue }
      variables.append(
        EnvironmentVariable(
          name: authentication.variable, defaultValue: nil, isSecret: true,
          meaning: authentication.meaning(for: component.name)))
    }
    return variables + Self.limits
  }

  private static let limits = [
    EnvironmentVariable(
      name: "LOG_LEVEL", defaultValue: "info", isSecret: false,
      meaning: "how much an entry of the log must matter: debug, info, warn or error"),
    EnvironmentVariable(
      name: "REQUEST_TIMEOUT", defaultValue: "10s", isSecret: false, meaning: "how long a request may take"),
    EnvironmentVariable(
      name: "MAX_BODY", defaultValue: "1048576", isSecret: false,
      meaning: "how many bytes the body of a request may have"),
    EnvironmentVariable(
      name: "MAX_CONNECTIONS", defaultValue: "16", isSecret: false,
      meaning: "how many connections to each data source may be open"),
    EnvironmentVariable(
      name: "SHUTDOWN_TIMEOUT", defaultValue: "20s", isSecret: false,
      meaning: "how long requests may still take when the service is stopped"),
  ]
}

extension DataSourceType {
  /// The form of a URL of such a data source.
  public var urlForm: String {
    switch self {
    case .postgres: "postgres://user:password@host:5432/database?sslmode=require"
    case .redis: "redis://:password@host:6379/0"
    case .s3: "s3://key:secret@host/bucket?endpoint=https://host&region=us-east-1"
    }
  }
}

extension Authentication {
  fileprivate func meaning(for component: String) -> String {
    switch self {
    case .bearer: "the tokens that \(component) accepts, separated by commas"
    case .jwt: "the secret with which \(component) checks tokens (HS256)"
    }
  }
}
