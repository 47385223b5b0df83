internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// A file that exists only in memory and only as this descriptor, with these bytes, open at its beginning.
  public static func inMemory(_ bytes: [UInt8], name: String) throws(FileError) -> FileDescriptor {
    let raw = wright_memory_file(name)
    guard raw >= 0 else { throw .last("memfd_create", name) }
    let file = FileDescriptor(owning: raw, path: name)
    try file.write(bytes, at: 0)
    return file
  }
}
