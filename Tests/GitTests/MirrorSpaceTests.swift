import Files
import Testing

@testable import Git

struct MirrorSpaceTests {
  private func url(_ name: String, _ fixture: CloneFixture) -> String { "file://\(fixture.folder.path)/\(name)" }

  @Test func `Beyond the limit the mirrors go that were used longest ago, but none in use`() async throws {
    let fixture = try CloneFixture()
    for name in ["a", "b", "c"] {
      _ = try await fixture.makeOrigin(name)
      try await fixture.clone(of: url(name, fixture), to: "clone-\(name)")
    }
    // Used in the order b, a, c.
    try await fixture.folder.shell(
      """
      cd mirrors; for m in *; do case $(git -C $m/1 config remote.origin.url) in
      */b) touch -d '3 hours ago' $m/lock ;; */a) touch -d '2 hours ago' $m/lock ;; *) touch $m/lock ;; esac; done
      """)
    let sizes = try fixture.mirrors().map { try Int64(fixture.folder.read("mirrors/\($0)/lock").dropLast()) ?? 0 }
    #expect(sizes.allSatisfy { $0 > 20_000 })
    await fixture.git.mirrors.trim(to: sizes.reduce(0, +))
    #expect(try fixture.mirrors().count == 3)
    await fixture.git.mirrors.trim(to: sizes.reduce(0, +) - 1)
    #expect(try await mirrored(fixture) == ["a", "c"])
    let name = try #require(
      fixture.mirrors().first { try fixture.folder.read("mirrors/\($0)/1/config").contains("/a\n") })
    var folder: GitMirrorFolder? = try GitMirrorFolder.tryOpen("\(fixture.folder.path)/mirrors/\(name)")
    var reader: FileLock? = try folder?.hold(1)
    await fixture.git.mirrors.trim(to: 0)
    #expect(try await mirrored(fixture) == ["a"], "whoever updates it keeps it")
    folder = nil
    await fixture.git.mirrors.trim(to: 0)
    #expect(try await mirrored(fixture) == ["a"] && reader != nil, "whoever reads it keeps it")
    reader = nil
    await fixture.git.mirrors.trim(to: 0)
    #expect(try fixture.mirrors().isEmpty)
    try await fixture.clone(of: url("a", fixture), to: "again")
  }

  private func mirrored(_ fixture: CloneFixture) async throws -> [String] {
    try await fixture.folder.shell("cd mirrors; for m in *; do git -C $m/1 config remote.origin.url; done")
      .split(separator: "\n").compactMap { $0.split(separator: "/").last.map(String.init) }.sorted()
  }

  @Test func `A limit below what one needs changes nothing for clones, also for many at once`() async throws {
    let fixture = try CloneFixture(limit: 1)
    let names = ["a", "b", "c"]
    for name in names { _ = try await fixture.makeOrigin(name) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<12 {
        group.addTask { try await fixture.clone(of: url(names[number % 3], fixture), to: "clone\(number)") }
      }
      try await group.waitForAll()
    }
    let script = "for n in 0 1 2 3 4 5 6 7 8 9 10 11; do git -C clone$n fsck; cat clone$n/file; done | sort | uniq -c"
    #expect(try await fixture.folder.shell(script).filter { !$0.isWhitespace } == "123")
    await fixture.git.mirrors.trim(to: 1)
    #expect(try fixture.mirrors().isEmpty)
  }
}
