internal import Crypto
internal import Model
internal import NixFormat

/// An upload under way. It is known by what it is called: nothing is stored until its first part comes, so that one that
/// a client began and forgot costs nothing.
struct Upload: Sendable, Hashable {
  var cache: CacheID
  /// The `narId`: a random UUID in its usual form.
  var nar: String
  var compression: NarInfo.Compression
  var begunAt: Timestamp
}

/// Makes and checks the names of uploads and the addresses that parts are sent to. Both are signed with a secret of the
/// server's; neither holds anything that opens more than this upload, or this part.
struct UploadTickets: Sendable {
  /// How long an upload may take.
  static let life: Duration = .seconds(24 * 3600)
  /// How long a part may wait to be sent.
  static let partLife: Duration = .seconds(15 * 60)
  /// As many as S3 has.
  static let partLimit = 10_000

  private let key: [UInt8]

  /// With this secret.
  init(key: [UInt8]) { self.key = key }

  /// A new upload.
  static func begin(_ cache: CacheID, _ compression: NarInfo.Compression, at now: Timestamp) -> Upload {
    Upload(cache: cache, nar: uuid(SecureRandom.bytes(16)), compression: compression, begunAt: now)
  }

  /// The `uploadId`.
  func identifier(of upload: Upload) throws(CryptoError) -> String {
    let head = "\(upload.compression == .xz ? "x" : "z")\(upload.begunAt.milliseconds)"
    return "\(head)-\(try code("upload", "\(upload.cache)", upload.nar, head))"
  }

  /// The upload of these names; nil where they were not made here, or too long ago.
  func upload(_ nar: String, identifier: String, cache: CacheID, at now: Timestamp) throws(CryptoError) -> Upload? {
    guard Self.isUUID(nar), let first = identifier.utf8.first,
      first == UInt8(ascii: "x") || first == UInt8(ascii: "z"),
      let began = Int64(identifier.dropFirst().prefix { $0 != "-" })
    else { return nil }
    let upload = Upload(
      cache: cache, nar: nar, compression: first == UInt8(ascii: "x") ? .xz : .zstd,
      begunAt: Timestamp(milliseconds: began))
    guard try ConstantTime.equal(self.identifier(of: upload), identifier), now < upload.begunAt + Self.life else {
      return nil
    }
    return upload
  }

  /// The query of a part's address: until when it holds, the part's MD5 in hexadecimal, and the signature of it all.
  func query(of upload: Upload, part: Int, md5: String, at now: Timestamp) throws(CryptoError) -> String {
    let expiry = "\((now + Self.partLife).milliseconds)"
    return
      "expires=\(expiry)&md5=\(md5)&signature=\(try code("part", "\(upload.cache)", upload.nar, "\(part)", md5, expiry))"
  }

  /// True where a part's address was made here and holds still.
  func allows(
    _ cache: CacheID, nar: String, part: String, md5: String, expires: String, signature: String, at now: Timestamp
  ) throws(CryptoError) -> Bool {
    guard let expiry = Int64(expires), now.milliseconds < expiry, Self.isUUID(nar) else { return false }
    return try ConstantTime.equal(code("part", "\(cache)", nar, part, md5, expires), signature)
  }

  private func code(_ parts: String...) throws(CryptoError) -> String {
    var code = try HMACSHA256(key: key)
    // No part holds a NUL, so that two lists of parts never make one text.
    for part in parts { code.update(Array(part.utf8) + [0]) }
    return Hexadecimal.string(try code.finish())
  }

  /// RFC 9562, version 4, of 16 random bytes.
  private static func uuid(_ random: [UInt8]) -> String {
    var bytes = random
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array(Hexadecimal.string(bytes))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }

  /// Whether `text` has the form of a `narId`, so that it can name a folder.
  static func isUUID(_ text: String) -> Bool {
    text.utf8.count == 36
      && text.utf8.enumerated().allSatisfy { index, byte in
        switch index {
        case 8, 13, 18, 23: byte == UInt8(ascii: "-")
        default: (48...57).contains(byte) || (97...102).contains(byte)
        }
      }
  }
}
