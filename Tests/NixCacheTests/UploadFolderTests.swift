import Crypto
import Files
import Glibc
import Model
import Testing

@testable import NixCache

@Suite struct UploadFolderTests {
  private static let upload = "0f0e0d0c-0b0a-4908-8706-050403020100"

  private static func part(
    _ folder: UploadFolder, _ number: Int, _ bytes: [UInt8],
    space: FreeSpace.Size = .init(free: 1 << 40, total: 1 << 40)
  ) throws -> String {
    let part = try IncomingPart(
      folder, of: upload, space: FreeSpace(of: folder.path, for: .artifacts) { space })
    try part.appendOrDiscard(bytes)
    let md5 = Hexadecimal.string(try part.digests().md5)
    try part.keep(number, md5: md5, of: upload)
    return md5
  }

  @Test func `a part is known by its number and MD5, and the last of a number counts`() throws {
    let folder = try TemporaryUploads()
    defer { folder.remove() }
    #expect(try folder.uploads.parts(of: Self.upload).isEmpty)
    let second = try Self.part(folder.uploads, 2, [2])
    _ = try Self.part(folder.uploads, 10, [10])
    let old = try Self.part(folder.uploads, 1, [0])
    let first = try Self.part(folder.uploads, 1, [1])
    // Times of files are as coarse as the kernel's ticks.
    let times = [timespec](repeating: timespec(tv_sec: 1, tv_nsec: 0), count: 2)
    #expect(utimensat(AT_FDCWD, folder.uploads.part(1, md5: old, of: Self.upload) ?? "", times, 0) == 0)
    let parts = try folder.uploads.parts(of: Self.upload)
    #expect(parts.map(\.number) == [1, 2, 10])
    #expect(parts.prefix(2).map(\.md5) == [first, second])
    #expect(try FileTree.contents(of: parts[0].path, limit: 9) == [1])
    try folder.uploads.remove(Self.upload)
    try folder.uploads.remove(Self.upload)
    #expect(try folder.uploads.parts(of: Self.upload).isEmpty)
  }

  @Test func `what is on its way, cut off or not a part's is no part`() throws {
    let folder = try TemporaryUploads()
    defer { folder.remove() }
    _ = try Self.part(folder.uploads, 1, [1])
    let coming = try IncomingPart(
      folder.uploads, of: Self.upload, space: FreeSpace(of: folder.uploads.path, for: .artifacts))
    try coming.append([1, 2, 3])
    let own = folder.uploads.folder(of: Self.upload)
    for name in ["", "1", "1.abc", "-1.x", "9." + String(repeating: "a", count: 33), "3.\(Self.upload).x"] {
      try FileTree.writeAtomically([1], to: "\(own)/\(Self.upload).\(name)")
    }
    for md5 in ["", "../../x", String(repeating: "/", count: 32), String(repeating: "A", count: 32)] {
      #expect(folder.uploads.part(1, md5: md5, of: Self.upload) == nil)
    }
    #expect(try folder.uploads.parts(of: Self.upload).map(\.number) == [1])
    coming.discard()
    #expect(try !FileTree.names(in: own).contains { $0.hasPrefix("new-") })
  }

  @Test func `a part that does not fit leaves nothing`() throws {
    let folder = try TemporaryUploads()
    defer { folder.remove() }
    let error = #expect(throws: FileError.self) {
      try Self.part(folder.uploads, 1, [1], space: .init(free: 100, total: 1 << 40))
    }
    #expect(error?.isNoSpace == true)
    #expect(try FileTree.names(in: folder.uploads.folder(of: Self.upload)).isEmpty)
  }

  @Test func `an upload that nobody goes on with is removed`() throws {
    let folder = try TemporaryUploads()
    defer { folder.remove() }
    _ = try Self.part(folder.uploads, 1, [1])
    let path = try #require(try folder.uploads.parts(of: Self.upload).first).path
    let modified = try #require(try FileTree.status(path)).modified
    #expect(try folder.uploads.removeUntouched(since: Timestamp(milliseconds: modified)) == 0)
    #expect(try folder.uploads.removeUntouched(since: Timestamp(milliseconds: modified + 1)) == 1)
    #expect(try FileTree.status(path) == nil)
  }
}

/// A folder for uploads that is removed at the end.
private struct TemporaryUploads {
  let uploads: UploadFolder

  init() throws {
    var template = Array("/tmp/wright-uploads-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError.last("mkdtemp", "/tmp") }
    uploads = UploadFolder(
      path: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    try uploads.prepare()
  }

  func remove() { _ = try? FileTree.removeTree(uploads.path) }
}
