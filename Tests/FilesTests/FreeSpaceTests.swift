import Concurrency
import Files
import Testing

@Suite struct FreeSpaceTests {
  private static let mebibyte: Int64 = 1 << 20

  @Test(
    arguments: [
      (FreeSpace.Purpose.artifacts, 1 << 40, 128 << 20), (.logs, 1 << 40, 64 << 20), (.compression, 1 << 40, 32 << 20),
      (.artifacts, 40_000_000, 4_000_000), (.logs, 40_000_000, 2_000_000), (.compression, 40_000_000, 1_000_000),
      (.logs, 0, 0),
    ] as [(FreeSpace.Purpose, Int64, Int64)])
  func `a twentieth stays free, 64 MiB at most, for artifacts twice and for compression half of it`(
    _ purpose: FreeSpace.Purpose, _ total: Int64, _ floor: Int64
  ) {
    #expect(FreeSpace.floor(for: purpose, of: total) == floor)
  }

  @Test func `what would go below the floor is refused, and accepted once there is space`() throws {
    let free = Lock<Int64>(164 * Self.mebibyte)
    let space = FreeSpace(of: "/x", for: .logs) { FreeSpace.Size(free: free.withLock { $0 }, total: 1 << 40) }
    try space.check(room: 100 * Self.mebibyte)
    try space.claim(100 * Self.mebibyte)
    let refusal = #expect(throws: FileError.self) { try space.claim(100 * Self.mebibyte + 1) }
    #expect(refusal?.isNoSpace == true)
    #expect(refusal?.description.contains("65536 KiB stay free") == true)
    free.withLock { $0 = 65 * Self.mebibyte - 1 }
    #expect(throws: FileError.self) { try space.check() }
    free.withLock { $0 += 1 }
    try space.check()
  }

  @Test func `the file system is asked for every few MiB, not for every write`() throws {
    let asked = Lock(0)
    let space = FreeSpace(of: "/x", for: .logs) {
      asked.withLock { $0 += 1 }
      return FreeSpace.Size(free: 1 << 40, total: 1 << 41)
    }
    for _ in 0..<1024 { try space.claim(16 << 10) }
    // 16 MiB in steps of 4; a second or two that the machine was busy elsewhere may add to it.
    #expect((3...50).contains(asked.withLock { $0 }))
  }

  @Test func `a file system that does not know its size refuses nothing`() throws {
    let space = FreeSpace(of: "/x", for: .logs) { FreeSpace.Size(free: 0, total: 0) }
    try space.check()
    try space.claim(1 << 40)
  }

  @Test func `a real file system is asked`() throws {
    try FreeSpace(of: "/proc", for: .logs).check()
    #expect(throws: FileError.self) { try FreeSpace(of: "/nowhere/at/all", for: .logs).check() }
  }
}
