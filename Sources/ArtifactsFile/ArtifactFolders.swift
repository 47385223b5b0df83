internal import Artifacts
internal import Files

/// Where the files of the store are.
struct ArtifactFolders: Sendable {
  /// Content by hash: `ab/cdef...`.
  let blobs: String
  /// Names over the content: `<commit>/<name>`, hard links of blobs.
  let tree: String
  /// Files on their way; swept at start.
  let incoming: String

  init(_ root: String) {
    blobs = root + "/blobs"
    tree = root + "/tree"
    incoming = root + "/incoming"
  }

  /// The folder of a blob. The hash was checked by `isHash`.
  func shard(_ hash: String) -> String { "\(blobs)/\(hash.prefix(2))" }

  /// The path of a blob. The hash was checked by `isHash`.
  func blob(_ hash: String) -> String { "\(shard(hash))/\(hash.dropFirst(2))" }

  /// A path that nobody else uses.
  func newIncoming() -> String { "\(incoming)/\(UInt64.random(in: 0 ... .max))" }

  /// Makes the folders and removes what an earlier process left on its way.
  func prepare() throws(FileError) {
    try FileTree.removeTree(incoming)
    for folder in [blobs, tree, incoming] { try FileTree.makeDirectory(folder) }
  }

  /// Whether `text` is a SHA-256 as the store writes it: 64 lowercase hexadecimal digits.
  static func isHash(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { digit in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(digit)
      }
  }
}

/// A checked place in the tree.
struct TreePlace: Equatable {
  /// The parts of the path, from the commit's folder to the file.
  let parts: [String]

  /// Throws `unsafeName` where a part could lead elsewhere, or could not be a file's name. Callers have checked their
  /// names; this holds also where one forgot.
  init(folder: String, name: String) throws(ArtifactStoreError) {
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
