import Testing

import Files

@Suite struct FileTreeTests {
  @Test func `removes a tree without following links out of it`() throws {
    let root = "/tmp/wright-files-\(UInt64.random(in: 0 ... .max))"
    try FileTree.makeDirectory(root + "/tree/a/b")
    try FileTree.makeDirectory(root + "/kept")
    try FileTree.writeAtomically([1, 2, 3], to: root + "/kept/file")
    try FileTree.writeAtomically([1], to: root + "/tree/a/b/file")
    try FileTree.removeTree(root + "/tree")
    #expect(try FileTree.status(root + "/tree") == nil)
    #expect(try FileTree.contents(of: root + "/kept/file", limit: 3) == [1, 2, 3])
    #expect(throws: FileError.self) { try FileTree.contents(of: root + "/kept/file", limit: 2) }
    try FileTree.removeTree(root)
    try FileTree.removeTree(root)
  }

  @Test func `opens nothing outside the folder`() throws {
    let root = "/tmp/wright-files-\(UInt64.random(in: 0 ... .max))"
    try FileTree.makeDirectory(root)
    defer { try? FileTree.removeTree(root) }
    let directory = try FileDescriptor.open(root, .directory)
    for path in ["../etc/passwd", "/etc/passwd", "a/../../etc/passwd", "bad\0name"] {
      #expect(throws: FileError.self) { try directory.openBeneath(path) }
    }
  }
}
