internal import Concurrency
internal import Crypto
internal import Files
internal import HTTPServer
public import Lifecycle
internal import Model
public import Queue
internal import Routing

/// Artifacts on their way from agents: a file for each, which goes on where it was cut off, also after a restart of the
/// server. Its name has the lease, so that what nobody will go on with can be swept.
public final class AgentUploads: Sendable {
  /// An announced artifact.
  struct Upload: Sendable {
    let id: String
    let lease: Lease
    let job: JobID
    let message: ArtifactMessage

    /// The same announcement has the same name.
    init(_ lease: Lease, _ job: JobID, _ message: ArtifactMessage) throws {
      guard message.size >= 0, message.content.map({ Int64($0.count) == message.size }) != false else {
        throw QueueError.invalid("the artifact's size is not that of its content")
      }
      (self.lease, self.job, self.message) = (lease, job, message)
      let name = "\(job) \(message.size) \(message.permissions) \(message.source)\u{0}\(message.name)"
      id = "\(lease.build)-\(lease.fence)-\(Hexadecimal.string(try SHA256.hash(name)).prefix(32))"
    }

    var held: HeldLease { HeldLease(build: lease.build, fence: lease.fence) }
  }

  /// How much of an announced artifact is there.
  enum Standing: Sendable {
    case received(Int64)
    case stored(Artifact)
  }

  private struct Entry: Sendable {
    var upload: Upload
    var artifact: Artifact?
    /// What takes in the bytes that come.
    var receiving: Task<Artifact, any Error>?
  }

  /// Which leases are held, and when to remove what others have left.
  private struct Sweeping: Sendable {
    var isHeld: @Sendable (HeldLease) -> Bool
    var at: ContinuousClock.Instant
  }

  private static let sweepInterval = Duration.seconds(600)
  /// So many bytes are gathered before another thread writes them.
  private static let blockSize = 512 << 10

  private let directory: String
  private let sizeLimit: Int64
  private let space: FreeSpace
  private let threads = BlockingThreads(name: "agent-uploads", count: 2)
  private let turns = KeyedTurns<String>()
  private let entries = Lock<[String: Entry]>([:])
  private let sweeping = Lock<Sweeping?>(nil)
  /// True while one is stored that has not come whole: each takes a part of the store from all others.
  private let isStoringEarly = Lock(false)
  private let log: Logger

  /// Artifacts in `directory`, which is made where it does not exist and belongs to this alone. It should be on the
  /// file system of the artifact store, which then keeps the files themselves. Larger ones than `sizeLimit` bytes are
  /// refused before they are sent.
  public init(directory: String, sizeLimit: Int64 = 10 << 30, log: Logger = .none) throws {
    self.directory = directory
    self.sizeLimit = sizeLimit
    self.log = log
    try FileTree.makeDirectory(directory)
    space = FreeSpace(of: directory, for: .artifacts)
  }

  /// Removes what leases have left that are not held any more, now and now and then. Call it at start, once the queue was
  /// recovered.
  public func sweep(keeping isHeld: @escaping @Sendable (HeldLease) -> Bool) throws {
    let next = Sweeping(isHeld: isHeld, at: .now + Self.sweepInterval)
    sweeping.withLock { $0 = next }
    entries.withLock { entries in entries = entries.filter { isHeld($0.value.upload.held) } }
    for name in try FileTree.names(in: directory) {
      let parts = name.split(separator: "-", omittingEmptySubsequences: false)
      if parts.count == 3, let build = Int64(parts[0]), let fence = Int64(parts[1]),
        isHeld(HeldLease(build: BuildID(rawValue: build), fence: fence))
      {
        continue
      }
      try FileTree.removeTree(path(name))
    }
  }

  /// Ends the threads.
  public func stop() { threads.stop() }

  /// Takes an announcement, and ends what still takes in bytes of it: whoever announces it again knows that the
  /// connection before has broken.
  func announce(_ upload: Upload) async throws -> Standing {
    guard upload.message.size <= sizeLimit else {
      throw QueueError.artifactTooLarge(name: upload.message.name, limit: sizeLimit)
    }
    if let due = sweeping.withLock({ $0 }), due.at < .now {
      try await threads.run { [self] in try sweep(keeping: due.isHeld) }
    }
    let isAnew = upload.message.anew == true
    let before = entries.withLock { entries in
      if entries[upload.id] == nil { entries[upload.id] = Entry(upload: upload) }
      if isAnew { entries[upload.id]?.artifact = nil }
      return entries[upload.id]
    }
    if let artifact = before?.artifact { return .stored(artifact) }
    before?.receiving?.cancel()
    return try await turns.withTurn(of: upload.id) {
      if let artifact = entries.withLock({ $0[upload.id]?.artifact }) { return .stored(artifact) }
      let (path, size) = (path(upload.id), upload.message.size)
      return .received(
        try await threads.run {
          let found = try FileTree.status(path)?.size ?? 0
          guard isAnew || found > size else { return found }
          try FileTree.removeFile(path)
          return 0
        })
    }
  }

