import Testing

@testable import Programs

func reason(_ log: String, exitCode: Int32? = 1) -> String? {
  var scanner = FailureScanner()
  scanner.scan(Array(log.utf8))
  return scanner.reason(exitCode: exitCode)
}

private let cases: [(String, String)] = [
  ("build.sh: 5: cmake: not found\n", "cmake is not installed: on Debian, apt-get install cmake"),
  (
    "./build.sh: line 3: autoreconf: command not found\n",
    "autoreconf is not installed: on Debian, apt-get install autoconf"
  ),
  (
    "make: flex: No such file or directory\nmake: *** [Makefile:3: x] Error 127\n",
    "flex is not installed: on Debian, apt-get install flex"
  ),
  (
    "/usr/bin/env: ‘python3’: No such file or directory\n",
    "python3 is not installed: on Debian, apt-get install python3"
  ),
  ("sh: 1: frobnicate: not found\n", "frobnicate is not installed: install the package that has it"),
  (
    "cmake is not installed (Debian: apt-get install cmake)\n",
    "cmake is not installed: on Debian, apt-get install cmake"
  ),
  (
    "autoreconf is not installed (Debian: apt-get install autoconf automake libtool)\n",
    "autoreconf is not installed: on Debian, apt-get install autoconf automake libtool"
  ),
  (
    "WARNING: 'aclocal-1.15' is missing on your system.\n",
    "aclocal-1.15 is not installed: on Debian, apt-get install automake"
  ),
  (
    "Can't exec \"libtoolize\": No such file or directory at /usr/share/autoconf/Autom4te/FileUtils.pm line 274.\n",
    "libtoolize is not installed: on Debian, apt-get install libtool"
  ),
  (
    "configure.ac:9: error: possibly undefined macro: AC_PROG_LIBTOOL\n",
    "autoconf does not know AC_PROG_LIBTOOL: on Debian, apt-get install libtool"
  ),
  (
    "configure: error: no acceptable C compiler found in $PATH\n",
    "gcc is not installed: on Debian, apt-get install gcc"
  ),
  (
    "configure: error: zlib library not found\n",
    "configure: zlib library not found (on Debian, apt-get install zlib1g-dev)"
  ),
  ("configure: error: no luck today\n", "configure: no luck today"),
  (
    "configure: error: Package requirements (glib-2.0 >= 2.40) were not met:\n\nNo package 'glib-2.0' found\n",
    "glib-2.0 is missing: on Debian, apt-get install libglib2.0-dev"
  ),
  (
    "src/x.c:3:10: fatal error: zlib.h: No such file or directory\n    3 | #include <zlib.h>\n",
    "the header zlib.h is missing, which src/x.c:3 includes: on Debian, apt-get install zlib1g-dev"
  ),
  (
    "\u{1B}[01m\u{1B}[Kx.c:1:2:\u{1B}[m\u{1B}[K \u{1B}[01;31m\u{1B}[Kfatal error: \u{1B}[m\u{1B}[Kopenssl/evp.h: No such file or directory\n",
    "the header openssl/evp.h is missing, which x.c:1 includes: on Debian, apt-get install libssl-dev"
  ),
  (
    "x.c:1:10: fatal error: 'own/thing.h' file not found\n",
    "the header own/thing.h is missing, which x.c:1 includes: install the package that has it, or add its folder to CFLAGS"
  ),
  (
    "/usr/bin/ld: cannot find -lncurses: No such file or directory\n",
    "the library libncurses is missing: on Debian, apt-get install libncurses-dev"
  ),
  ("/usr/bin/ld: cannot find -lfoo\n", "the library libfoo is missing: install the package that has it"),
  (
    "/usr/bin/ld: x.o: in function `main':\nx.c:(.text+0x5): undefined reference to `frob'\n",
    "linking failed: nothing defines frob"
  ),
  (
    "CMake Error at /usr/share/cmake-3.25/Modules/FindPackageHandleStandardArgs.cmake:230 (message):\n"
      + "  Could NOT find ZLIB (missing: ZLIB_LIBRARY ZLIB_INCLUDE_DIR)\nCall Stack\n",
    "ZLIB is missing: on Debian, apt-get install zlib1g-dev"
  ),
  (
    "CMake Error at CMakeLists.txt:4 (find_package):\n  By not providing \"FindCURL.cmake\" in CMAKE_MODULE_PATH this\n",
    "CURL is missing: on Debian, apt-get install libcurl4-openssl-dev"
  ),
  (
    "CMake Error at x.cmake:9 (message):\n  The following required packages were not found:\n\n   - libuv>=1.0\n",
    "libuv is missing: on Debian, apt-get install libuv1-dev"
  ),
  ("CMake Error at CMakeLists.txt:4 (message):\n  This is not supported.\n", "CMake: This is not supported."),
  (
    "CMake Error at CMakeLists.txt:2 (project):\n  No CMAKE_CXX_COMPILER could be found.\n",
    "g++ is not installed: on Debian, apt-get install g++"
  ),
  (
    "CMake Error: CMake was unable to find a build program corresponding to \"Unix Makefiles\".  CMAKE_MAKE_PROGRAM is not set.\n",
    "make is not installed: on Debian, apt-get install make"
  ),
  (
    "meson.build:12:0: ERROR: Dependency \"glib-2.0\" not found, tried pkgconfig and cmake\n",
    "glib-2.0 is missing: on Debian, apt-get install libglib2.0-dev"
  ),
  (
    "src/meson.build:2:4: ERROR: Program 'gperf' not found or not executable\n",
    "gperf is not installed: on Debian, apt-get install gperf"
  ),
  (
    "meson.build:2:4: ERROR: C shared or static library 'yaml' not found\n",
    "the library yaml is missing: on Debian, apt-get install libyaml-dev"
  ),
  ("ERROR: Could not detect Ninja v1.8.2 or newer\n", "ninja is not installed: on Debian, apt-get install ninja-build"),
  (
    "meson.build:1:0: ERROR: Unknown compiler(s): [['cc'], ['gcc']]\n",
    "gcc is not installed: on Debian, apt-get install gcc"
  ),
  ("meson.build:1:0: ERROR: Value \"x\" is bad\n", "Meson: Value \"x\" is bad"),
  (
    "src/a.c:12:3: error: unknown type name 'x'\nsrc/b.c:1:1: error: other\n",
    "src/a.c:12 does not compile: unknown type name 'x'"
  ),
  ("make: *** No rule to make target 'a.h', needed by 'a.o'.  Stop.\n", "make has no rule for 'a.h', needed by 'a.o'"),
  (
    "Makefile.am:144: error: required directory ./modules/oniguruma does not exist\n",
    "Makefile.am:144: required directory ./modules/oniguruma does not exist"
  ),
  (
    "make: *** No targets specified and no makefile found.  Stop.\n",
    "there is no Makefile: what should have made it did not"
  ),
  ("Makefile:3: *** missing separator.  Stop.\n", "make: missing separator.  Stop."),
  (
    "ninja: error: loading 'build.ninja': No such file or directory\n",
    "ninja: loading 'build.ninja': No such file or directory"
  ),
  (
    "gcc: fatal error: Killed signal terminated program cc1\n",
    "a program of the build was killed, most likely because memory ran out: gcc: fatal error: Killed signal terminated program cc1"
  ),
  ("x.s: 1: No space left on device\n", "the disk is full: x.s: 1: No space left on device"),
  (
    "ModuleNotFoundError: No module named 'jinja2'\n",
    "Python's module jinja2 is missing: on Debian, apt-get install python3-jinja2"
  ),
]

