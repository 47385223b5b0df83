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

  /// The folder of a blob. The hash was checked by `isContentHash`.
  func shard(_ hash: String) -> String { "\(blobs)/\(hash.prefix(2))" }

  /// The path of a blob. The hash was checked by `isContentHash`.
  func blob(_ hash: String) -> String { "\(shard(hash))/\(hash.dropFirst(2))" }

  /// A path that nobody else uses.
  func newIncoming() -> String { "\(incoming)/\(UInt64.random(in: 0 ... .max))" }

  /// Makes the folders and removes what an earlier process left on its way.
  func prepare() throws(FileError) {
    try FileTree.removeTree(incoming)
    for folder in [blobs, tree, incoming] { try FileTree.makeDirectory(folder) }
  }
}
