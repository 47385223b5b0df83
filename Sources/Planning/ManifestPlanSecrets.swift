/// The secrets that addresses of repositories hold, each once: passwords, and over HTTP also a user name without one,
/// which is how tokens are given. Percent-encoded ones are there as written and decoded.
func secrets(in urls: [String]) -> [String] {
  var found: [String] = []
  for secret in urls.flatMap(secrets) where !secret.isEmpty && !found.contains(secret) { found.append(secret) }
  return found
}

private func secrets(in url: String) -> [String] {
  let parts = url.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
  guard let scheme = parts.first?.lowercased(), parts.count == 2, parts[1].hasPrefix("//") else { return [] }
  let authority = parts[1].dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
  guard let at = authority.lastIndex(of: "@") else { return [] }
  let user = authority[..<at]
  if let colon = user.firstIndex(of: ":") {
    let password = String(user[user.index(after: colon)...])
    // `https://token:@host` and `https://token:x-oauth-basic@host` are in use: over HTTP both halves may be it.
    let name = String(user[..<colon])
    let isToken = password.isEmpty || password == "x-oauth-basic"
    return isToken ? [name, percentDecoded(name)] : [password, percentDecoded(password)]
  }
  return scheme == "http" || scheme == "https" ? [String(user), percentDecoded(String(user))] : []
}

/// `text` with `%41` as `A`; what is not an escape stays.
private func percentDecoded(_ text: String) -> String {
  let bytes = Array(text.utf8)
  var decoded: [UInt8] = []
  var index = 0
  while index < bytes.count {
    if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
      let byte = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
    {
      decoded.append(byte)
      index += 3
    } else {
      decoded.append(bytes[index])
      index += 1
    }
  }
  return String(decoding: decoded, as: UTF8.self)
}
