import Files
import Planning
import Testing

@testable import Git

struct MirrorTests {
  let fixture: CloneFixture
  var folder: TemporaryFolder { fixture.folder }

  init() throws { fixture = try CloneFixture() }

  @Test func `A later clone fetches only what is new, and sees what has moved, come, gone and come back`() async throws
  {
    let commits = try await fixture.makeOrigin()
    #expect(try await fixture.clone().log.contains("wright: making a mirror of file://"))
    let fourth = try await folder.shell("cd origin; echo 4 >file; git commit -qam 4; git rev-parse HEAD")
    let (commit, log) = try await fixture.clone(to: "second")
    #expect(commit == fourth && log.contains("wright: updating the mirror of file://"))
    #expect(log.contains("remote: Total 3 ") && !log.contains("making a mirror"), "\(log)")
    #expect(try fixture.mirrors().count == 1)
    let forced = try await folder.shell(
      """
      cd origin; git checkout -q --orphan new; echo f >file; git add file; git commit -qm f; git branch -qf trunk; git checkout -q trunk
      git branch -qD old; git branch old/nested; git rev-parse HEAD
      """)
    #expect(try await fixture.clone("trunk", to: "forced").commit == forced)
    #expect(try await fixture.failure("old")?.kind == .unknownReference)
    #expect(try await fixture.clone("old/nested", to: "nested").commit == forced)
    try await folder.shell("cd origin; git branch -qD old/nested; git branch old \(commits[1])")
    #expect(try await fixture.clone("old", to: "back").commit == commits[1])
  }

  @Test func `The default branch is the server's, also after it was changed`() async throws {
    let commits = try await fixture.makeOrigin()
    try await fixture.clone()
    try await folder.shell("git -C origin symbolic-ref HEAD refs/heads/old")
    #expect(try await fixture.clone(to: "second").commit == commits[1])
    #expect(try await folder.shell("git -C second rev-parse --abbrev-ref HEAD") == "old")
    try await folder.shell("git -C origin update-ref --no-deref HEAD \(commits[0])")
    #expect(try await fixture.clone(to: "third").commit == commits[0])
    #expect(try await folder.shell("git -C third rev-parse --abbrev-ref HEAD") == "HEAD")
  }

  @Test func `For a whole commit that is there nothing is fetched; for anything else the server is asked`() async throws
  {
    let commits = try await fixture.makeOrigin()
    try await fixture.clone()
    try await folder.shell("mv origin gone")
    let (commit, log) = try await fixture.clone(commits[0], to: "second")
    #expect(commit == commits[0])
    #expect(log == "wright: the mirror has commit \(commits[0]) already; nothing is fetched\n")
    for reference in [nil, "trunk", String(commits[0].prefix(10))] {
      #expect(try await fixture.failure(reference)?.kind == .noRepository)
    }
    try await folder.shell("mv gone origin")
    #expect(try await fixture.clone(to: "third").commit == commits[2])
  }

  @Test(arguments: [
    "for pack in objects/pack/*.pack; do dd if=/dev/urandom of=$pack bs=1 seek=40 count=200 conv=notrunc; done",
    "for pack in objects/pack/*.pack; do truncate -s 60 $pack; done", "rm objects/pack/*.pack",
    "rm -r objects", "rm HEAD", "rm -r objects refs HEAD", "echo nonsense >packed-refs", ": >HEAD",
    "for pack in objects/pack/*.idx; do dd if=/dev/urandom of=$pack bs=64 count=4 conv=notrunc; done",
    "touch packed-refs.lock refs/heads/trunk.lock", "echo '[' >config",
  ])
  func `A damaged mirror is thrown away and made anew`(_ damage: String) async throws {
    _ = try await fixture.makeOrigin()
    try await fixture.clone()
    let next = try await folder.shell(
      """
      cd mirrors/*/1; chmod -R u+w .; { \(damage); } 2>&1
      cd \(folder.path)/origin; echo next >file; git commit -qam next; git rev-parse HEAD
      """
    ).split(separator: "\n").last.map(String.init)
    let (commit, log) = try await fixture.clone(to: "second")
    #expect(commit == next && log.contains("wright: the mirror is damaged and is made anew: "), "\(log)")
    #expect(try await folder.shell("cd second; git fsck; git status --porcelain; cat file") == "next")
    #expect(try await folder.shell("ls mirrors/*") == "2\nlock")
    #expect(try await !fixture.clone(to: "third").log.contains("damaged"))
  }

