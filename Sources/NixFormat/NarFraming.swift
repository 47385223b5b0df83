/// The bytes of a NAR around the content of its files, for whoever writes one from a tree: what comes before and after
/// each file, link and folder. Entries of a folder are written in rising order of their names' bytes.
public enum NarFraming {
  /// Before the root's node.
  public static let magic = string("nix-archive-1")
  /// After a folder's last entry.
  public static let directoryEnd = string(")")
  /// After an entry's node.
  public static let entryEnd = string(")")
  /// Before a folder's first entry.
  public static let directory = strings("(", "type", "directory")

  /// Before the content of a file of `size` bytes.
  public static func file(size: Int64, isExecutable: Bool) -> [UInt8] {
    strings("(", "type", "regular") + (isExecutable ? strings("executable", "") : []) + string("contents")
      + length(UInt64(max(0, size)))
  }

  /// After the content of a file of `size` bytes.
  public static func fileEnd(size: Int64) -> [UInt8] { padding(max(0, size)) + string(")") }

  /// A whole link to `target`.
  public static func link(to target: [UInt8]) -> [UInt8] {
    strings("(", "type", "symlink", "target") + string(target) + string(")")
  }

  /// Before an entry's node.
  public static func entry(named name: [UInt8]) -> [UInt8] {
    strings("entry", "(", "name") + string(name) + string("node")
  }

  private static func strings(_ texts: String...) -> [UInt8] { texts.flatMap { string($0) } }
  private static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }
  private static func string(_ bytes: [UInt8]) -> [UInt8] {
    length(UInt64(bytes.count)) + bytes + padding(Int64(bytes.count))
  }

  private static func length(_ count: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * UInt64($0))) }
  }

  private static func padding(_ count: Int64) -> [UInt8] { [UInt8](repeating: 0, count: Int((8 - count % 8) % 8)) }
}
