import Model
import Results
import Testing

private func summaries(_ log: String, workspace: String? = nil) -> [String] {
  messages(in: Array(log.utf8), workspace: workspace).map(\.summary)
}

@Suite struct `A line of a log` {
  @Test(arguments: [
    ("a.c:3:4: warning: w [-Wx]", "warning a.c:3:4 | w | -Wx"),
    ("a.c:3: warning: w", "warning a.c:3 | w"),
    ("a.c:3:4: fatal error: f", "error a.c:3:4 | f"),
    ("a.c:3:4: internal compiler error: Segmentation fault", "error a.c:3:4 | Segmentation fault"),
    ("my dir/a b.c:3:4: error: e", "error my dir/a b.c:3:4 | e"),
    ("meson.build:3:0: ERROR: Dependency \"x\" not found", "error meson.build:3 | Dependency \"x\" not found"),
    ("Makefile:9: warning: overriding recipe for target 'x'", "warning Makefile:9 | overriding recipe for target 'x'"),
    ("make[2]: *** No rule to make target 'x'.  Stop.", "error make[2] | No rule to make target 'x'.  Stop."),
    ("/usr/bin/x86_64-linux-gnu-ld: cannot find -lz", "error x86_64-linux-gnu-ld | cannot find -lz"),
    ("x86_64-w64-mingw32-gcc-12: error: no input", "error x86_64-w64-mingw32-gcc-12 | no input"),
    ("configure: error: no acceptable C compiler", "error configure | no acceptable C compiler"),
    ("a.c:3:4: warning: w [-Wx]\r", "warning a.c:3:4 | w | -Wx"),
    ("a.c:0: error: e", "error a.c:1 | e"),
    ("a.c:1: error: array[3]", "error a.c:1 | array[3]"),
    ("a.c:1: error: e [-W with space]", "error a.c:1 | e [-W with space]"),
    ("<command-line>: warning: w", "warning <command-line> | w"), ("12:30:59: error: it is late", ""),
    ("2026-11-21 12:30:59: error: x", ""),
    ("+ echo a.c:1: error: e", ""), ("  a.c:1: error: quoted", ""), ("    7 | error: x", ""),
    ("something: error: in general", ""), ("error: alone", ""), (": error: nothing", ""), ("a.c:1: error: ", ""),
    ("make: *** [Makefile:4: a.o] Error 1", ""), ("make: *** Waiting for unfinished jobs....", ""),
    ("tests/a.py:3: AssertionError", ""), ("-c:1: error: x", ""), ("a.c:1:error: no space", ""),
    ("a.c:99999999999: error: no line", ""),
  ])
  func `is a message or not`(line: String, expected: String) {
    #expect(summaries(line) == (expected.isEmpty ? [] : ["1 " + expected]))
  }

  @Test func `is named below the workspace`() {
    let log = "/w/b-1/src/a.c:1: error: see /w/b-1/x.h\n/w/b-12/a.c:1: error: elsewhere\n"
    #expect(
      summaries(log, workspace: "/w/b-1") == [
        "1 error src/a.c:1 | see x.h", "2 error /w/b-12/a.c:1 | elsewhere",
      ])
  }

  @Test func `with control characters and escapes is shown without them`() {
    let log = "a\u{7}\u{202E}.c:1: error: \u{1B}[31mred\u{1B}[0m\u{1B}]8;;http://x\u{7}link\u{0}\u{9B}\ttab\n"
    #expect(summaries(log) == ["1 error a.c:1 | redlink tab"])
  }

  @Test func `that is not text is shown as well as it can be`() {
    let found = messages(in: Array("a.c:1: error: ".utf8) + [0xFF, 0xC3, 0x28, 0x0A])
    #expect(found.map(\.text) == ["\u{FFFD}\u{FFFD}("])
  }

  @Test func `is cut where it is too long`() throws {
    let name = String(repeating: "d/", count: 400) + "a.c"
    let found = messages(in: Array("\(name):1: error: \(String(repeating: "é", count: 1200))".utf8))
    let message = try #require(found.first)
    #expect(message.file.utf8.count <= ResultLimits.nameBytes + 3)
    #expect(message.text.utf8.count <= ResultLimits.textBytes + 3)
    #expect(message.text.hasSuffix("é…"))
    let far = String(repeating: "x", count: 5000) + ".c:1: error: too far\nb.c:1: error: near\n"
    #expect(summaries(far) == ["2 error b.c:1 | near"])
    #expect(messages(in: Array(far.utf8), pieces: [100]).map(\.summary) == ["2 error b.c:1 | near"])
  }
}

