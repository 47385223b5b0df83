import Files
import Glibc

/// A file system of one megabyte that is really full when it is full. Only the superuser can make one.
public final class SmallDisk: Sendable {
  /// Whether this process may make one.
  public static let isAvailable: Bool = (try? SmallDisk()) != nil

  /// Where it is mounted.
  public let path = "/tmp/wright-disk-\(UInt64.random(in: 0 ... .max))"

  /// Makes and mounts it.
  public init() throws {
    try FileTree.makeDirectory(path)
    guard mount("wright", path, "tmpfs", 0, "size=1m") == 0 else {
      let error = FileError.last("mount", path)
      FileTree.removeEmptyDirectory(path)
      throw error
    }
  }

  deinit {
    umount2(path, Int32(MNT_DETACH))
    FileTree.removeEmptyDirectory(path)
  }

  /// Takes all space but `bytes`, in whole pages of 4 KiB.
  public func fill(leaving bytes: Int64) throws {
    let file = try FileDescriptor.open(path + "/filler", .createNew())
    let page = [UInt8](repeating: 1, count: 4096)
    var size: Int64 = 0
    while (try? file.write(page, at: size)) != nil { size += 4096 }
    try file.truncate(to: max(0, size - bytes))
  }

  /// Gives the space back.
  public func empty() throws { try FileTree.removeFile(path + "/filler") }
}
