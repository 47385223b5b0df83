internal import HTTPServer

/// The header fields that keep a browser from doing more with an answer than it should.
public enum SecurityHeaders {
  /// For pages: scripts, styles and connections from this server only, nothing inline, no frames around it.
  public static let pagePolicy = """
    default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
    """
  /// For everything else: nothing at all, should it ever be shown as a page.
  public static let dataPolicy = "default-src 'none'; frame-ancestors 'none'"

  /// Adds what the handler has not set itself.
  static func add(to response: inout HTTPResponse) {
    var hasPolicy = false
    var hasCaching = false
    var hasResourcePolicy = false
    var isPage = false
    for field in response.headers.fields {
      switch field.name {
      case "Content-Security-Policy": hasPolicy = true
      case "Cache-Control": hasCaching = true
      case "Cross-Origin-Resource-Policy": hasResourcePolicy = true
      case "Content-Type": isPage = field.value.hasPrefix("text/html")
      default: break
      }
    }
    response.headers.add("X-Content-Type-Options", "nosniff")
    response.headers.add("Referrer-Policy", "same-origin")
    if !hasResourcePolicy { response.headers.add("Cross-Origin-Resource-Policy", "same-origin") }
    if !hasPolicy { response.headers.add("Content-Security-Policy", isPage ? pagePolicy : dataPolicy) }
    // Answers belong to the caller: a shared cache must not keep them unless the handler says otherwise.
    if !hasCaching { response.headers.add("Cache-Control", "private, no-cache") }
  }
}
