import Crypto
import Files
import Glibc

/// A folder that this process uses alone, for as long as the value lives.
final class LockedFolder: Sendable {
  /// Absolute, without links.
  let path: String
  private let lock: FileDescriptor

  /// Makes the folder where it is missing and locks it; `flag` is what chooses another.
  init(_ path: String, flag: String) throws {
    try FileTree.makeDirectory(path)
    guard let resolved = realpath(path, nil) else { throw FileError.last("realpath", path) }
    defer { free(resolved) }
    self.path = String(cString: resolved)
    lock = try FileDescriptor.open(self.path + "/lock", .readWrite())
    guard try lock.tryLock() else {
      throw ConfigurationError(
        "another wright is using the folder \(self.path); stop it, or choose another with \(flag)")
    }
  }
}

/// The folder that holds everything, locked for this process for as long as the value lives.
final class DataFolder: Sendable {
  /// Absolute, without links.
  var path: String { folder.path }
  private let folder: LockedFolder

  /// Makes the folder where it is missing and locks it.
  init(_ path: String) throws { folder = try LockedFolder(path, flag: "--data") }

  /// A path in the folder.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Where the first user's token is kept.
  var adminTokenFile: String { self("admin-token") }

  /// Where the key is kept that seals the database's secrets. Without it they are lost: it belongs into every backup.
  var sealingKeyFile: String { self("sealing-key") }

  /// What names this server among others of its database; made where it is missing.
  func serverID() throws -> String {
    let file = self("server-id")
    if try FileTree.status(file) == nil {
      let id = Hexadecimal.string(SecureRandom.bytes(6))
      try FileTree.writeAtomically(Array((id + "\n").utf8), to: file, permissions: 0o644)
    }
    let text = String(decoding: try FileTree.contents(of: file, limit: 200), as: UTF8.self).filter { !$0.isWhitespace }
    guard text.count >= 8, text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else {
      throw ConfigurationError("\(file) holds no server's id; remove it to get a new one")
    }
    return text
  }

  /// The first user's token, or nil where there is no file of it.
  func adminToken() throws(FileError) -> String? {
    do throws(FileError) {
      let bytes = try FileTree.contents(of: adminTokenFile, limit: 4096)
      let token = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
      return token.isEmpty ? nil : token
    } catch  where error.isNotFound {
      return nil
    }
  }

  /// Keeps the first user's token where only its owner can read it.
  func keepAdminToken(_ token: String) throws(FileError) {
    try FileTree.writeAtomically(Array((token + "\n").utf8), to: adminTokenFile, permissions: 0o600)
  }
}
