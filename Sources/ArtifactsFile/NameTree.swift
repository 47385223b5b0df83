internal import Artifacts
internal import Concurrency
internal import Files

/// The names over the blobs, as hard links. One change at a time: each is a few short system calls, and a folder that
/// one change makes must not be removed by another as empty.
final class NameTree: Sendable {
  private let folders: ArtifactFolders
  private let blobs: BlobStore
  private let lock = Lock(())

  init(_ folders: ArtifactFolders, _ blobs: BlobStore) {
    self.folders = folders
    self.blobs = blobs
  }

  /// Puts the blob of `hash` at `place`, replacing a file that was there in one step.
  func link(_ hash: String, at place: TreePlace) throws {
    try blobs.withLock(hash) {
      try lock.withLock { _ in
        let incoming = folders.newIncoming()
        try blobs.link(hash, to: incoming)
        // Renaming one name of a file over another of the same file does nothing and keeps both (rename(2)); the first
        // must go in any case.
        let moved = Result { try move(incoming, to: place) }
        try FileTree.removeFile(incoming)
        try moved.get()
      }
    }
  }

  /// Removes the name at `place` and the folders that become empty.
  func unlink(_ place: TreePlace) throws {
    try lock.withLock { _ in
      guard try FileTree.removeFile(path(place.parts)) else { return }
      try FileTree.synchronizeDirectory(path(place.parts.dropLast()))
      for depth in (1..<place.parts.count).reversed() {
        guard FileTree.removeEmptyDirectory(path(place.parts.prefix(depth))) else { return }
      }
    }
  }

  private func move(_ incoming: String, to place: TreePlace) throws {
    let folder = path(place.parts.dropLast())
    try FileTree.makeDirectory(folder)
    try FileTree.rename(incoming, to: path(place.parts))
    try FileTree.synchronizeDirectory(folder)
  }

  private func path(_ parts: some Collection<String>) -> String {
    folders.tree + "/" + parts.joined(separator: "/")
  }
}
