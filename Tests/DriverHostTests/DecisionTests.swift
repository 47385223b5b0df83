import Drivers
import Model
import Testing

@testable import DriverHost

@Suite struct DecisionTests {
  @Test(arguments: [
    ("*", "a", true), ("*", "", true), ("*", ".a", false), (".*", ".a", true), ("*.o", "a.o", true),
    ("*.o", "a.c", false),
    ("?.o", "a.o", true), ("?.o", "ab.o", false), ("?.o", ".o", false), ("a*b*c", "a1b2b3c", true),
    ("a*b*c", "a1c2b", false),
    ("lib*.so.*", "libx.so.1", true), ("**", "abc", true), ("a", "a", true), ("a", "b", false), ("[a]", "[a]", true),
    ("?", "ü", true), ("*a*a*a*a*a*a*a*a*b", String(repeating: "a", count: 200), false),
  ])
  func `matches names as a shell does`(pattern: String, name: String, matches: Bool) {
    #expect(NamePattern(pattern).matches(name) == matches)
  }

  @Test(arguments: [
    ("a", "a"), ("./a//b/", "a/b"), (".", "."), ("/workspace", "."), ("/workspace/a", "a"), ("a/.b", "a/.b"),
    ("...", "..."),
    ("", nil), ("..", nil), ("a/..", nil), ("../a", nil), ("/", nil), ("/workspaces/a", nil), ("/workspace/../a", nil),
    ("a\0b", nil), (String(repeating: "a/", count: 3000), nil),
  ])
  func `takes paths below the workspace only`(text: String, path: String?) {
    #expect(WorkspacePath(text, roots: ["/workspace"])?.text == path)
  }

  @Test(arguments: [
    ("#!/bin/sh\n", "/bin/sh", []), ("#! /usr/bin/env  -S sh -e\nx", "/usr/bin/env", ["-S sh -e"]),
    ("echo\n", "/bin/sh", []), ("#!\n", "/bin/sh", []), ("", "/bin/sh", []), ("#!/bin/bash", "/bin/bash", []),
  ])
  func `reads a script's first line`(script: String, program: String, arguments: [String]) {
    let interpreter = Interpreter(of: Array(script.utf8))
    #expect(interpreter.program == program)
    #expect(interpreter.arguments == arguments)
  }

  @Test func `quotes variables for a shell, and refuses names that it would run`() {
    let text = LaunchScript.text(
      environment: [EnvironmentVariable(name: "A", value: "it's $(id)\n")], folder: "/w", command: ["/p q", "it's"])
    #expect(
      String(decoding: text, as: UTF8.self)
        == "cd '/w' || exit 126\nunset OLDPWD\nexport A='it'\\''s $(id)\n'\nexec '/p q' 'it'\\''s'\n")
    for name in ["", "1", "A-B", "A=B", "A\nid", "Ä", "A;id"] {
      #expect(LaunchScript.unusableName([EnvironmentVariable(name: name, value: "")])?.name == name)
    }
    #expect(LaunchScript.unusableName([EnvironmentVariable(name: "A", value: "\0")]) != nil)
    #expect(LaunchScript.unusableName([EnvironmentVariable(name: "_a1", value: "")]) == nil)
  }

  @Test func `user numbers are given to one environment at a time`() {
    let users = BuildUsers(first: 100)
    #expect([users.take(), users.take(), users.take()] == [100, 101, 102])
    users.giveBack(101)
    #expect([users.take(), users.take()] == [101, 103])
  }

  @Test func `a server that is root keeps three rights, and only until the user has changed`() {
    let parts: [SandboxLayout.Part] = [.readOnly("/usr"), .readOnly("/var/lib/dpkg"), .link("/bin", to: "usr/bin")]
    let root = SandboxLayout(system: parts, hidden: [], identity: .user(77))
    let descriptors = SandboxLayout.Descriptors(launcher: 4, script: 5, users: 6, groups: 7, filter: 8)
    let options = root.options(workspace: "/w", temporary: "/t", scriptName: "unit", descriptors: descriptors)
    let kept = options.indices.filter { options[$0] == "--cap-add" }.map { options[$0 + 1] }
    #expect(kept == ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"])
    #expect(root.command.contains("--bounding-set=-all") && root.command.contains("77"))
    let other = SandboxLayout(system: parts, hidden: [], identity: .mapped(1000))
    #expect(other.command == ["/bin/sh", "/run/wright/environment"])
    #expect(
      !other.options(workspace: "/w", temporary: "/t", scriptName: "unit", descriptors: descriptors).contains(
        "--cap-add"))
    // Nothing is writable but the workspace and the temporary folder.
    #expect(options.indices.filter { options[$0] == "--bind" }.map { options[$0 + 1] } == ["/t", "/w"])
  }
}
