public import HTTPServer

/// The name of the cookie that holds a browser's session.
public let sessionCookieName = "wright_session"

/// Opens and closes browsers' sessions; made by whoever keeps the tokens, used by the pages.
public struct Sessions: Sendable {
  /// How long a session lasts, for the cookie's `Max-Age`.
  public var length: Duration
  /// Opens a session for the user whose API token this is and returns the cookie's value; nil for a wrong token.
  public var signIn: @Sendable (_ token: String) async throws -> String?
  /// Closes the session of the request's cookie; one without a session is fine.
  public var signOut: @Sendable (HTTPRequest) async throws -> Void

  /// Sessions.
  public init(
    length: Duration, signIn: @escaping @Sendable (_ token: String) async throws -> String?,
    signOut: @escaping @Sendable (HTTPRequest) async throws -> Void
  ) {
    self.length = length
    self.signIn = signIn
    self.signOut = signOut
  }
}
