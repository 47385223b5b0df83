internal import HTTPServer
internal import Model
internal import Routing

extension WebUI {
  /// Signing in and out.
  var signInRoutes: [Route] {
    [
      Route("GET", "/sign-in", access: .open) { request in
        let next = Self.ownPath(request.http.query("next"))
        return respond(signInPage(next: next, isWrong: false), user: nil)
      },
      Route("POST", "/sign-in", access: .open) { request in
        // Else another site could sign its visitors in as somebody else, who would then see what they submit.
        if request.http.isFromOtherSite { throw Problem(403, "Sign in from this server's own page.") }
        let form = try await request.form()
        let next = Self.ownPath(form["next"])
        let token = (form["token"] ?? "").filter { !$0.isWhitespace }
        guard let session = try await dependencies.sessions.signIn(token) else {
          return respond(signInPage(next: next, isWrong: true), user: nil, status: 401)
        }
        let age = dependencies.sessions.length.milliseconds / 1000
        return HTTPResponse(
          status: 303,
          headers: [
            "Location": next, "Cache-Control": "no-store",
            "Set-Cookie": Self.cookie(session, maxAge: age, isSecure: request.http.isSecure),
          ])
      },
      Route("POST", "/sign-out", access: .page) { request in
        try await dependencies.sessions.signOut(request.http)
        return HTTPResponse(
          status: 303,
          headers: [
            "Location": "/sign-in", "Cache-Control": "no-store",
            "Set-Cookie": Self.cookie("", maxAge: 0, isSecure: request.http.isSecure),
          ])
      },
    ]
  }

  private func signInPage(next: String, isWrong: Bool) -> Page {
    Page(
      title: "Sign in", name: "sign-in",
      body: SignInView(next: next, isWrong: isWrong, tokenPath: dependencies.tokenPath).html)
  }

  /// The cookie of a session. No script may read it, and no other site's page may send it.
  static func cookie(_ value: String, maxAge: Int64, isSecure: Bool) -> String {
    "\(sessionCookieName)=\(value); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(maxAge)"
      + (isSecure ? "; Secure" : "")
  }

  /// A path of this server to go to; `/` for anything that could lead elsewhere. Browsers read `\` as `/` and leave
  /// out tabs and newlines, so a path with those is none of ours.
  static func ownPath(_ text: String?) -> String {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/sign-"),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return "/" }
    return text
  }
}
