internal import Archives
internal import Artifacts
internal import Concurrency
internal import Files
internal import Model
internal import Store

/// The files that a service's build has generated, read from its artifact.
struct GeneratedFiles: Sendable, Hashable {
  /// By path, sorted.
  var files: [ArchivedFile]
  /// The name of the artifact that they are from.
  var archive: String

  /// More bytes than an archive of generated files has, compressed.
  private static let limit: Int64 = 64 << 20
  /// Reading and unpacking would hold others up.
  private static let threads = BlockingThreads(name: "archives", count: 1)

  init(files: [ArchivedFile], archive: String) {
    self.files = files.sorted { $0.path < $1.path }
    self.archive = archive
  }

  /// Nil where the build has no such artifact, or no longer.
  init?(of build: Build, _ store: Store, _ artifacts: any ArtifactStore) async throws {
    guard let about = build.service else { return nil }
    let name = serviceArchive(service: about.name, tag: about.tag)
    guard let found = try await store.artifact(of: build.id, name: name, owner: build.owner), found.deletion == nil,
      found.artifact.content.size <= Self.limit,
      let stored = try await artifacts.open(sha256: found.artifact.content.sha256)
    else { return nil }
    let bytes = try await stored.read(count: Int(found.artifact.content.size), at: 0)
    let files = try await Self.threads.run { try TarArchive.files(in: bytes) }
    self.init(files: files, archive: name)
  }

  /// The text of a file; nil where there is no such file.
  func text(of path: String) -> String? {
    files.first { $0.path == path }.map { String(decoding: $0.content, as: UTF8.self) }
  }
}

/// What differs between the files of two builds.
struct GeneratedChanges: Sendable, Hashable {
  struct File: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable { case added, removed, changed }
    var path: String
    var kind: Kind
    var difference: LineDifference
  }

  var files: [File]

  init(from old: GeneratedFiles, to new: GeneratedFiles) {
    let paths = Set(old.files.map(\.path)).union(new.files.map(\.path)).sorted()
    let before = Dictionary(old.files.map { ($0.path, $0.content) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new.files.map { ($0.path, $0.content) }, uniquingKeysWith: { first, _ in first })
    files = paths.compactMap { path in
      let (left, right) = (before[path], after[path])
      if left == right { return nil }
      let difference = LineDifference(
        from: String(decoding: left ?? [], as: UTF8.self), to: String(decoding: right ?? [], as: UTF8.self))
      return File(
        path: path, kind: left == nil ? .added : (right == nil ? .removed : .changed), difference: difference)
    }
  }
}
