internal import Artifacts
internal import Concurrency
internal import Files
internal import Glibc
internal import Model

/// Content by hash, each once. Every change of a blob happens under the lock of its hash.
final class BlobStore: Sendable {
  let folders: ArtifactFolders
  /// A hash's lock is chosen by its first byte: enough for the few threads there are.
  private let locks = (0..<256).map { _ in Lock(()) }

  init(_ folders: ArtifactFolders) { self.folders = folders }

  /// Runs `body` while nothing else changes the blob of `hash`.
  func withLock<Value>(_ hash: String, _ body: () throws -> Value) throws -> Value {
    let index = UInt8(hash.prefix(2), radix: 16) ?? 0
    return try locks[Int(index)].withLock { _ in try body() }
  }

  /// Makes a complete and durable file the blob of its digest, or removes it where there is one already.
  func adopt(_ incoming: IncomingBlob) throws {
    try withLock(incoming.digest.sha256) {
      let path = folders.blob(incoming.digest.sha256)
      // A blob of another size is damaged; the new one takes its place.
      if try FileTree.status(path)?.size == incoming.digest.size {
        if let own = incoming.path { try FileTree.removeFile(own) }
      } else {
        try move(incoming, to: path)
      }
      // Also for a blob that was there: the process that put it may have ended before this.
      try FileTree.synchronizeDirectory(folders.shard(incoming.digest.sha256))
    }
  }

  /// Makes a complete file the blob of its digest, or removes it where the same bytes are there. Durable only once its
  /// bytes and its folders are.
  func name(_ incoming: IncomingBlob) throws {
    try withLock(incoming.digest.sha256) {
      let path = folders.blob(incoming.digest.sha256)
      if try holds(path, incoming) {
        if let own = incoming.path { try FileTree.removeFile(own) }
      } else {
        try move(incoming, to: path)
      }
    }
  }

  /// Reads what is there, because a crash may have left the name alone.
  private func holds(_ path: String, _ incoming: IncomingBlob) throws -> Bool {
    guard try FileTree.status(path)?.size == incoming.digest.size else { return false }
    let count = Int(incoming.digest.size)
    return try FileDescriptor.open(path).read(count: count, at: 0) == incoming.file.read(count: count, at: 0)
  }

  private func move(_ incoming: IncomingBlob, to path: String) throws {
    try makeShard(incoming.digest.sha256)
    if let own = incoming.path { return try FileTree.rename(own, to: path) }
    do throws(FileError) { try incoming.file.link(to: path) } catch {
      // Something damaged is there, or the file is on another file system, or has too many names.
      try copy(incoming.file, to: path)
    }
  }

  /// Opens a blob; nil where there is none.
  func open(_ hash: String) throws(FileError) -> FileDescriptor? {
    do throws(FileError) { return try FileDescriptor.open(folders.blob(hash)) } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  /// The hashes of the blobs of one shard that were written at `time` or later.
  func hashes(_ prefix: String, since time: Timestamp) throws(FileError) -> [String] {
    guard try FileTree.status(folders.shard(prefix))?.kind == .directory else { return [] }
    var hashes: [String] = []
    for name in try FileTree.names(in: folders.shard(prefix)) where isContentHash(prefix + name) {
      guard let status = try FileTree.status(folders.blob(prefix + name)) else { continue }
      if status.modified >= time.milliseconds { hashes.append(prefix + name) }
    }
    return hashes
  }

  /// Removes a blob.
  func delete(_ hash: String) throws {
    try withLock(hash) {
      if try FileTree.removeFile(folders.blob(hash)) {
        try FileTree.synchronizeDirectory(folders.shard(hash))
      }
    }
  }

  /// Makes `path` another name of the blob. The caller holds the lock of the hash.
  func link(_ hash: String, to path: String) throws {
    do throws(FileError) { try FileTree.link(folders.blob(hash), to: path) } catch {
      if error.isNotFound { throw ArtifactStoreError.unknownContent(hash) }
      guard error.code == EMLINK else { throw error }
      // A file system has a limit of names for one file (65,000 on ext4), and an empty file is easily in more builds
      // than that. A copy takes the blob's place and has all its names ahead of it.
      try replaceByCopy(hash)
      try FileTree.link(folders.blob(hash), to: path)
    }
  }

  private func replaceByCopy(_ hash: String) throws {
    try copy(try FileDescriptor.open(folders.blob(hash)), to: folders.blob(hash))
  }

  /// A durable copy of a file in the place of what is at `path`.
  private func copy(_ source: FileDescriptor, to path: String) throws {
    let incoming = folders.newIncoming()
    do {
      let copy = try FileDescriptor.open(incoming, .createNew(permissions: ArtifactsFile.permissions))
      var offset: Int64 = 0
      while true {
        let block = try source.read(count: 1 << 20, at: offset)
        if block.isEmpty { break }
        try copy.write(block, at: offset)
        offset += Int64(block.count)
      }
      try copy.synchronize()
      try FileTree.rename(incoming, to: path)
    } catch {
      // What stays is swept at the next start.
      _ = try? FileTree.removeFile(incoming)
      throw error
    }
  }

  private func makeShard(_ hash: String) throws(FileError) {
    let shard = folders.shard(hash)
    if try FileTree.status(shard) != nil { return }
    try FileTree.makeDirectory(shard)
    try FileTree.synchronizeDirectory(folders.blobs)
  }
}
