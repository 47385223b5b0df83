/// Where a forge is: a scheme and a host, and perhaps a folder.
public struct ForgeAddress: Sendable, Hashable {
  /// `https`, or `http` where that was allowed.
  public var scheme: String
  /// With a port where one is named.
  public var host: String
  /// Of a forge that is not at the root of its host, with a `/` in front; else empty.
  public var folder: String

  /// `https://gitlab.com`
  public var url: String { "\(scheme)://\(host)\(folder)" }

  /// Reads what people give as the provider: `gitlab.com`, with `https://` or without. With `http://` only a host that is
  /// among `insecureHosts`, as it is written there. The error is the end of a sentence that begins with the value's name.
  public init(provider: String, insecureHosts: [String]) throws(Problem) {
    guard !provider.isEmpty else { throw Problem("is empty; give the forge's host, as in gitlab.com") }
    var rest = provider[...]
    scheme = "https"
    for name in ["https", "http"] where rest.lowercased().hasPrefix("\(name)://") {
      scheme = name
      rest = rest.dropFirst("\(name)://".count)
      break
    }
    while rest.last == "/" { rest = rest.dropLast() }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    (host, folder) = (rest[..<slash].lowercased(), String(rest[slash...]))
    guard Self.isHost(host) else {
      throw Problem("'\(Self.shown(provider))' is not a host; give it as in gitlab.com or gitlab.example.org:8443")
    }
    guard folder.isEmpty || Self.isPath(folder.dropFirst()) else {
      throw Problem("'\(Self.shown(provider))' has a path that is none; give the host alone, as in gitlab.com")
    }
    guard scheme == "https" || insecureHosts.contains(host) else {
      throw Problem(
        "'\(Self.shown(provider))' uses http, where the token could be read on the way; use https, or have the host "
          + "added to the server's configuration as forge.insecure_hosts")
    }
  }

  /// The repository's address without a credential. Throws, as the end of a sentence, for a path that is none.
  public func repository(path: String) throws(Problem) -> String {
    var path = path[...]
    if path.hasSuffix(".git") { path = path.dropLast(4) }
    guard Self.isPath(path), path.contains("/") else {
      throw Problem("'\(Self.shown(String(path)))' is not a repository's path; give it as in group/name")
    }
    return "\(url)/\(path).git"
  }

  /// The name of a Go module whose source is in the repository at this path: no scheme and no port.
  public func module(path: String) -> String {
    let path = path.hasSuffix(".git") ? String(path.dropLast(4)) : path
    return "\(host.prefix { $0 != ":" })\(folder)/\(path)"
  }

  /// Why a value cannot be used: the end of a sentence.
  public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The end of a sentence.
    public var description: String
    init(_ description: String) { self.description = description }
  }

  private static func isHost(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.first, !name.isEmpty, name.utf8.count <= 253, !name.hasPrefix("-"),
      name.utf8.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") })
    else { return false }
    return parts.count == 1 || UInt16(parts[1]).map { $0 > 0 } ?? false
  }

  /// Nothing that would have to be escaped, and nothing that leads elsewhere.
  private static func isPath(_ text: Substring) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return text.utf8.count <= 1024
      && parts.allSatisfy { part in
        !part.isEmpty && part.first != "-" && part != "." && part != ".."
          && part.utf8.allSatisfy { isLetterOrDigit($0) || "-._+".utf8.contains($0) }
      }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// What stands in front of an `@` may be a password.
  private static func shown(_ text: String) -> String {
    let text = text.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    return String(
      String.UnicodeScalarView(text.unicodeScalars.prefix(100).map { $0.value < 32 || $0.value == 127 ? "?" : $0 }))
  }
}
