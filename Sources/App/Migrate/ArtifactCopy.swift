import Artifacts
import CommandLineClient
import Concurrency
import Files
import Lifecycle
import Model
import Store

/// Copies contents from one store to another, and gives them their names there. Each is hashed on its way.
struct ArtifactCopy {
  private let from: Configuration.Artifacts
  private let to: Configuration.Artifacts
  private let names: any Database
  private let environment: [String: String]
  private let line: ProgressLine

  init(
    _ sides: MigrationPlan.Sides<Configuration.Artifacts>, names: any Database, _ console: Console,
    _ line: ProgressLine
  ) {
    (from, to) = (sides.from, sides.to)
    self.names = names
    environment = console.environment
    self.line = line
  }

  /// Does it. Throws where a content is not what its name says.
  func run() async throws {
    let source = try await open(from)
    do {
      let target = try await open(to)
      do { try await copy(source.artifacts, target.artifacts) } catch {
        target.stop()
        throw error
      }
      target.stop()
    } catch {
      source.stop()
      throw error
    }
    source.stop()
  }

  private func open(_ place: Configuration.Artifacts) async throws -> ContentStores {
    var configuration = Configuration()
    configuration.artifacts = place
    return try await ContentStores(
      configuration, folder: "artifacts", environment: environment, log: Logger(minimum: .warning))
  }

  private func copy(_ source: any ArtifactStore, _ target: any ArtifactStore) async throws {
    let prefixes = (0..<256).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    let ever = Timestamp(milliseconds: 0)
    for (index, prefix) in prefixes.enumerated() {
      let there = Set(try await target.hashes(beginningWith: prefix, since: ever))
      for hash in try await source.hashes(beginningWith: prefix, since: ever) where !there.contains(hash) {
        try await copy(hash, source, target)
      }
      line.show("artifacts", Int64(index + 1), of: 256, "parts")
    }
    try await ArtifactNames(names).each { name in
      // What an installation has lost before is not found here either.
      guard try await target.open(sha256: name.sha256) != nil else { return }
      try await target.link(sha256: name.sha256, folder: name.folder, name: name.name)
    }
  }

  private func copy(_ hash: String, _ source: any ArtifactStore, _ target: any ArtifactStore) async throws {
    guard let bytes = try await source.open(sha256: hash) else { return }
    let digest =
      if let file = bytes.file {
        try await target.put(file, size: bytes.size)
      } else {
        try await target.put(try await fetched(bytes), size: bytes.size)
      }
    guard digest.sha256 == hash else {
      throw ConfigurationError("the artifact content \(hash) is damaged: its bytes have the SHA-256 \(digest.sha256)")
    }
  }

  /// The bytes in a file without a name, which goes with the last who has it.
  private func fetched(_ bytes: any StoredBytes) async throws -> FileDescriptor {
    let path = "\(environment["TMPDIR"] ?? "/tmp")/wright-migrate-\(UInt64.random(in: 0 ... .max))"
    let file = try FileDescriptor.open(path, .createNew())
    try FileTree.removeFile(path)
    let place = Lock<Int64>(0)
    try await bytes.stream(from: 0, count: bytes.size) { piece in
      let offset = place.withLock { place in
        defer { place += Int64(piece.count) }
        return place
      }
      try file.write(piece, at: offset)
    }
    return file
  }
}
