public import Artifacts
internal import Concurrency
public import Files
public import Model

/// Artifacts in files of a folder: content under `blobs/` by its SHA-256, each once, and names under
/// `tree/<commit>/<name>` that are hard links of it, so that the tree can be browsed and served as it is.
///
/// The folder must be one file system, whose last space is left to others (`FreeSpace`). Memory is constant: 4 MiB for
/// each content on its way in.
public final class ArtifactsFile: ArtifactStore {
  /// Stored bytes never change, and a name in the tree is a name of the stored bytes.
  static let permissions: UInt32 = 0o400

  private let folders: ArtifactFolders
  private let blobs: BlobStore
  private let tree: NameTree
  private let smallContents: SmallContents
  private let space: FreeSpace
  private let hashing: ContentHashing
  private let others: BlockingThreads

  /// A store in `directory`, which is made where it does not exist and belongs to this store alone.
  /// Removes what an earlier process left half-written. At most `copies` files are taken in at a time; more wait.
  /// Blocks for a moment: call it at start.
  public convenience init(directory: String, copies: Int = 2) throws(FileError) {
    try self.init(directory: directory, copies: copies, measure: nil)
  }

  init(directory: String, copies: Int = 2, measure: FreeSpace.Measure?) throws(FileError) {
    space = FreeSpace(of: directory, for: .artifacts, measure: measure)
    folders = ArtifactFolders(directory)
    blobs = BlobStore(folders)
    tree = NameTree(folders, blobs)
    smallContents = SmallContents(folders, blobs)
    try folders.prepare()
    hashing = ContentHashing(copies: copies)
    others = BlockingThreads(name: "artifacts", count: 2)
  }

  deinit { stop() }

  /// Ends the store's threads after the work already begun. Later calls throw `CancellationError`.
  public func stop() {
    hashing.stop()
    smallContents.stop()
    others.stop()
  }

  /// Stores the parts' bytes: read once, hashed, inspected and written at the same time.
  public func put(_ parts: [ContentPart], inspector: (any ContentInspector)?) async throws -> ContentDigest {
    let source = try PartsReader(parts)
    let (digest, small) = try await hashing.run { [self] threads in try copy(source, inspector, threads) }
    guard let small else { return digest }
    do { try await smallContents.adopt(small) } catch {
      if let path = small.path { _ = try? await others.run { try FileTree.removeFile(path) } }
      throw error
    }
    return digest
  }

  /// Copies what is put, or keeps its file. A small content is complete then, and not yet one of the store's.
  private func copy(
    _ source: PartsReader, _ inspector: (any ContentInspector)?, _ threads: HashingThreads
  ) throws -> (ContentDigest, IncomingBlob?) {
    let path = source.finalFile == nil ? folders.newIncoming() : nil
    // What cannot fit is refused before it is read.
    if path != nil { try space.check(room: source.available()) }
    let copy = try path.map { try FileDescriptor.open($0, .createNew(permissions: Self.permissions)) }
    do {
      let copying = HashingCopy(
        source: source, destination: copy, space: space, inspector: inspector, threads: threads)
      let digest = try copying.run()
      try inspector?.accept(digest)
      guard let file = copy ?? source.finalFile else { return (digest, nil) }
      let incoming = IncomingBlob(file: file, path: path, digest: digest)
      if copying.isSmall { return (digest, incoming) }
      if copy == nil { try file.synchronize() }
      try blobs.adopt(incoming)
      return (digest, nil)
    } catch {
      // What cannot be removed now is swept at the next start.
      if let path { _ = try? FileTree.removeFile(path) }
      throw error
    }
  }

  /// Opens stored bytes; nil where there are none of this hash, and for text that is no hash.
  public func open(sha256: String) async throws -> (any StoredBytes)? {
    guard isContentHash(sha256) else { return nil }
    return try await others.run { [blobs, others] in
      try blobs.open(sha256).map { try StoredFile($0, threads: others) }
    }
  }

  /// Whether there are stored bytes of this hash.
  public func has(sha256: String) async throws -> Bool {
    guard isContentHash(sha256) else { return false }
    return try await others.run { [blobs] in try blobs.open(sha256) != nil }
  }

  /// Makes the stored bytes appear as `tree/folder/name`.
  public func link(sha256: String, folder: String, name: String) async throws {
    let place = try TreePlace(folder: folder, name: name)
    guard isContentHash(sha256) else { throw ArtifactStoreError.unknownContent(sha256) }
    try await others.run { [tree] in try tree.link(sha256, at: place) }
  }

  /// Removes the name, and folders that become empty.
  public func unlink(folder: String, name: String) async throws {
    let place = try TreePlace(folder: folder, name: name)
    try await others.run { [tree] in try tree.unlink(place) }
  }

  /// The blobs whose hashes begin so. `time` is compared with when a blob was last written, as its file says.
  public func hashes(beginningWith prefix: String, since time: Timestamp) async throws -> [String] {
    try await others.run { [blobs] in try blobs.hashes(prefix, since: time) }
  }

  /// Removes stored bytes. Names in the tree stay until `unlink`, and keep the space until then.
  public func delete(sha256: String) async throws {
    guard isContentHash(sha256) else { return }
    try await others.run { [blobs] in try blobs.delete(sha256) }
  }

  /// Writes and removes a byte, where there is space for more.
  public func check() async throws {
    try await others.run { [folders, space] in
      try space.check()
      let path = folders.newIncoming()
      let file = try FileDescriptor.open(path, .createNew())
      let written = Result { try file.write([0], at: 0) }
      try FileTree.removeFile(path)
      try written.get()
    }
  }
}
