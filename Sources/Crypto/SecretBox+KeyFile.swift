internal import Files
internal import Glibc

extension SecretBox {
  /// The box whose key is in the file at `path`: 64 hexadecimal digits and a newline, mode 0600.
  /// The first call makes the file with a new key, durably; of two that race, both get the same key.
  public static func open(keyFile path: String) throws(CryptoError) -> SecretBox {
    do {
      if try FileTree.status(path) == nil { try create(path) }
      return try SecretBox(key: try key(in: path))
    } catch let error as FileError {
      throw .keyFile(path: path, reason: error.description)
    } catch let error as CryptoError {
      throw error
    } catch {
      throw .keyFile(path: path, reason: "\(error)")
    }
  }

  private static func key(in path: String) throws -> [UInt8] {
    let file = try FileDescriptor.open(path)
    let status = try file.status()
    guard status.kind == .regular else { throw CryptoError.keyFile(path: path, reason: "it is not a regular file") }
    guard status.permissions & 0o077 == 0 else {
      throw CryptoError.keyFile(path: path, reason: "others may read it; run chmod 600 on it")
    }
    let text = String(decoding: try file.read(count: 2 * keyLength + 2, at: 0), as: UTF8.self)
    guard text.hasSuffix("\n"), let key = Hexadecimal.bytes(String(text.dropLast())), key.count == keyLength else {
      throw CryptoError.keyFile(
        path: path, reason: "it must hold \(2 * keyLength) hexadecimal digits and a newline; restore it from a backup")
    }
    return key
  }

  /// Writes a complete temporary file and links it into place, because `link` never replaces a key that is there.
  private static func create(_ path: String) throws {
    let temporary = path + "." + Hexadecimal.string(SecureRandom.bytes(8))
    let file = try FileDescriptor.open(temporary, .createNew(permissions: 0o600))
    defer { unlink(temporary) }
    let text = Hexadecimal.string(SecureRandom.bytes(keyLength)) + "\n"
    try file.write(Array(text.utf8), at: 0)
    try file.synchronize()
    do throws(FileError) { try FileTree.link(temporary, to: path) } catch  where error.code == EEXIST {}
    try FileTree.synchronizeDirectory(folder(of: path))
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
