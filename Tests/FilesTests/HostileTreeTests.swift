import Glibc
import Testing

import Files

@Suite struct HostileTreeTests {
  private func withRoot(in folder: String = "/tmp", _ body: (String) throws -> Void) throws {
    let root = "\(folder)/wright-files-\(UInt64.random(in: 0 ... .max))"
    try FileTree.makeDirectory(root)
    defer { try? FileTree.removeTree(root) }
    try body(root)
  }

  /// A chain of folders, made from the inside: its path is far longer than the system takes.
  private func makeChain(_ root: String, levels: Int) throws {
    var folder = try FileDescriptor.open(root, .directory)
    for _ in 0..<levels {
      try folder.makeSubfolder("d")
      folder = try folder.openBeneath("d", .directory)
    }
    _ = try folder.createFile("last")
  }

  @Test func `removes five thousand levels`() throws {
    // In memory where there is room, as making so many folders takes seconds on a busy disk.
    let inMemory = access("/dev/shm", W_OK) == 0
    try withRoot(in: inMemory ? "/dev/shm" : "/tmp") { root in
      try FileTree.makeDirectory(root + "/deep")
      try makeChain(root + "/deep", levels: 5000)
      try FileTree.removeTree(root + "/deep")
      #expect(try FileTree.names(in: root).isEmpty)
    }
  }

  @Test func `removes folders without permissions, links, fifos and many files`() throws {
    try withRoot { root in
      try FileTree.makeDirectory(root + "/tree/locked/inner")
      let folder = try FileDescriptor.open(root + "/tree/locked", .directory)
      for number in 0..<5000 { _ = try folder.createFile("file \(number)") }
      symlink("/etc", root + "/tree/locked/inner/link")
      mkfifo(root + "/tree/locked/inner/fifo", 0o000)
      chmod(root + "/tree/locked/inner", 0o000)
      chmod(root + "/tree/locked", 0o000)
      try FileTree.removeTree(root + "/tree/")
      #expect(try FileTree.names(in: root).isEmpty)
      #expect(try FileTree.status("/etc/passwd") != nil)
    }
  }

  @Test func `describes what is beneath and never what is outside`() throws {
    try withRoot { root in
      try FileTree.makeDirectory(root + "/inside/folder")
      try FileTree.writeAtomically([1], to: root + "/secret")
      try FileTree.writeAtomically([1, 2], to: root + "/inside/file")
      symlink("../secret", root + "/inside/out")
      symlink("folder/../file", root + "/inside/in")
      let inside = try FileDescriptor.open(root + "/inside", .directory)
      #expect(try inside.statusBeneath("in")?.size == 2)
      #expect(try inside.statusBeneath("absent/x") == nil)
      #expect(throws: FileError.self) { try inside.statusBeneath("out") }
      #expect(try inside.linkTarget(beneath: "out") == "../secret")
      #expect(try inside.linkTarget(beneath: "file") == nil)
      #expect(throws: FileError.self) { try inside.createFile("out") }
      #expect(try inside.entries(limit: 10).entries.map(\.name) == ["file", "folder", "in", "out"])
      #expect(try inside.entries(limit: 2).isTruncated)
    }
  }

  @Test(.enabled(if: geteuid() == 0)) func `gives a tree away, but not the files that it shares`() throws {
    try withRoot { root in
      try FileTree.makeDirectory(root + "/tree/folder")
      try FileTree.writeAtomically([7, 8], to: root + "/original", permissions: 0o444)
      try FileTree.link(root + "/original", to: root + "/tree/folder/shared")
      symlink(root + "/original", root + "/tree/link")
      try FileDescriptor.open(root + "/tree", .directory).giveTree(to: 54321, group: 54322)
      var original = stat()
      var shared = stat()
      #expect(stat(root + "/original", &original) == 0 && original.st_uid == 0 && original.st_nlink == 1)
      #expect(stat(root + "/tree/folder/shared", &shared) == 0 && shared.st_uid == 54321 && shared.st_gid == 54322)
      #expect(shared.st_mode & 0o777 == 0o444)
      #expect(try FileTree.contents(of: root + "/tree/folder/shared", limit: 10) == [7, 8])
    }
  }

  @Test(.enabled(if: geteuid() == 0)) func `removes immutable files`() throws {
    try withRoot { root in
      try FileTree.makeDirectory(root + "/tree")
      try FileTree.writeAtomically([1], to: root + "/tree/file")
      // Some file systems have no such attribute; then this only removes a file.
      for path in ["/tree/file", "/tree"] {
        let file = try FileDescriptor.open(root + path)
        var flags: Int32 = 0x10
        _ = withUnsafeMutablePointer(to: &flags) { ioctl(file.raw, 0x4008_6602, $0) }
      }
      try FileTree.removeTree(root + "/tree")
      #expect(try FileTree.names(in: root).isEmpty)
    }
  }
}