@Suite struct `Why a build failed` {
  @Test(arguments: cases)
  func `is one sentence with what to do`(log: String, sentence: String) {
    #expect(reason("checking for x... no\n" + log + "make: *** [Makefile:1: all] Error 1\n") == sentence)
  }

  @Test(arguments: cases)
  func `does not depend on where in the output it stands`(log: String, sentence: String) {
    let cold = String(repeating: "cc -O2 -c -o main.o main.c\n", count: 200)
    for length in stride(from: 0, through: 4100, by: 97) {
      let output = String(repeating: "x", count: length) + "\n" + cold.prefix(length) + "\n" + log + cold
      #expect(reason(output) == sentence, "after \(length)")
    }
  }

  @Test(arguments: cases)
  func `does not depend on how the output comes`(log: String, sentence: String) {
    var scanner = FailureScanner()
    for byte in log.utf8 { scanner.scan([byte]) }
    #expect(scanner.reason() == sentence)
  }

  @Test(
    arguments: [
      "", "all is well\n", "checking for zlib.h... not found\n", "+ echo 'sh: 1: cmake: not found'\n",
      "-- Could NOT find ZLIB (missing: ZLIB_LIBRARY)\n", "make: *** [Makefile:1: all] Error 1\n",
      "note: file not found\n", "0 errors, none missing\n", "error\n", "***\n", ": error: \n", "CMake Error at\n",
      "a: b: c: not found\n",
    ])
  func `may not be told`(log: String) { #expect(reason(log) == nil) }

  @Test func `is what stopped it, not what it went on without`() {
    let version = "version.sh: 3: git: not found\n"
    #expect(reason(version + "a.c:1:1: error: x\nmake: *** [a.o] Error 1\n") == "a.c:1 does not compile: x")
    #expect(reason(version, exitCode: 127) == "git is not installed: on Debian, apt-get install git")
    #expect(reason("a.c:1:1: error: x\n", exitCode: 137)?.contains("memory") == true)
    #expect(reason("a.c:1:1: error: x\nKilled\n")?.contains("memory") == true)
    #expect(
      reason("a.c:1:1: error: x\nb.c:2:1: fatal error: zlib.h: No such file or directory\n")?.contains("zlib1g") == true
    )
  }

