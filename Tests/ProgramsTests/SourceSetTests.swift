import Testing

@testable import Programs

private func build(_ contents: [String: String], name: String = "hello") throws -> [String] {
  try #require(SourceSet(tree([], contents: contents), name: name)).script(in: name).build
}

@Suite struct `C files without a build system` {
  @Test func `become one program where one has a main`() throws {
    let script = try build(["main.c": "int main(void) { return f(); }", "f.c": "int f(void) { return 0; }"])
    #expect(
      script == [
        "cd hello",
        """
        make -j"$(nproc)" -f - CFLAGS='-O2' all <<'END'
        all: hello
        hello: main.o f.o ; $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
        END
        """,
      ])
  }

  @Test func `become a program for each main, linked with the others`() throws {
    let script = try build([
      "src/a.c": "#include <math.h>\nint main(int argc, char **argv)\n{\n}\n", "src/b.c": "int main() {}", "c.c": "",
      "include/c.h": "",
    ])
    #expect(
      script.last == """
        make -j"$(nproc)" -f - CFLAGS='-O2 -Iinclude' LDLIBS='-lm' all <<'END'
        all: src/a src/b
        src/a: src/a.o c.o ; $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
        src/b: src/b.o c.o ; $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
        END
        """)
  }

  @Test func `become a library where none has a main`() throws {
    #expect(try build(["a.c": "", "b.c": ""]).last?.contains("libhello.a: a.o b.o ; $(AR) rcs $@ $^") == true)
  }

  @Test(
    arguments: [
      ("int main(void) {}", true), ("int\nmain (argc, argv)\n  char **argv;\n{ }", true),
      ("/* main() { */ int x;", false), ("char *s = \"int main() {\";", false), ("int main(void);", false),
      ("int domain(void) {}", false), ("int main2(void) {}", false), ("void f() { main(1); }", false),
      ("// int main() {\n", false), ("int main(int (*f)(void), char **v) {}", true), ("main", false), ("main(", false),
      ("int main", false), ("'\\", false), ("/*", false), ("char c = '\"'; int main() {}", true),
      ("WINAPI main(){}", true), ("}}}} int main() {", true),
      ("#if A\nint f(a) {\n#else\nint f(b) {\n#endif\n  {\n  }\n}\nint main(argc, argv) char **argv; {}", true),
      ("int f() {\n  int main() {}\n}", false), ("", false),
    ])
  func `have a main where one is defined`(text: String, expected: Bool) {
    #expect(CText(Array(text.utf8)).definesMain == expected)
  }

  @Test(
    arguments: [
      (["math.h"], ["-lm"]), (["curl/curl.h", "pthread.h"], ["-lcurl", "-pthread"]), (["stdio.h", "curl"], []),
      (["openssl/ssl.h"], ["-lcrypto", "-lssl"]),
    ] as [(Set<String>, [String])])
  func `are linked with what their headers need`(headers: Set<String>, options: [String]) {
    #expect(Set(linkerOptions(for: headers)) == Set(options))
  }

  @Test func `are left out where make cannot name them`() throws {
    let set = try #require(SourceSet(tree([], contents: ["a b.c": "", "c.c": "int main() {}"]), name: "x y"))
    let script = set.script(in: "x y")
    #expect(script.build.first == "cd 'x y'")
    #expect(script.build.last?.contains("a b") == false)
    #expect(script.explanation.last == "left out, since make cannot name them: 'a b.c'")
    #expect(SourceSet(tree(["a b.c"]), name: "x") == nil)
  }
}
