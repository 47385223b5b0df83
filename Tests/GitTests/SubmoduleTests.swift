import Files
import Testing

@testable import Git

struct SubmoduleTests {
  let fixture: CloneFixture
  var folder: TemporaryFolder { fixture.folder }

  init() throws { fixture = try CloneFixture() }

  /// Makes `origin`, with one submodule `sub` of `inner` whose address is written as `url`.
  private func makeOuter(_ url: String, path: String = "sub", also script: String = "true") async throws {
    try await folder.shell(
      """
      [ -d inner ] || { git init -q -b trunk inner; cd inner; echo inner >file; git add .; git commit -qm 1; cd ..; }
      git init -q -b trunk origin; cd origin; echo outer >file
      printf '[submodule "x.y"]\\n\\tpath = %s\\n\\turl = %s\\n' '\(path)' '\(url)' >.gitmodules
      git add .; git update-index --add --cacheinfo 160000,$(git -C ../inner rev-parse HEAD),'\(path)'
      \(script)
      git commit -qm 1
      """)
  }

  @Test(arguments: ["../inner", "file://FOLDER/inner", "FOLDER/inner", "./../inner/."])
  func `A submodule is cloned at the commit that is wanted, by whatever address`(_ url: String) async throws {
    try await makeOuter(url.split(separator: "FOLDER", omittingEmptySubsequences: false).joined(separator: folder.path))
    try await folder.shell("cd inner; echo newer >file; git commit -qam 2")
    let log = try await fixture.clone().log
    #expect(try folder.read("clone/sub/file") == "inner\n")
    #expect(log.contains("wright: submodule sub: cloning file://\(folder.path)/inner"), "\(log)")
    let state = "cd clone; git status --porcelain; cd sub; git status --porcelain; git fsck; git log --format=%s"
    #expect(try await folder.shell(state) == "1")
    #expect(try fixture.mirrors().count == 2)
  }

  @Test func `Submodules of submodules are cloned, in folders of their own`() async throws {
    try await makeOuter("../inner", path: "a b/c")
    try await folder.shell("mv origin middle")
    try await folder.shell(
      """
      git init -q -b trunk origin; cd origin
      printf '[submodule "m"]\\n\\tpath = deep/m\\n\\turl = ../middle\\n' >.gitmodules
      git add .; git update-index --add --cacheinfo 160000,$(git -C ../middle rev-parse HEAD),deep/m; git commit -qm 1
      """)
    try await fixture.clone()
    #expect(try folder.read("clone/deep/m/a b/c/file") == "inner\n")
    #expect(try folder.read("clone/deep/m/file") == "outer\n")
  }

  @Test(arguments: [
    ("ext::sh -c touch% MARKER", "holds a space"), ("ext::touch", "remote helper"), ("-u", "begins with '-'"),
    ("ssh://h/x", "only file, git, http are allowed"), ("../../../../../../../x", "leads out of the host"),
    ("../nowhere", "there is no repository at"), ("http://-x/", "no valid host"),
  ])
  func `An address that cannot be used fails with a sentence`(_ url: String, _ sentence: String) async throws {
    try await makeOuter(url)
    let failure = try await fixture.failure()
    #expect(failure?.description.hasPrefix("the submodule sub: ") == true)
    #expect(failure?.description.contains(sentence) == true, "\(failure as Any)")
  }

  @Test func `What .gitmodules describes and the commit does not hold is nothing, and so is what is not wanted`()
    async throws
  {
    try await makeOuter(
      "../inner",
      also: """
        printf '[submodule "z"]\\n\\tpath = z\\n\\turl = ext::x\\n[submodule "f"]\\n\\tpath = file\\n\\turl = ext::x\\n' >>.gitmodules
        printf '[submodule "u"]\\n\\tpath = ../../u\\n\\turl = ext::x\\n' >>.gitmodules
        git config -f .gitmodules submodule.x.y.update none; git add .gitmodules
        """)
    try await fixture.clone()
    #expect(try await folder.shell("ls -A clone/sub").isEmpty)
    #expect(try fixture.mirrors().count == 1)
  }

  @Test func `A .gitmodules that cannot be read fails with a sentence`() async throws {
    try await makeOuter("../inner", also: "echo '[' >.gitmodules; git add .gitmodules")
    #expect(try await fixture.failure()?.description.contains(".gitmodules is not written as") == true)
  }

  @Test func `A repository that is its own submodule ends`() async throws {
    try await makeOuter("../inner")
    // Eleven repositories, each a submodule of the next.
    try await folder.shell(
      """
      mv origin r0
      for n in $(seq 1 11); do
        git init -q -b trunk r$n; cd r$n; printf '[submodule "s"]\\n\\tpath = s\\n\\turl = ../r%s\\n' $((n-1)) >.gitmodules
        git add .; git update-index --add --cacheinfo 160000,$(git -C ../r$((n-1)) rev-parse HEAD),s; git commit -qm 1
        cd ..
      done
      """)
    let failure = try await fixture.failure(of: "file://\(folder.path)/r11")
    #expect(failure?.description.contains("nested too deeply") == true)
    try await fixture.clone(of: "file://\(folder.path)/r9")
  }

  @Test func `Settings of submodules are read, whatever they are called`() {
    let settings: [(key: String, value: String)] = [
      ("submodule.a.path", "p"), ("submodule.a.url", "u"), ("submodule.b.c.d.path", "q"), ("submodule.b.c.d.url", "v"),
      ("submodule.b.c.d.update", "none"), ("submodule.nopath.url", "x"), ("core.x", "y"), ("submodule.recurse", "true"),
      ("submodule.a.url", "last"), ("", ""), ("submodule..path", "e"), ("submodule..url", "e"),
    ]
    #expect(
      GitSubmodule.read(settings) == [
        GitSubmodule(path: "p", url: "last"), GitSubmodule(path: "q", url: "v", isWanted: false),
        GitSubmodule(path: "e", url: "e"),
      ])
  }
}
