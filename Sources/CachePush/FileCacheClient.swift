internal import Concurrency
internal import NixFormat

/// A place for the files of a cache: a server that takes `PUT`, or a bucket.
protocol CacheFiles: Sendable {
  /// Whether there is such a file.
  func has(_ name: String) async throws -> Bool
  /// Stores a whole file.
  func put(_ name: String, _ bytes: [UInt8], md5: [UInt8]?, type: String) async throws
  /// Stores a file of which more than one part comes.
  func put<Parts: AsyncSequence & Sendable>(_ name: String, parts: Parts, type: String) async throws
  where Parts.Element == NarPart
}

/// A cache that is nothing but files, as `nix copy --to` makes it: a narinfo for each path, and NARs under `nar/`.
struct FileCacheClient<Files: CacheFiles>: CacheClient {
  /// How many files are asked for at once.
  private let questionsAtOnce = 32

  let files: Files
  let target: PushTarget
  let key: PushSigningKey?

  func open() async throws -> NarInfo.Compression {
    if try await !files.has("nix-cache-info") {
      let text = "StoreDir: \(StorePath.directory)\n"
      try await files.put("nix-cache-info", Array(text.utf8), md5: nil, type: "text/x-nix-cache-info")
    }
    return compression
  }

  private var compression: NarInfo.Compression { target.compression ?? .zstd }

  func missing(_ paths: [StorePath]) async throws -> Set<StorePath> {
    try await withThrowingTaskGroup(of: StorePath?.self) { group in
      var missing: Set<StorePath> = []
      for (number, path) in paths.enumerated() {
        if number >= questionsAtOnce, let answer = try await group.next(), let path = answer { missing.insert(path) }
        group.addTask { try await files.has(path.hash + ".narinfo") ? nil : path }
      }
      for try await case let path? in group { missing.insert(path) }
      return missing
    }
  }

  func push(_ info: StorePathInfo, _ nar: NarStream, commit: @Sendable () async throws -> Void) async throws -> Int64 {
    let url = try await putNar(info, nar)
    let digest = try nar.digest()
    try await commit()
    let text = narInfo(info, digest, url: url).text
    try await files.put("\(info.path.hash).narinfo", Array(text.utf8), md5: nil, type: "text/x-nix-narinfo")
    return digest.fileSize
  }

  /// Stores the NAR and returns its name. One that is a single part has its own hash for a name, as Nix does it. That of
  /// a larger one is known only after it was sent, so its name is the hash of what is in it.
  private func putNar(_ info: StorePathInfo, _ nar: NarStream) async throws -> String {
    let type = "application/x-nix-nar"
    var parts = nar.parts.makeAsyncIterator()
    guard let first = HeldPart(try await parts.next()) else { throw PushError.unreadable("its NAR has no bytes") }
    if let only = first.takeIfLast() {
      // Ends when the digest is there.
      _ = try await parts.next()
      let name = self.name(try nar.digest().fileHash)
      try await files.put(name, only.bytes, md5: only.md5, type: type)
      return name
    }
    let name = self.name(info.narHash)
    try await files.put(name, parts: LaterParts(first: first, rest: nar.parts), type: type)
    return name
  }

  private func name(_ hash: NarHash) -> String { "nar/\(Nix32.string(hash.bytes)).nar\(compression.suffix)" }

  private func narInfo(_ info: StorePathInfo, _ digest: NarDigest, url: String) -> NarInfo {
    let ours = key.flatMap { key in
      key.name.flatMap { NarSignature(keyName: $0, bytes: key.signature(of: info)) }
    }
    let others = info.signatures.filter { $0.keyName != key?.name }
    return NarInfo(
      path: info.path, url: url, compression: compression, fileHash: digest.fileHash, fileSize: digest.fileSize,
      narHash: digest.narHash, narSize: digest.narSize, references: info.references, deriver: info.deriver,
      signatures: others + [ours].compactMap { $0 }, contentAddress: info.contentAddress)
  }
}

/// A part that was read before the others. Given away once, so that nobody holds its memory while the others, which need
/// memory too, are waited for.
final class HeldPart: Sendable {
  private let part: Lock<NarPart?>

  init?(_ part: NarPart?) {
    guard let part else { return nil }
    self.part = Lock(part)
  }

  func take() -> NarPart? {
    part.withLock { part in
      defer { part = nil }
      return part
    }
  }

  /// The part, where no other follows.
  func takeIfLast() -> NarPart? {
    part.withLock { part in
      guard part?.isLast == true else { return nil }
      defer { part = nil }
      return part
    }
  }
}

/// A part that was read already, and those that follow.
struct LaterParts: AsyncSequence, Sendable {
  typealias Element = NarPart
  let first: HeldPart
  let rest: AsyncThrowingStream<NarPart, any Error>

  func makeAsyncIterator() -> Iterator { Iterator(first: first, rest: rest.makeAsyncIterator()) }

  struct Iterator: AsyncIteratorProtocol {
    let first: HeldPart
    var rest: AsyncThrowingStream<NarPart, any Error>.Iterator

    mutating func next() async throws -> NarPart? {
      if let part = first.take() { return part }
      return try await rest.next()
    }
  }
}