@Suite struct `Messages of a log` {
  @Test func `that are printed again count once`() {
    var scanner = MessageScanner()
    let header = "h.h:1:1: warning: unused [-Wunused]\nh.h:2:1: warning: unused [-Wunused]\n"
    scanner.scan(Array((header + header + "a.c:1:1: note: here\n" + header).utf8))
    #expect(scanner.takeFound().map(\.logLine) == [1, 2])
    #expect(scanner.counts == MessageCounts(errors: 0, warnings: 2))
  }

  @Test func `are numbered from the lines that were there before`() {
    var scanner = MessageScanner(linesBefore: 40)
    scanner.scan(Array("\n\na.c:1: error: e\n".utf8))
    #expect(scanner.takeFound().map(\.logLine) == [43])
    #expect(scanner.takeFound().isEmpty)
  }

  @Test func `are kept up to a limit and counted beyond it`() {
    var scanner = MessageScanner()
    for line in 1...1500 { scanner.scan(Array("a.c:\(line): warning: w\n".utf8)) }
    #expect(scanner.takeFound().count == ResultLimits.messagesOfJob)
    #expect(scanner.counts.warnings == 1500)
  }

  @Test func `of the linker make the compiler's word superfluous, which counts where it is alone`() {
    let failure = "collect2: error: ld returned 1 exit status\n"
    let undefined = "/usr/bin/ld: a.o: undefined reference to `x'\n"
    #expect(summaries(undefined + failure).count == 1)
    #expect(summaries(undefined + failure + "a.c:1: error: e\n" + failure).count == 3)
    #expect(summaries("clang: error: linker command failed with exit code 1\n").count == 1)
  }

  @Test func `have at most three notes each`() {
    let note = "a.c:1: note: n\n"
    let log = note + "a.c:1: error: e\n" + String(repeating: note, count: 5) + "a.c:2: error: e\n" + note
    #expect(messages(in: Array(log.utf8)).map(\.logLine) == [2, 3, 4, 5, 8, 9])
  }
}

@Suite struct `What is new` {
  private func message(_ file: String, _ line: Int64, _ text: String, _ option: String? = nil) -> CompilerMessage {
    CompilerMessage(severity: .warning, file: file, line: line, column: 3, text: text, option: option, logLine: line)
  }

  @Test func `is known by everything but lines and made-up names`() {
    let first = message("a.c", 1, "unused", "-Wunused")
    #expect(first.fingerprint == message("a.c", 99, "unused", "-Wunused").fingerprint)
    #expect(first.fingerprint != message("b.c", 1, "unused", "-Wunused").fingerprint)
    #expect(first.fingerprint != message("a.c", 1, "unused").fingerprint)
    #expect(message("a", 1, "bc").fingerprint != message("ab", 1, "c").fingerprint)
    #expect(
      message("/tmp/ccA1.o", 1, "in /tmp/x-1.s").fingerprint == message("/tmp/ccB2.o", 1, "in /tmp/y.s").fingerprint)
    // Stored in databases: a change would make everything new once.
    #expect(first.fingerprint == -1_057_915_393_191_842_369)
  }

  @Test(
    arguments: [
      ([], [1, 2, 1], [true, true, true]),
      ([1, 2], [2, 1], [false, false]),
      ([1], [1, 1, 2], [false, true, true]),
      ([1, 1, 1], [1], [false]),
    ] as [([Int64], [Int64], [Bool])])
  func `is what the build before did not have as often`(previous: [Int64], present: [Int64], expected: [Bool]) {
    var comparison = NewMessages(previous: previous)
    #expect(present.map { comparison.isNew($0) } == expected)
  }
}
