internal import Artifacts
internal import Compression
internal import Concurrency
internal import Crypto
internal import Model
internal import NixFormat

/// Checks a compressed NAR while it is stored: that it decompresses, that it is a NAR, and that hashes and sizes are what
/// the client has said.
final class NarInspector: ContentInspector {
  private let submission: NarSubmission
  private let state: Lock<NarCheck>

  init(_ submission: NarSubmission, _ compression: NarInfo.Compression) throws {
    self.submission = submission
    state = Lock(try NarCheck(submission, compression))
  }

  func take(_ bytes: UnsafeRawBufferPointer) throws {
    try state.withLock { check in try check.take(bytes) }
  }

  func accept(_ digest: ContentDigest) throws { try accept(sha256: digest.sha256) }

  /// The same, of the hash alone.
  func accept(sha256: String) throws {
    guard sha256 == submission.fileHash.hexadecimal else {
      throw PushRefusal(
        "the file's SHA-256 is \(sha256), and cFileHash says \(submission.fileHash.hexadecimal)")
    }
    try state.withLock { check in try check.finish() }
  }
}

/// The running checks.
private final class NarCheck {
  private let submission: NarSubmission
  private var decompressor: NarDecompressor
  private var validator = NarValidator()
  private var hash: SHA256?
  private var size: Int64 = 0

  init(_ submission: NarSubmission, _ compression: NarInfo.Compression) throws {
    self.submission = submission
    decompressor = try NarDecompressor(compression)
    hash = try SHA256()
  }

  func take(_ bytes: UnsafeRawBufferPointer) throws {
    do {
      try decompressor.write(bytes) { try self.inspect($0) }
    } catch let error as CompressionError {
      throw PushRefusal("the file cannot be decompressed: \(error)")
    }
  }

  private func inspect(_ bytes: UnsafeRawBufferPointer) throws {
    size += Int64(bytes.count)
    // Beyond, a small file could keep the server busy for hours.
    guard size <= submission.narSize else {
      throw PushRefusal("the NAR has more bytes than the \(submission.narSize) of cNarSize")
    }
    hash?.update(bytes)
    do throws(NarError) {
      try validator.feed(Array(bytes)[...])
    } catch {
      throw PushRefusal("the file is not a NAR: \(error)")
    }
  }

  func finish() throws {
    do { try decompressor.finish { try self.inspect($0) } } catch let error as CompressionError {
      throw PushRefusal("the file cannot be decompressed: \(error)")
    }
    guard size == submission.narSize else {
      throw PushRefusal("the NAR has \(size) bytes, and cNarSize says \(submission.narSize)")
    }
    do throws(NarError) { try validator.finish() } catch { throw PushRefusal("the file is not a NAR: \(error)") }
    guard let found = NarHash(bytes: try hash.take()?.finish() ?? []), found == submission.narHash else {
      throw PushRefusal("the NAR's hash is not the \(submission.narHash) of cNarHash")
    }
  }
}

/// Decompresses what caches hold.
struct NarDecompressor: ~Copyable {
  private var zstd: Decompressor?
  private var xz: XZDecompressor?

  /// For zstd or xz; with `none` the bytes stay as they are. Others are refused.
  init(_ compression: NarInfo.Compression) throws {
    switch compression {
    case .zstd: zstd = try Decompressor(windowLog: Decompressor.largestWindowLog)
    case .xz: xz = try XZDecompressor()
    case .none: break
    case .bzip2, .gzip: throw PushRefusal("NARs compressed by \(compression.rawValue) are not taken")
    }
  }

  mutating func write(
    _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    if zstd != nil {
      try zstd?.write(bytes, sink)
    } else if xz != nil {
      try xz?.write(bytes, sink)
    } else {
      try sink(bytes)
    }
  }

  mutating func finish(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    try zstd?.finish()
    try xz?.finish(sink)
  }
}
