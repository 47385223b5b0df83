internal import Crypto
internal import Files
internal import Model

/// Parts of uploads on their way: a folder for each upload, and in it `<number>.<MD5>` for each part that has come whole.
/// The names say all there is to know, so that a server that begins anew goes on with them. Blocks.
struct UploadFolder: Sendable {
  /// A part that has come whole.
  struct Part: Sendable, Hashable {
    var number: Int
    /// Lowercase hexadecimal.
    var md5: String
    var path: String
  }

  /// Where the folders are.
  let path: String

  /// Makes the folder.
  func prepare() throws(FileError) { try FileTree.makeDirectory(path) }

  /// The folder of an upload, whose name was checked.
  func folder(_ upload: String) -> String { "\(path)/\(upload)" }

  /// The parts of an upload, by number; none where there is no such folder.
  func parts(of upload: String) throws(FileError) -> [Part] {
    let folder = folder(upload)
    guard try FileTree.status(folder) != nil else { return [] }
    let names: [String]
    do throws(FileError) { names = try FileTree.names(in: folder) } catch {
      // It was removed just now.
      if error.isNotFound { return [] }
      throw error
    }
    return names.compactMap { name -> Part? in
      let pieces = name.split(separator: ".", omittingEmptySubsequences: false)
      guard pieces.count == 2, pieces[1].utf8.count == 32, let number = Int(pieces[0]) else { return nil }
      return Part(number: number, md5: String(pieces[1]), path: "\(folder)/\(name)")
    }.sorted { $0.number < $1.number }
  }

  /// Removes an upload. An absent one is fine.
  func remove(_ upload: String) throws(FileError) { try FileTree.removeTree(folder(upload)) }

  /// Removes uploads that nobody has touched since `time`. Returns how many.
  func removeUntouched(since time: Timestamp) throws(FileError) -> Int {
    var count = 0
    for name in try FileTree.names(in: path) {
      guard let status = try FileTree.status("\(path)/\(name)"), status.modified < time.milliseconds else { continue }
      try FileTree.removeTree("\(path)/\(name)")
      count += 1
    }
    return count
  }
}

/// A part that is coming. For one task at a time; its methods block.
///
/// `@unchecked Sendable`: the task that receives the part awaits each call before the next.
final class IncomingPart: @unchecked Sendable {
  private let folder: String
  private let number: Int
  private let temporary: String
  private let file: FileDescriptor
  private let space: FreeSpace
  private var md5: MD5?
  private var sha256: SHA256?
  private(set) var size: Int64 = 0

  /// Begins a part of an upload, whose folder is made where it is missing. With `hashing`, the SHA-256 is computed too.
  init(_ folder: UploadFolder, upload: String, number: Int, space: FreeSpace, hashing: Bool = false) throws {
    self.folder = folder.folder(upload)
    self.number = number
    self.space = space
    try FileTree.makeDirectory(self.folder)
    temporary = "\(self.folder)/new-\(number)-\(UInt64.random(in: 0 ... .max))"
    file = try FileDescriptor.open(temporary, .createNew())
    md5 = try MD5()
    sha256 = hashing ? try SHA256() : nil
  }

  /// Takes the next bytes.
  func append(_ bytes: [UInt8]) throws {
    try space.claim(Int64(bytes.count))
    try file.write(bytes, at: size)
    md5?.update(bytes)
    sha256?.update(bytes)
    size += Int64(bytes.count)
  }

  /// The same; where that fails, nothing of the part stays.
  func appendOrDiscard(_ bytes: [UInt8]) throws {
    do { try append(bytes) } catch {
      discard()
      throw error
    }
  }

  /// The MD5, and where it was asked for the SHA-256, of all bytes. Once.
  func digests() throws -> (md5: [UInt8], sha256: [UInt8]?) {
    guard let md5 = md5.take() else { throw CryptoError.unavailable(algorithm: "MD5") }
    let sum = try md5.finish()
    guard let sha256 = sha256.take() else { return (sum, nil) }
    return (sum, try sha256.finish())
  }

  /// Makes it the part of its number of an upload, in the place of one that came before.
  func keep(md5: String, in folders: UploadFolder, upload: String) throws {
    let (folder, name) = (folders.folder(upload), "\(number).\(md5)")
    if folder != self.folder { try FileTree.makeDirectory(folder) }
    try FileTree.rename(temporary, to: "\(folder)/\(name)")
    // One of other content was replaced; one of the same content has the same name.
    for other in try FileTree.names(in: folder) where other.hasPrefix("\(number).") && other != name {
      try FileTree.removeFile("\(folder)/\(other)")
    }
  }

  /// Forgets it. What stays is swept with its upload.
  func discard() { _ = try? FileTree.removeFile(temporary) }
}
