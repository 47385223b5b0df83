internal import Files
internal import NixFormat

/// Writes the NAR of a path of the file system while it reads it, byte for byte what `nix-store --dump` writes, in
/// constant memory: one buffer, and the names of the folders that are open.
///
/// Blocks; not for the cooperative pool.
struct NarDump {
  /// How much is handed on at once, in bytes.
  static let pieceSize = 256 << 10

  private var buffer: [UInt8]
  /// How much of the buffer is to be handed on; less than a piece between two steps.
  private var filled = 0
  private let sink: (UnsafeRawBufferPointer) throws -> Void

  private init(expected: Int64, _ sink: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    self.sink = sink
    // Thousands of small paths shall not each clear half a megabyte.
    buffer = [UInt8](repeating: 0, count: Int(min(2 * Int64(Self.pieceSize), max(8 << 10, expected))))
  }

  /// Writes what is at `path` (a link is not followed) into `sink`; `expected` is its size as far as it is known. Throws `FileError`, `PushError.unreadable`, or what
  /// `sink` throws.
  static func write(
    _ path: String, expected: Int64 = .max, into sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let folder = try FileDescriptor.open(path[..<slash].isEmpty ? "/" : String(path[..<slash]), .directory)
    let name = Array(path[slash...].utf8.drop { $0 == UInt8(ascii: "/") })
    try withoutActuallyEscaping(sink) { sink in
      var dump = NarDump(expected: expected, sink)
      try dump.put(NarFraming.magic)
      try dump.node(name, in: folder, depth: 0)
      try dump.flush()
    }
  }

  private mutating func node(_ name: [UInt8], in folder: FileDescriptor, depth: Int) throws {
    let status = try folder.status(ofEntry: name)
    switch status.kind {
    case .regular: try file(try folder.openEntry(name))
    case .symbolicLink: try put(NarFraming.link(to: try folder.linkTarget(ofEntry: name)))
    case .directory: try self.folder(try folder.openEntry(name, .directory), depth: depth)
    case .other:
      throw PushError.unreadable("\(text(name)) is neither a file, a folder nor a symbolic link")
    }
  }

  private mutating func folder(_ folder: FileDescriptor, depth: Int) throws {
    guard depth < NarValidator.depthLimit else {
      throw PushError.unreadable("it has folders more than \(NarValidator.depthLimit) levels deep")
    }
    try put(NarFraming.directory)
    for name in try folder.rawNames() {
      try put(NarFraming.entry(named: name))
      try node(name, in: folder, depth: depth + 1)
      try put(NarFraming.entryEnd)
    }
    try put(NarFraming.directoryEnd)
  }

  private mutating func file(_ file: FileDescriptor) throws {
    // Of the open file: what the name meant before may have been replaced.
    let status = try file.status()
    guard status.kind == .regular else { throw PushError.unreadable("a file was replaced while it was read") }
    try put(NarFraming.file(size: status.size, isExecutable: status.permissions & 0o100 != 0))
    var offset: Int64 = 0
    while offset < status.size {
      let count = try fill(from: file, at: offset, limit: status.size - offset)
      guard count > 0 else { throw PushError.unreadable("a file became shorter while it was read") }
      offset += Int64(count)
    }
    try put(NarFraming.fileEnd(size: status.size))
  }

  /// Reads into the rest of the buffer; returns how many bytes.
  private mutating func fill(from file: FileDescriptor, at offset: Int64, limit: Int64) throws -> Int {
    if filled == buffer.count { try flush() }
    let room = filled..<min(filled + Int(min(Int64(Self.pieceSize), limit)), buffer.count)
    let count = try buffer.withUnsafeMutableBytes { bytes in
      try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[room]), at: offset)
    }
    filled += count
    if filled >= Self.pieceSize { try flush() }
    return count
  }

  /// Takes the bytes around a file's content: words, a name, a link's target, far less than a piece.
  private mutating func put(_ bytes: [UInt8]) throws {
    if bytes.count > buffer.count - filled { try flush() }
    guard bytes.count <= buffer.count else { throw PushError.unreadable("a name or a link's target is too long") }
    buffer.withUnsafeMutableBytes { buffer in
      UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyBytes(from: bytes)
    }
    filled += bytes.count
    if filled >= Self.pieceSize { try flush() }
  }

  private mutating func flush() throws {
    if filled > 0 {
      try buffer.withUnsafeBytes { try sink(UnsafeRawBufferPointer(rebasing: $0[..<filled])) }
    }
    filled = 0
  }

  private func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }
}
