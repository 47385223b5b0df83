/// Comparison of entity tags (RFC 9110, sections 8.8.3 and 13.1). Tags here are always strong.
public enum EntityTag {
  /// `"value"`; the value holds neither quotes nor control characters.
  public static func make(_ value: String) -> String { "\"\(value)\"" }

  /// Whether `If-None-Match` names `tag`, so that the answer is 304.
  public static func isListed(_ tag: String, in ifNoneMatch: String?) -> Bool {
    guard let ifNoneMatch else { return false }
    if ifNoneMatch == "*" { return true }
    return ifNoneMatch.split(separator: ",").contains { part in
      let candidate = part.trimmingSpaces()
      return (candidate.hasPrefix("W/") ? candidate.dropFirst(2) : candidate) == tag
    }
  }

  /// Whether a `Range` may be honoured: there is no `If-Range`, or it is exactly `tag`. A date never is.
  public static func allowsRange(_ tag: String?, ifRange: String?) -> Bool {
    guard let ifRange else { return true }
    return ifRange == tag
  }
}