  @Test func `is looked for by hints that have places of their own`() {
    #expect(FailureHints.table.count { $0 != 0 } == FailureHints.triples.count)
  }

  @Test func `is short whatever the line`() {
    let long = "a.c:1:1: error: " + String(repeating: "x", count: 100_000) + "\n"
    #expect(reason(long).map { $0.count < 300 } == true)
    #expect(reason(String(repeating: "not found ", count: 1000)) == nil)
  }

  @Test func `survives any bytes`() {
    var state: UInt64 = 7
    let words = cases.map { Array($0.0.utf8) }
    for _ in 0..<2000 {
      var bytes: [UInt8] = []
      for _ in 0..<4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let word = words[Int(state >> 33) % words.count]
        let start = Int(state >> 20 & 0xFF) % word.count
        bytes += word[start...].prefix(Int(state >> 8 & 0x3F)) + [UInt8(truncatingIfNeeded: state >> 40)]
      }
      var scanner = FailureScanner()
      scanner.scan(bytes)
      _ = scanner.reason(exitCode: 127)
    }
  }

  @Test(
    arguments: [
      ("aclocal-1.16", "automake"), ("clang-14", "clang"), ("python3", "python3"), ("python", "python-is-python3"),
      ("nothing", nil), ("", nil),
    ] as [(String, String?)])
  func `names the package of a tool`(tool: String, package: String?) { #expect(DebianPackages.ofTool(tool) == package) }

  @Test(
    arguments: [
      ("glib.h", "libglib2.0-dev"), ("X11/Xlib.h", "libx11-dev"), ("X11/Xft/Xft.h", "libxft-dev"),
      ("GL/glu.h", "libglu1-mesa-dev"), ("linux/if.h", "linux-libc-dev"), ("mine.h", nil), ("mine/x.h", nil),
    ] as [(String, String?)])
  func `names the package of a header`(header: String, package: String?) {
    #expect(DebianPackages.ofHeader(header) == package)
  }
}
