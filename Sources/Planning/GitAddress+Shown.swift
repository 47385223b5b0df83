extension GitAddress {
  /// The address as people may see it: a password or token is `xxxxxx`.
  public var shown: String {
    guard let credential, let start = url.firstRange(of: "://")?.upperBound else { return url }
    // Over HTTP a user name alone may be a token, and so it may with this password.
    let isToken = credential.password.isEmpty || credential.password == "x-oauth-basic"
    let isPlain = credential.user.utf8.allSatisfy { GitAuthority.isHostByte($0) && $0 != UInt8(ascii: ":") }
    let user = isToken || credential.user.isEmpty ? "" : (isPlain ? credential.user : "xxxxxx") + ":"
    return "\(url[..<start])\(user)xxxxxx@\(url[start...])"
  }

  /// The host, with a port where one is named; nil for a folder of this machine. Addresses with the same one are
  /// answered by the same server.
  public var host: String? {
    if transport == .file { return nil }
    let authority: Substring
    if let start = url.firstRange(of: "://")?.upperBound {
      authority = url[start...].prefix { $0 != "/" }
    } else {
      authority = url.prefix { $0 != ":" }
    }
    let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
    return host.lowercased()
  }
}
