/// How callers show who they are: by `Authorization: Bearer`, over gRPC in the metadata `authorization`.
public enum Authentication: Sendable, Hashable {
  /// By one of the tokens that this variable of the environment holds, separated by commas.
  case bearer(variable: String)
  /// By a JWT signed with HS256 and the secret in this variable of the environment, which has not expired, and has
  /// this issuer and audience where they are not nil.
  case jwt(variable: String, issuer: String?, audience: String?)

  /// The variable of the environment that holds the secret.
  public var variable: String {
    switch self {
    case .bearer(let variable), .jwt(let variable, _, _): variable
    }
  }
}
