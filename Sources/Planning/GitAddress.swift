/// A repository's address that is safe to hand to git, without the credential that it came with.
public struct GitAddress: Sendable, Hashable {
  /// How git talks to the repository; the raw value is git's name for it in `GIT_ALLOW_PROTOCOL`.
  public enum Transport: String, Sendable, CaseIterable {
    case https, http, ssh, git, file
  }

  /// A user name and password that were part of the address.
  public struct Credential: Sendable, Hashable {
    /// Percent-decoded.
    public var user: String
    /// Percent-decoded; empty where the address has only a user name, which is then the token.
    public var password: String
  }

  /// How git talks to the repository.
  public var transport: Transport
  /// What git is given and logs show: no password, and for http no user name either.
  public var url: String
  /// What git asks for the credential of, as in `https://example.org:8443`; empty for ssh, git and file.
  public var origin: String
  /// What the address carried.
  public var credential: Credential?
  /// Every spelling of the credential that must not be seen.
  public var maskedValues: [String]

  /// Reads an address: `https://`, `http://`, `ssh://`, `git://`, `file://`, `user@host:path` or an absolute path.
  /// Everything else is refused: options, `ext::` and other helpers, unknown transports, control characters.
  public init(_ text: String) throws(GitAddressError) {
    if let problem = Self.textProblem(text) { throw GitAddressError(address: text, problem) }
    if text.beginsWithBytes("/") {
      self.init(transport: .file, url: "file://" + Self.encodedPath(text))
    } else if let scheme = Self.scheme(of: text) {
      self = try Self.parse(text, scheme: scheme)
    } else if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
      !text[..<colon].utf8.contains(UInt8(ascii: "/"))
    {
      self = try Self.parseSecureShell(text, host: text[..<colon], path: text[text.utf8.index(after: colon)...])
    } else {
      throw GitAddressError(address: text, "is a relative path; write https://..., git@host:path or an absolute path")
    }
  }

  /// Reads an address, and refuses transports that are not among `protocols`.
  public init(_ text: String, allowing protocols: [String]) throws(GitAddressError) {
    try self.init(text)
    guard protocols.contains(transport.rawValue) else {
      throw GitAddressError(
        address: text,
        "uses the transport \(transport.rawValue), and only \(protocols.joined(separator: ", ")) are allowed here; use "
          + "one of them, or have it added to the configuration's git.protocols")
    }
  }

  init(
    transport: Transport, url: String, origin: String = "", credential: Credential? = nil, maskedValues: [String] = []
  ) {
    self.transport = transport
    self.url = url
    self.origin = origin
    self.credential = credential
    self.maskedValues = maskedValues
  }

  private static func textProblem(_ text: String) -> String? {
    if text.isEmpty { return "is empty" }
    if text.utf8.count > 4096 { return "is longer than 4096 bytes" }
    if text.beginsWithBytes("-") { return "begins with '-'" }
    for byte in text.utf8 where byte <= 32 || byte == 127 { return "holds a space or a control character" }
    // git runs a program git-remote-<name> for <name>::<address>; `ext` of them runs any command.
    if let range = text.utf8.firstIndex(of: UInt8(ascii: ":")), text[range...].beginsWithBytes("::") {
      return "names a remote helper by '::', which is not allowed"
    }
    return nil
  }

  private static func scheme(of text: String) -> String? {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), text[colon...].beginsWithBytes("://") else {
      return nil
    }
    return String(text[..<colon])
  }

  private static func parse(_ text: String, scheme: String) throws(GitAddressError) -> GitAddress {
    guard let transport = Transport(rawValue: scheme.lowercased()) else {
      throw GitAddressError(address: text, "has the unknown transport '\(scheme)'; use https, ssh or git")
    }
    let rest = Substring(text.utf8.dropFirst(scheme.utf8.count + 3))
    let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    let (authority, path) = (rest[..<slash], rest[slash...])
    if transport == .file {
      guard authority.isEmpty || authority == "localhost" else {
        throw GitAddressError(address: text, "names a host for a file; write file:///path")
      }
      guard path.utf8.count > 1 else { throw GitAddressError(address: text, "has no path") }
      return GitAddress(transport: .file, url: "file://\(path)")
    }
    return try GitAuthority(authority, of: text).address(transport, path: path, text: text)
  }

  private static func parseSecureShell(
    _ text: String, host: Substring, path: Substring
  ) throws(GitAddressError) -> GitAddress {
    let authority = try GitAuthority(host, of: text)
    guard authority.password == nil, authority.user != nil || !path.utf8.contains(UInt8(ascii: "@")) else {
      throw GitAddressError(address: text, "holds a password, which ssh does not take; use a key")
    }
    guard !path.isEmpty, !path.beginsWithBytes("-") else {
      throw GitAddressError(address: text, "has no path after the ':', or one that begins with '-'")
    }
    return GitAddress(transport: .ssh, url: text)
  }

  /// `%` in a path would otherwise be read as the beginning of an escape.
  private static func encodedPath(_ path: String) -> String {
    path.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false).map { String(Substring($0)) }
      .joined(separator: "%25")
  }
}

/// Why an address was refused.
public struct GitAddressError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence that says what to do. It shows no password.
  public var description: String

  init(address: String, _ problem: String) {
    description = "the source address '\(GitAuthority.redacted(address))' \(problem)"
  }
}

extension StringProtocol {
  /// By bytes. A comparison of characters would not see `-` where a combining mark follows it; git would.
  func beginsWithBytes(_ part: String) -> Bool { utf8.starts(with: part.utf8) }
}
