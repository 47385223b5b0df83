import Archives
import Files
import Processes
import Testing

struct TarArchiveTests {
  private let files = [
    ArchivedFile(path: "cmd/shop/main.go", content: Array("package main\n".utf8)),
    ArchivedFile(path: "empty", content: []),
    ArchivedFile(path: String(repeating: "long/", count: 60) + "ü.txt", content: (0..<200_000).map { UInt8($0 % 251) }),
  ]

  @Test func `What was written is read again, and the same files are the same bytes`() throws {
    let bytes = try TarArchive.zstd(files, seconds: 1_700_000_000)
    #expect(try TarArchive.files(in: bytes) == files)
    #expect(try TarArchive.zstd(files, seconds: 1_700_000_000) == bytes)
    #expect(try TarArchive.files(in: TarArchive.zstd([], seconds: 0)) == [])
  }

  @Test func `tar reads it, with modes, times and nobody's name`() async throws {
    let bytes = try TarArchive.zstd(files, seconds: 1_700_000_000)
    let result = try await ProcessLauncher.shared.run(
      ProcessSpecification(
        executable: "/bin/sh", arguments: ["-c", "zstd -dq | TZ=UTC tar -tv --numeric-owner"],
        environment: [("PATH", "/usr/bin:/bin")], standardInput: .bytes(bytes)))
    let text = String(decoding: result.output, as: UTF8.self)
    #expect(result.exit.isSuccess && text.contains("-rw-r--r-- 0/0 "), "\(text)")
    #expect(text.contains("13 2023-11-14 22:13 cmd/shop/main.go"), "\(text)")
  }

  @Test func `More than may be read, and what is no archive, is refused`() throws {
    let bytes = try TarArchive.zstd(files, seconds: 0)
    #expect(throws: ArchiveError.self) { try TarArchive.files(in: bytes, limit: 1000) }
    #expect(throws: ArchiveError.self) { try TarArchive.files(in: bytes, count: 2) }
    #expect(throws: ArchiveError.self) { try TarArchive.files(in: Array("no archive".utf8)) }
    for end in stride(from: 0, to: bytes.count - 1, by: max(1, bytes.count / 40)) {
      #expect(throws: ArchiveError.self) { try TarArchive.files(in: Array(bytes[..<end])) }
    }
  }
}
