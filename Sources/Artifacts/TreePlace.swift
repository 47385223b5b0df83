/// Whether `text` is a SHA-256 as stores write it: 64 lowercase hexadecimal digits.
public func isContentHash(_ text: String) -> Bool {
  text.utf8.count == 64
    && text.utf8.allSatisfy { digit in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(digit)
    }
}

/// A checked place in the tree.
public struct TreePlace: Sendable, Hashable {
  /// The parts of the path, from the commit's folder to the file.
  public let parts: [String]

  /// Throws `unsafeName` where a part could lead elsewhere, or could not be a file's name. Callers have checked their
  /// names; this holds also where one forgot.
  public init(folder: String, name: String) throws(ArtifactStoreError) {
    let names = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let parts = [folder] + names.map { String(Substring($0)) }
    guard Self.isSafe(folder) else { throw .unsafeName(folder) }
    // Depth is bounded because each level is a folder to make and to remove.
    guard name.utf8.count <= 1024, parts.count <= 65, parts.allSatisfy(Self.isSafe) else { throw .unsafeName(name) }
    self.parts = parts
  }

  private static func isSafe(_ part: String) -> Bool {
    !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 255
      && part.utf8.allSatisfy { $0 != 0 && $0 != UInt8(ascii: "/") }
  }
}