  @Test func `Damage is found where nothing is fetched too, and everybody who finds it gets his clone`() async throws {
    let commits = try await fixture.makeOrigin()
    try await fixture.clone()
    try await folder.shell("cd mirrors/*/1/objects/pack; chmod u+w *; truncate -s 60 *.pack")
    try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<4 {
        group.addTask { try await fixture.clone(commits[number % 3], to: "clone\(number)").commit }
      }
      let made = try await group.reduce(into: Set()) { $0.insert($1) }
      #expect(made == Set(commits))
    }
    // git may also have mended the old one, by fetching what it could not read. One is left, and it is whole.
    let log = try await fixture.clone(to: "last").log
    #expect(!log.contains("damaged"), "\(log)")
    let left = try await folder.shell("ls mirrors/*")
    #expect(["1\nlock", "2\nlock"].contains(left), "\(left)")
  }

  @Test func `What a process that was killed has left is removed, and only that`() async throws {
    _ = try await fixture.makeOrigin()
    try await fixture.clone()
    try await folder.shell(
      """
      cd mirrors/*; mkdir new-1 0; touch new-1/x 1/objects/pack/tmp_pack_1; cd ..; mkdir removed-1 empty
      touch removed-1/x empty/lock
      """)
    try await fixture.git.sweep()
    let (_, log) = try await fixture.clone(to: "second")
    #expect(!log.contains("making"))
    #expect(try await folder.shell("ls mirrors/*; ls mirrors/*/1/objects/pack | grep -c tmp || true") == "1\nlock\n0")
  }

  @Test func `Many at once share one mirror`() async throws {
    let commits = try await fixture.makeOrigin()
    let logs = try await withThrowingTaskGroup(of: (String, String).self) { group in
      for number in 0..<8 { group.addTask { try await fixture.clone("old", to: "clone\(number)") } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(logs.allSatisfy { $0.0 == commits[1] })
    #expect(logs.count { $0.1.contains("making a mirror") } == 1, "\(logs.map(\.1))")
    #expect(try await folder.shell("for n in 0 1 2 3 4 5 6 7; do git -C clone$n fsck; done; ls mirrors | wc -l") == "1")
  }

  @Test func `A mirror that another process updates is waited for, and a wait can be ended`() async throws {
    let commits = try await fixture.makeOrigin()
    try await fixture.clone()
    let name = try #require(fixture.mirrors().first)
    let path = "\(folder.path)/mirrors/\(name)"
    var other: GitMirrorFolder? = try GitMirrorFolder.tryOpen(path)
    #expect(try other != nil && GitMirrorFolder.tryOpen(path) == nil)
    let ended = Task { try await fixture.clone(to: "ended") }
    let waiting = Task { try await fixture.clone(to: "waiting") }
    ended.cancel()
    await #expect(throws: CancellationError.self) { try await ended.value }
    other = nil
    #expect(try await waiting.value.commit == commits[2])
  }

  @Test func `After many fetches the packs are joined`() async throws {
    _ = try await fixture.makeOrigin()
    try await fixture.clone()
    try await folder.shell(
      """
      cd mirrors/*/1; for n in $(seq 60); do
        echo $n | git hash-object -w --stdin | git pack-objects -q objects/pack/pack; done; rm -rf objects/??
      """)
    try await fixture.clone(to: "second")
    #expect(try await Int(folder.shell("ls mirrors/*/1/objects/pack/*.pack | wc -l")) ?? 99 < 10)
    #expect(try await folder.shell("cd second; git fsck; cat file") == "3")
  }
}
