import Testing

@testable import Programs

@Suite struct `Litter of build systems` {
  @Test(
    arguments: [
      "build/CMakeFiles/3.25.1/CompilerIdC/a.out", "build/CMakeFiles/3.25.1/CMakeDetermineCompilerABI_C.bin",
      "CMakeFiles/CMakeTmp/cmTC_1a2b3", "CMakeFiles/CMakeScratch/TryCompile-x/cmTC_1.dir/a.o", "CMakeFiles/x.bin",
      "conftest", "conftest.o", "src/conftest1.o", "build/meson-private/sanitycheckc.exe", ".git/objects/ab/cd",
      "sub/.git/x", "autom4te.cache/x", "src/.libs/libx.lax/liby.a/z.o", "src/.libs/lt-hello", ".tmp_versions/x",
      "CMakeFiles/CheckTypeSize/SIZEOF_LONG.bin", ".sconf_temp/conftest_1.o",
    ])
  func `is left out`(path: String) { #expect(isBuildLitter(path)) }

  @Test(
    arguments: [
      "hello", "src/hello", "a.out", "src/.libs/hello", "src/.libs/libx.so.1.2.3", "src/.libs/libx.a", "x.o",
      "build/CMakeFiles/hello.dir/src/hello.c.o", "build/hello.p/hello.c.o", "build/lib/CMakeFiles/x.dir/y.o",
      "libx.a", "bin/lt", "lt-tools/lt-this", "git", "tests/conf", "my.git/x", "CMakeFiles.o", "",
    ])
  func `is not what a build is for`(path: String) { #expect(!isBuildLitter(path)) }

  @Test(
    arguments: [
      ("build", false), ("build/CMakeFiles", false), ("build/CMakeFiles/hello.dir", false),
      ("build/CMakeFiles/hello.dir/src", false), ("build/CMakeFiles/3.25.1", true), ("src/.libs", false),
      ("CMakeFiles/3.25.1/CompilerIdC", true), (".git", true), ("build/meson-private", true), ("build/hello.p", false),
    ])
  func `is not looked for in folders that hold nothing else`(folder: String, isLitter: Bool) {
    #expect(isBuildLitter(folder, isFolder: true) == isLitter)
  }
}