  /// Stores an artifact that has come whole with its announcement.
  func store(_ upload: Upload, _ content: [UInt8], in gateway: any AgentGateway) async throws -> Artifact {
    try await turns.withTurn(of: upload.id) {
      let file = try await threads.run { try FileDescriptor.inMemory(content, name: "artifact") }
      return try await put(upload, file, isInMemory: true, in: gateway)
    }
  }

  /// Takes in the rest of an announced artifact, and stores it once it is whole.
  func receive(
    _ id: String, of lease: Lease, from offset: Int64, _ body: HTTPBody, in gateway: any AgentGateway
  ) async throws -> Artifact {
    let found = entries.withLock { $0[id] }
    guard let found, found.upload.lease.build == lease.build, found.upload.lease.fence == lease.fence else {
      throw Problem(412, "upload \(id.shortened) was not announced")
    }
    if let artifact = found.artifact { return artifact }
    let task = Task {
      try await turns.withTurn(of: id) {
        try Task.checkCancellation()
        let file = try await open(found.upload, at: offset)
        if let artifact = try await takeIn(found.upload, file, from: offset, body, in: gateway) { return artifact }
        return try await put(found.upload, file, in: gateway)
      }
    }
    entries.withLock { $0[id]?.receiving = task }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Forgets what the lease has left. Bytes that still come are dropped.
  func forget(_ lease: HeldLease) {
    let gone = entries.withLock { entries in
      let gone = entries.filter { $0.value.upload.held == lease }
      for id in gone.keys { entries[id] = nil }
      return gone.values
    }
    for entry in gone where entry.artifact == nil {
      entry.receiving?.cancel()
      let path = path(entry.upload.id)
      threads.submit { _ = try? FileTree.removeFile(path) }
    }
  }

  private func path(_ id: String) -> String { "\(directory)/\(id)" }

  private func open(_ upload: Upload, at offset: Int64) async throws -> FileDescriptor {
    let path = path(upload.id)
    let file = try await threads.run {
      guard try FileTree.status(path) != nil else {
        // What is stored never changes, and this file may be what is stored.
        return try FileDescriptor.open(path, .createNew(permissions: 0o400))
      }
      return try FileDescriptor.open(path, .update)
    }
    guard try file.size() == offset else {
      throw Problem(412, "\(try file.size()) bytes of the artifact have come, not \(offset)")
    }
    return file
  }

  /// Takes in the rest of an artifact. A large one that comes fast is stored meanwhile; nil where it is not yet.
  private func takeIn(
    _ upload: Upload, _ file: FileDescriptor, from offset: Int64, _ body: HTTPBody, in gateway: any AgentGateway
  ) async throws -> Artifact? {
    guard let early = EarlyStore(size: upload.message.size, offset: offset, isTaken: isStoringEarly) else {
      try await write(upload, file, from: offset, body) { _ in }
      return nil
    }
    let storing = Task {
      try await put(upload, file, arrival: early.arrival, in: gateway)
    }
    do {
      try await write(upload, file, from: offset, body, moved: early.arrival.advance)
    } catch {
      early.arrival.abandon()
      _ = await storing.result
      early.end()
      throw error
    }
    let result = await storing.result
    early.end()
    do { return try result.get() } catch is FileArrival.Abandoned { return nil }
  }

  private func write(
    _ upload: Upload, _ file: FileDescriptor, from offset: Int64, _ body: HTTPBody,
    moved: @escaping @Sendable (Int64) -> Void
  ) async throws {
    let (size, space) = (upload.message.size, space)
    var place = offset
    var isOver = false
    while !isOver {
      var block: [UInt8] = []
      block.reserveCapacity(Self.blockSize)
      while block.count < Self.blockSize, !isOver {
        // What has come before the connection breaks is kept.
        guard let bytes = try await next(body, unlessLost: block.isEmpty) else {
          isOver = true
          break
        }
        block += bytes
      }
      guard Int64(block.count) <= size - place else {
        throw QueueError.invalid("the artifact has more than its \(size) bytes")
      }
      place = try await threads.run { [block, place] in
        try space.claim(Int64(block.count))
        try file.write(block, at: place)
        return place + Int64(block.count)
      }
      moved(place)
    }
    guard place == size else { throw HTTPBodyError.disconnected }
  }

  /// The next bytes; nil at the end, and where the connection was lost unless that is to be thrown.
  private func next(_ body: HTTPBody, unlessLost: Bool) async throws -> [UInt8]? {
    do { return try await body.next() } catch {
      if unlessLost { throw error }
      return nil
    }
  }

  private func put(
    _ upload: Upload, _ file: FileDescriptor, isInMemory: Bool = false, arrival: FileArrival? = nil,
    in gateway: any AgentGateway
  ) async throws -> Artifact {
    let message = upload.message
    let artifact = try await gateway.storeArtifact(
      upload.lease, job: upload.job,
      ArtifactUpload(
        name: message.name, source: message.source, permissions: message.permissions, file: file, size: message.size,
        program: message.program, isFinal: !isInMemory, arrival: arrival))
    entries.withLock { entries in
      entries[upload.id]?.artifact = artifact
      entries[upload.id]?.receiving = nil
    }
    if !isInMemory {
      let path = path(upload.id)
      threads.submit { _ = try? FileTree.removeFile(path) }
    }
    return artifact
  }
}
