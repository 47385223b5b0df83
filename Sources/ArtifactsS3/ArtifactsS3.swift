public import Artifacts
internal import Concurrency
internal import Crypto
public import Model
public import ObjectStorage

/// Artifacts in a bucket: content under `blobs/` by its SHA-256, each once, and under `tree/<commit>/<name>` a small
/// object for each name that says which content it is.
///
/// What is put is hashed first and sent only where the bucket does not have it; it is compared with those hashes as it
/// is sent, so that a file that changes meanwhile cannot make an object differ from its name. Memory is constant: 28 MiB
/// for each content on its way in, at most `copies` at a time.
public final class ArtifactsS3: ArtifactStore {
  let bucket: BucketClient
  /// How long an address lasts by which a client reads content from the bucket itself; nil where it reads through us.
  private let presignedSeconds: Int?
  let clock: @Sendable () -> Timestamp
  private let hashing: ContentHashing
  /// A turn for each content that may be on its way in at a time.
  private let turns = KeyedTurns<Int>()
  private let copies: Int
  private let puts = Lock(0)
  private let health = BucketHealth()

  /// A store in the bucket of `bucket`, whose address's prefix belongs to it alone. Nothing is asked yet.
  public init(
    _ bucket: BucketClient, copies: Int = 2, presignedSeconds: Int? = nil, clock: @escaping @Sendable () -> Timestamp
  ) {
    self.bucket = bucket
    self.presignedSeconds = presignedSeconds
    self.clock = clock
    hashing = ContentHashing(copies: copies)
    self.copies = max(1, copies)
  }

  deinit { stop() }

  /// Ends the store's threads after the work already begun. Later puts throw `CancellationError`.
  public func stop() { hashing.stop() }

  /// Stores the parts' bytes: hashed and inspected in one reading, sent in another where they are not there.
  public func put(_ parts: [ContentPart], inspector: (any ContentInspector)?) async throws -> ContentDigest {
    let source = try PartsReader(parts)
    let place = puts.withLock { puts in
      puts &+= 1
      return abs(puts % copies)
    }
    return try await turns.withTurnUnlessCancelled(of: place) {
      let pieces = PieceHashes(ContentUpload.partSize(for: source.size), then: inspector)
      let digest = try await hashing.digest(of: source, inspector: pieces)
      try inspector?.accept(digest)
      let upload = ContentUpload(
        bucket: bucket, hashing: hashing, source: source, digest: digest, pieces: try pieces.finished())
      try await Self.saying { try await upload.send() }
      return digest
    }
  }

  /// Opens stored bytes; nil where there are none of this hash, and for text that is no hash. The first bytes come with
  /// it, so that small content is read in one request.
  public func open(sha256: String) async throws -> (any StoredBytes)? {
    guard isContentHash(sha256) else { return nil }
    return try await Self.saying {
      try await bucket.read(Self.blob(sha256), from: 0, limit: RemoteBytes.headSize).map { head, size in
        RemoteBytes(bucket: bucket, sha256: sha256, size: size, head: head)
      }
    }
  }

  /// Whether there are stored bytes of this hash.
  public func has(sha256: String) async throws -> Bool {
    guard isContentHash(sha256) else { return false }
    return try await Self.saying { try await bucket.size(of: Self.blob(sha256)) } != nil
  }

  /// Puts a small object at `tree/folder/name` that names the content. A name that is too long for a key of a bucket is
  /// known to the database alone.
  public func link(sha256: String, folder: String, name: String) async throws {
    let place = try TreePlace(folder: folder, name: name)
    guard isContentHash(sha256), let size = try await Self.saying({ try await bucket.size(of: Self.blob(sha256)) })
    else { throw ArtifactStoreError.unknownContent(sha256) }
    guard let key = key(of: place) else { return }
    let object = bucket.address.prefix + Self.blob(sha256)
    let text = #"{"sha256":"\#(sha256)","size":\#(size),"object":"\#(object)"}"# + "\n"
    try await Self.saying { try await bucket.put(key, .bytes(Array(text.utf8)), type: "application/json") }
  }

  /// Removes the name.
  public func unlink(folder: String, name: String) async throws {
    let place = try TreePlace(folder: folder, name: name)
    guard let key = key(of: place) else { return }
    try await Self.saying { try await bucket.delete(key) }
  }

  /// Removes stored bytes.
  public func delete(sha256: String) async throws {
    guard isContentHash(sha256) else { return }
    try await Self.saying { try await bucket.delete(Self.blob(sha256)) }
  }

  /// The blobs whose hashes begin so. `time` is compared with when the bucket says that an object was stored.
  public func hashes(beginningWith prefix: String, since time: Timestamp) async throws -> [String] {
    let found = Lock<[String]>([])
    try await Self.saying {
      try await bucket.list(beginningWith: "blobs/\(prefix)/") { objects in
        let hashes = objects.compactMap { object -> String? in
          let hash = prefix + object.key.dropFirst("blobs/\(prefix)/".count)
          guard isContentHash(hash), let stored = Timestamp(bucket: object.modified), stored >= time else { return nil }
          return hash
        }
        found.withLock { $0 += hashes }
      }
    }
    return found.withLock { $0 }
  }

  /// An address of the bucket itself that reads the content for a time, where the store was made so; the answer has this
  /// `Content-Disposition`.
  public func address(sha256: String, type: String, disposition: String?) throws -> String? {
    guard let seconds = presignedSeconds, isContentHash(sha256) else { return nil }
    var fields = [("response-content-type", type)]
    if let disposition { fields.append(("response-content-disposition", disposition)) }
    return try bucket.presignedURL(
      Self.blob(sha256), seconds: seconds, now: clock().milliseconds / 1000, answering: fields)
  }

  /// Stores, reads and deletes a probe, and says exactly what is wrong. What worked a moment ago, with nothing failing
  /// since, is believed.
  public func check() async throws {
    if health.isBelieved(bucket.statistics) { return }
    try await bucket.check()
    health.note(bucket.statistics)
  }

  /// The key of content. The hash was checked.
  static func blob(_ hash: String) -> String { "blobs/\(hash.prefix(2))/\(hash.dropFirst(2))" }

  /// Nil where it would be longer than a key may be.
  private func key(of place: TreePlace) -> String? {
    let key = "tree/" + place.parts.joined(separator: "/")
    return (bucket.address.prefix + key).utf8.count <= 1024 ? key : nil
  }

  /// Errors of the bucket in the words of the port.
  static func saying<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch let error as ObjectStorageError { throw ArtifactStoreError(error) }
  }
}

extension ArtifactStoreError {
  /// A bucket that does not work now, for whatever reason, may work when it or its settings were mended.
  init(_ error: ObjectStorageError) { self = .unavailable(error.description) }
}

extension Timestamp {
  /// A moment as buckets write it: with any number of digits of a second, or none.
  init?(bucket text: String) {
    guard text.hasSuffix("Z") else { return nil }
    let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    let fraction = (parts.count > 1 ? parts[1].prefix(3) : "") + "000"
    self.init(rfc3339: "\(parts[0]).\(fraction.prefix(3))Z")
  }
}
