import Files
import Processes
import Testing

@testable import Git

struct LargeFileTests {
  static let isInstalled = (try? ExecutableSearch.find("git-lfs")) != nil

  /// A repository with a file whose content only Git LFS has; without git-lfs one with a pointer to nothing.
  private func makeOrigin(_ folder: TemporaryFolder) async throws {
    try await folder.shell(
      """
      git init -q -b trunk origin; cd origin; mkdir d; echo '*.bin filter=lfs diff=lfs merge=lfs -text' >d/.gitattributes
      oid=$(printf content | sha256sum | cut -d' ' -f1); objects=.git/lfs/objects/$(echo $oid | cut -c1-2)/$(echo $oid | cut -c3-4)
      mkdir -p $objects; printf content >$objects/$oid
      printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize 7\\n' $oid >d/large.bin
      git add .; git commit -qm 1
      """)
  }

  @Test(.enabled(if: isInstalled)) func `Files kept by Git LFS are fetched`() async throws {
    let fixture = try CloneFixture()
    try await makeOrigin(fixture.folder)
    for name in ["first", "second"] {
      let log = try await fixture.clone(to: name).log
      #expect(try fixture.folder.read("\(name)/d/large.bin") == "content", "\(log)")
      #expect(log.contains("wright: fetching 1 file (d/large.bin) kept by Git LFS"), "\(log)")
    }
  }

  @Test(
    .enabled(if: isInstalled),
    arguments: [
      ("ext::x", "remote helper"), ("ssh://h/x", "are allowed here"), ("-x", "begins with '-'"),
    ])
  func `Where .lfsconfig says that files are is checked as any address`(_ url: String, _ sentence: String) async throws
  {
    let fixture = try CloneFixture()
    try await makeOrigin(fixture.folder)
    try await fixture.folder.shell("cd origin; git config -f .lfsconfig lfs.url '\(url)'; git add .; git commit -qm 2")
    let failure = try await fixture.failure()
    #expect(failure?.description.contains(sentence) == true, "\(failure as Any)")
  }

  @Test(.enabled(if: isInstalled)) func `A file that Git LFS does not have fails with a sentence`() async throws {
    let fixture = try CloneFixture()
    try await makeOrigin(fixture.folder)
    try await fixture.folder.shell("rm -r origin/.git/lfs")
    let failure = try await fixture.failure()
    #expect(
      failure?.description.hasPrefix("the files kept by Git LFS cannot be fetched: ") == true, "\(failure as Any)")
  }

  @Test func `Without git-lfs the log says that there are pointers`() async throws {
    let fixture = try CloneFixture(path: "/nonexistent")
    let path = "\(fixture.folder.path)/bin"
    try FileTree.makeDirectory(path)
    try await fixture.folder.shell("ln -s $(command -v git) bin/git; for n in d/x; do :; done")
    let bare = GitTool(
      GitSettings(scratch: "\(fixture.folder.path)/scratch", protocols: ["file"], environment: [("PATH", path)]))
    try await makeOrigin(fixture.folder)
    let log = RecordingLog()
    let address = try bare.address("file://\(fixture.folder.path)/origin")
    _ = try await bare.clone(address, at: nil, into: "\(fixture.folder.path)/clone", log: log)
    #expect(
      log.text.contains("pointers in the place of 1 file (d/large.bin) kept by Git LFS: git-lfs is not installed"))
    #expect(try fixture.folder.read("clone/d/large.bin").hasPrefix("version https://git-lfs"))
  }
}
