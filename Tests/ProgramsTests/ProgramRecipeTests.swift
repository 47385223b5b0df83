import Documents
import Manifest
import Model
import Planning
import Testing

@testable import Programs

/// A tree by its paths; `*` at the end makes a file executable.
func tree(_ paths: [String], contents: [String: String] = [:]) -> ProgramTree {
  let entries = (paths + contents.keys.filter { !paths.contains($0) }.sorted()).map { path in
    path.hasSuffix("*")
      ? TreeEntry(path: String(path.dropLast()), mode: 0o100755, size: 10) : TreeEntry(path: path, size: 10)
  }
  return ProgramTree(entries, contents: contents.mapValues { Array($0.utf8) })
}

let hello = Source(url: "https://example.org/hello.git", directory: "hello")

private func commands(_ tree: ProgramTree, _ stage: String) throws -> [String] {
  let decision = try ProgramRecipe.decide(tree, source: hello)
  guard case .script(let commands) = decision.found.stages.first(where: { $0.name == stage })?.jobs.first?.step else {
    return []
  }
  return commands
}

@Suite struct `The recipe of a program` {
  @Test(
    arguments: [
      (["Makefile", "a.c"], [], #"make -j"$(nproc)""#),
      (["makefile"], [], #"make -j"$(nproc)""#),
      (["GNUmakefile"], [], #"make -j"$(nproc)""#),
      (["configure*", "Makefile.in"], ["./configure"], #"make -j"$(nproc)""#),
      (["configure", "Makefile"], ["sh configure"], #"make -j"$(nproc)""#),
      (["configure.ac"], ["autoreconf --force --install", "./configure"], #"make -j"$(nproc)""#),
      (["configure.in"], ["autoreconf --force --install", "./configure"], #"make -j"$(nproc)""#),
      (["configure.ac", "autogen.sh*"], ["NOCONFIGURE=1 ./autogen.sh", "./configure"], #"make -j"$(nproc)""#),
      (["autogen.sh"], ["NOCONFIGURE=1 sh autogen.sh", "./configure"], #"make -j"$(nproc)""#),
      (["configure.ac", "bootstrap*"], ["NOCONFIGURE=1 ./bootstrap", "./configure"], #"make -j"$(nproc)""#),
      (
        ["CMakeLists.txt"], ["cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_BUILD_RPATH_USE_ORIGIN=ON"],
        #"cmake --build build --parallel "$(nproc)""#
      ),
      (["meson.build"], ["meson setup build --buildtype=release"], #"meson compile -C build -j "$(nproc)""#),
      (
        ["CMakeLists.txt", "build/notes"],
        ["cmake -S . -B _build -DCMAKE_BUILD_TYPE=Release -DCMAKE_BUILD_RPATH_USE_ORIGIN=ON"],
        #"cmake --build _build --parallel "$(nproc)""#
      ),
    ] as [([String], [String], String)])
  func `is what a person would write for one build system`(
    paths: [String], configure: [String], build: String
  ) throws {
    let tree = tree(paths)
    #expect(try commands(tree, "configure") == (configure.isEmpty ? [] : ["cd hello"] + configure))
    #expect(try commands(tree, "build") == ["cd hello", build])
  }

  @Test(
    arguments: [
      (["Makefile", "CMakeLists.txt", "meson.build", "configure.ac"], ["Meson", "CMake", "autotools", "make"]),
      (["Makefile", "configure", "configure.ac", "CMakeLists.txt"], ["configure", "CMake"]),
      (["GNUmakefile", "Makefile"], ["make"]),
      (["src/configure", "Makefile"], ["make"]),
    ] as [([String], [String])])
  func `tries several build systems in order`(paths: [String], names: [String]) {
    #expect(tree(paths).buildFolder()?.candidates.map(\.system.name) == names)
  }

  @Test func `names a missing tool where it goes on with another build system`() throws {
    let tree = tree(["Makefile", "CMakeLists.txt"])
    #expect(
      try commands(tree, "configure") == [
        "cd hello",
        """
        need() { command -v "$1" || { echo "$1 is not installed (Debian: apt-get install $2)"; false; }; }
        if need cmake 'cmake' && cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_BUILD_RPATH_USE_ORIGIN=ON; then
          echo 'Building with CMake'
        else
          echo 'Building with make'
        fi
        """,
      ])
    #expect(
      try commands(tree, "build") == [
        "cd hello",
        """
        if test -f build/Makefile; then
          cmake --build build --parallel "$(nproc)"
        else
          make -j"$(nproc)"
        fi
        """,
      ])
  }

  @Test(
    arguments: [
      (["src/Makefile", "docs/Makefile", "a/b/Makefile"], "src"), (["lib/Makefile", "src/Makefile"], "src"),
      (["README", "build/cmake/CMakeLists.txt"], "build/cmake"), (["tests/Makefile"], "tests"),
      (["tests/Makefile", "deep/down/here/Makefile"], "deep/down/here"), (["b/Makefile", "a/Makefile"], "a"),
      (["src/Makefile", "Makefile"], ""), ([".github/Makefile", "x/y/configure"], "x/y"),
    ])
  func `looks in the nearest folder where the root has nothing`(paths: [String], folder: String) {
    #expect(tree(paths).buildFolder()?.path == folder)
  }

  @Test func `enters the folder, and says why`() throws {
    let decision = try ProgramRecipe.decide(tree(["src/Makefile"]), source: hello)
    #expect(try commands(tree(["src/Makefile"]), "build") == ["cd hello/src", #"make -j"$(nproc)""#])
    #expect(decision.explanation == ["build system in src, the nearest folder that has one: make (Makefile)"])
  }

  @Test func `passes over parts of a build that are no build of their own`() throws {
    let part = tree(["Makefile"], contents: ["CMakeLists.txt": "# project(x)\nadd_library(x x.c)\n"])
    #expect(part.buildFolder()?.candidates.map(\.system.name) == ["make"])
    let whole = tree(["Makefile"], contents: ["CMakeLists.txt": "cmake_minimum_required()\n  PROJECT (x C)\n"])
    #expect(whole.buildFolder()?.candidates.map(\.system.name) == ["CMake", "make"])
    let other = tree(["Makefile"], contents: ["bootstrap": "echo hello\n"])
    #expect(other.buildFolder()?.candidates.map(\.system.name) == ["make"])
    let autotools = tree(["Makefile"], contents: ["bootstrap": "exec autoreconf -i\n"])
    #expect(autotools.buildFolder()?.candidates.map(\.system.name) == ["autotools", "make"])
  }

  @Test func `makes the times of generated files even`() throws {
    let found = try commands(tree(["configure*", "aclocal.m4", "Makefile.in"]), "configure")
    #expect(found.contains { $0.contains("touch -r configure") })
    #expect(try !commands(tree(["configure*"]), "configure").contains { $0.contains("touch") })
  }

  @Test(
    arguments: [
      ("if test -d \"$srcdir/.git\"; then", true), ("[ -e .git ] || test -d .git", true), ("cp .gitignore x", false),
    ])
  func `hides the history from a configure that asks for it`(text: String, hides: Bool) throws {
    let tree = tree(["aclocal.m4"], contents: ["configure": text])
    let found = try commands(tree, "configure")
    #expect(found.last == (hides ? "without_git sh configure" : "sh configure"))
    #expect(found.contains { $0.contains("without_git()") } == hides)
    let other = try commands(ProgramTree(tree.entries, contents: [:]), "configure")
    #expect(other.last == "sh configure")
  }

  @Test(
    arguments: [
      (["Makefile.am": "bin_PROGRAMS = x\nlib_LTLIBRARIES = libx.la\n"], true),
      (["Makefile.am": "lib_LTLIBRARIES = libx.la\n", "src/Makefile.am": "bin_PROGRAMS = x\n"], true),
      (["Makefile.am": "lib_LTLIBRARIES = libx.la\n", "tests/Makefile.am": "bin_PROGRAMS = x\n"], false),
      (["Makefile.am": "bin_PROGRAMS = x\n"], false), ([:], false),
    ])
  func `links programs so that they run anywhere`(files: [String: String], isStatic: Bool) throws {
    let option = isStatic ? " --disable-shared" : ""
    #expect(try commands(tree(["configure.ac"], contents: files), "configure").last == "./configure\(option)")
    #expect(try commands(tree(["configure*"], contents: files), "configure").last == "./configure\(option)")
    let paths = tree(["configure.ac"], contents: files).entries
    #expect(Set(ProgramRecipe.wanted(in: paths)) == Set(files.keys.filter { !$0.hasPrefix("tests") }))
  }

  @Test func `collects what was made, by its path in the repository`() throws {
    let decision = try ProgramRecipe.decide(tree(["CMakeLists.txt"]), source: hello)
    let jobs = decision.found.stages.flatMap(\.jobs)
    #expect(jobs.map(\.artifacts) == [[], [ArtifactRule(source: "hello", name: "", selection: .programs)]])
    #expect(decision.found.stages.map(\.name) == ["configure", "build"])
    #expect(decision.found.driver == DriverSpecification(type: "host"))
    #expect(decision.found.sources.isEmpty && decision.found.setup.isEmpty)
  }

  @Test(
    arguments: [
      ["Makefile"], ["CMakeLists.txt", "Makefile", "meson.build"], ["configure", "aclocal.m4"], ["a.c", "b.c"],
      ["autogen.sh*", "CMakeLists.txt"], ["it's here/Makefile"],
    ])
  func `is a manifest that says the same`(paths: [String]) throws {
    for source in [
      hello, Source(url: "/srv/it's a: repo", reference: "v1", directory: "it's a # repo"),
      Source(url: "https://me:pa55w@example.org/x", reference: String(repeating: "a", count: 40), directory: "y"),
      Source(url: "git@example.org:a/b.git", directory: "b"),
    ] {
      let found = try ProgramRecipe.decide(tree(paths), source: source).found
      let result = Manifest.parse(Array(found.manifest.utf8))
      #expect(result.diagnostics.isEmpty, "\(result.diagnostics)\n\(found.manifest)")
      let plan = try Planning.plan(from: #require(result.manifest))
      #expect(Array(plan.stages.dropFirst()) == found.stages)
      #expect(plan.sources.map(\.directory) == [source.directory])
      #expect(!found.manifest.contains("pa55w") && !found.manifest.contains("aaaa"))
    }
  }

  @Test(
    arguments: [
      ([], "empty"), (["setup.py", "a.py", "README"], "2 .py files and 1 file without a suffix"),
      (["a.go"], "add a .wright.yml"), ((1...9).map { "f.\($0)" }, "and 5 others"),
    ] as [([String], String)])
  func `needs something to go by`(paths: [String], words: String) {
    let error = #expect(throws: RecipeError.self) { try ProgramRecipe.decide(tree(paths), source: hello) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test(
    arguments: [
      (["Makefile", "a.c", "b.c"], []), (["configure", "src/configure"], ["configure"]),
      (["CMakeLists.txt", "a.c"], ["CMakeLists.txt", "a.c"]),
      (["a.c", "b.h", "tests/c.c"], ["a.c"]), (["tests/c.c"], ["tests/c.c"]),
      ([".wright.yml", "a.c", "CMakeLists.txt"], [".wright.yml"]),
      (["src/meson.build", "Makefile"], ["src/meson.build"]),
    ] as [([String], [String])])
  func `asks for the files that it has to read`(paths: [String], wanted: [String]) {
    #expect(ProgramRecipe.wanted(in: tree(paths).entries) == wanted)
  }

  @Test func `asks for no more than fits into memory`() {
    let entries =
      (0..<2000).map { TreeEntry(path: "f\($0).c", size: 100_000) } + [TreeEntry(path: "x.c", size: 2 << 20)]
    let wanted = ProgramRecipe.wanted(in: entries)
    #expect(wanted.count == 167)
    #expect(!wanted.contains("x.c"))
  }
}
