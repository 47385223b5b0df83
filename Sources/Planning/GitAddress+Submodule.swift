extension GitAddress {
  /// The address of a submodule, which `.gitmodules` of the repository at this address gives as `text`: an address, or
  /// one that begins with `./` or `../` and is relative to this one. A path outside of the host is refused, and so is a
  /// path of this machine where this address is of another. The credential goes with it only to the same host and port.
  public func submodule(_ text: String) throws(GitAddressError) -> GitAddress {
    let isRelative = ["./", "../"].contains { text.beginsWithBytes($0) }
    var address = try GitAddress(isRelative ? resolved(text) : text)
    guard address.transport != .file || transport == .file else {
      throw GitAddressError(
        address: text, "is a path of the agent's machine, in a repository of another; write https://...")
    }
    if address.credential == nil, !origin.isEmpty, address.origin == origin {
      address.credential = credential
      address.maskedValues = maskedValues
    }
    return address
  }

  private func resolved(_ text: String) throws(GitAddressError) -> String {
    let (root, path) = parts
    var names = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    for part in text.utf8.split(separator: UInt8(ascii: "/")).map({ String(Substring($0)) }) where part != "." {
      if part != ".." {
        names.append(part)
      } else if names.popLast() == nil {
        throw GitAddressError(address: text, "leads out of the host of \(url)")
      }
    }
    return root + names.joined(separator: "/")
  }

  /// What ends before the path, and the path: `https://host/` and `a/b`, or `git@host:` and `a/b`.
  private var parts: (root: String, path: String) {
    let bytes = Array(url.utf8)
    let scheme = Array("://".utf8)
    let start = bytes.indices.first { bytes[$0...].starts(with: scheme) }
    let end = bytes[(start.map { $0 + scheme.count } ?? 0)...].firstIndex(of: UInt8(ascii: start == nil ? ":" : "/"))
    let count = end.map { $0 + 1 } ?? bytes.count
    // `git@host:/path` is absolute as much as `git@host:path` is not.
    let isAbsolute = start == nil && count < bytes.count && bytes[count] == UInt8(ascii: "/")
    return (
      String(decoding: bytes[..<count], as: UTF8.self) + (isAbsolute ? "/" : ""),
      String(decoding: bytes[count...], as: UTF8.self)
    )
  }
}
