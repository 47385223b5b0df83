internal import Crypto
internal import Files
internal import Model
internal import NixFormat

/// Parts of uploads on their way: a file `<upload>.<number>.<MD5>` for each part that has come whole. The names say all
/// there is to know, so that a server that begins anew goes on with them. Nobody writes to a file under such a name.
/// Blocks.
struct UploadFolder: Sendable {
  /// A part that has come whole.
  struct Part: Sendable, Hashable {
    var number: Int
    /// Lowercase hexadecimal.
    var md5: String
    var path: String
  }

  /// Where the files are.
  let path: String

  /// Files are spread over so many folders: in one, whoever makes a file waits for all others who do.
  private static let folders = 16

  /// Makes the folders.
  func prepare() throws(FileError) {
    try FileTree.makeDirectory(path)
    for number in 0..<Self.folders { try FileTree.makeDirectory("\(path)/\(number)") }
  }

  /// Where the files of an upload are.
  func folder(of upload: String) -> String {
    "\(path)/\(upload.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % Self.folders)"
  }

  /// The path of a part; nil for an MD5 that is none, as it comes from outside. The upload's name was checked.
  func part(_ number: Int, md5: String, of upload: String) -> String? {
    guard md5.utf8.count == 32, md5.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
      return nil
    }
    return "\(folder(of: upload))/\(upload).\(number).\(md5)"
  }

  /// What stands for the MD5 of a file that came in one piece: its SHA-256 is known from the beginning, so that the file
  /// is found without looking through the folder.
  static func tag(of hash: NarHash) -> String { String(hash.hexadecimal.prefix(32)) }

  /// A file that goes with its descriptor.
  func unnamedFile() throws(FileError) -> FileDescriptor {
    let path = "\(path)/0/copy-\(UInt64.random(in: 0 ... .max))"
    let file = try FileDescriptor.open(path, .createNew())
    try FileTree.removeFile(path)
    return file
  }

  /// True where a part of this name has come.
  func has(_ part: SubmittedPart, of upload: String) throws(FileError) -> Bool {
    guard let path = self.part(part.number, md5: part.entityTag, of: upload) else { return false }
    return try FileTree.status(path) != nil
  }

  /// The parts of an upload, by number; of several of one number the last that came.
  func parts(of upload: String) throws(FileError) -> [Part] {
    var parts: [Int: (part: Part, modified: Int64)] = [:]
    for name in try FileTree.names(in: folder(of: upload)) where name.utf8.starts(with: (upload + ".").utf8) {
      let pieces = name.split(separator: ".", omittingEmptySubsequences: false)
      guard pieces.count == 3, let number = Int(pieces[1]),
        let place = part(number, md5: String(pieces[2]), of: upload),
        let status = try FileTree.status(place)
      else { continue }
      let part = Part(number: number, md5: String(pieces[2]), path: place)
      if let known = parts[number], known.modified > status.modified { continue }
      parts[number] = (part, status.modified)
    }
    return parts.values.map(\.part).sorted { $0.number < $1.number }
  }

  /// Removes an upload. An absent one is fine.
  func remove(_ upload: String) throws(FileError) {
    let folder = folder(of: upload)
    for name in try FileTree.names(in: folder) where name.utf8.starts(with: (upload + ".").utf8) {
      try FileTree.removeFile("\(folder)/\(name)")
    }
  }

  /// Removes parts that came before `time`. Returns how many.
  func removeUntouched(since time: Timestamp) throws(FileError) -> Int {
    var count = 0
    for folder in try FileTree.names(in: path).map({ "\(path)/\($0)" }) {
      for name in try FileTree.names(in: folder) {
        let path = "\(folder)/\(name)"
        guard let status = try FileTree.status(path), status.modified < time.milliseconds else { continue }
        try FileTree.removeTree(path)
        count += 1
      }
    }
    return count
  }
}

/// A part that is coming. For one task at a time; its methods block.
///
/// `@unchecked Sendable`: the task that receives the part awaits each call before the next.
final class IncomingPart: @unchecked Sendable {
  private let folder: UploadFolder
  private let temporary: String
  private let file: FileDescriptor
  private let space: FreeSpace
  private var md5: MD5?
  private var sha256: SHA256?
  private(set) var size: Int64 = 0

  /// Begins a part of an upload, or of one whose name is not known yet. With `hashing`, the SHA-256 is computed too.
  init(_ folder: UploadFolder, of upload: String, space: FreeSpace, hashing: Bool = false) throws {
    self.folder = folder
    self.space = space
    temporary = "\(folder.folder(of: upload))/new-\(UInt64.random(in: 0 ... .max))"
    // What is stored never changes, and this file may be what is stored.
    file = try FileDescriptor.open(temporary, .createNew(permissions: 0o400))
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

  /// Makes it a part of an upload.
  func keep(_ number: Int, md5: String, of upload: String) throws {
    guard let path = folder.part(number, md5: md5, of: upload) else { throw CryptoError.unavailable(algorithm: "MD5") }
    try FileTree.rename(temporary, to: path)
  }

  /// Forgets it. What stays is swept.
  func discard() { _ = try? FileTree.removeFile(temporary) }
}
