import NixFormat
import Testing

@Suite struct NixBuildResultTests {
  private static let a = "/nix/store/gnqq3s4p985qri8a8dn9zmdw57cl8dd3-a"
  private static let b = "/nix/store/gnqq3s4p985qri8a8dn9zmdw57cl8dd4-b"

  @Test(
    arguments: [
      (#"[{"drvPath":"\#(a).drv","outputs":{"out":"\#(a)","dev":"\#(b)"}}]"#, [a, b]),
      (#" [{"path":"\#(a)"},{"drvPath":"x","outputs":{}}]"# + "\n", [a]), ("\(a)\n\(b)\n", [a, b]),
      ("a word\n\(b)\n\(a)/bin\n", [b]), (#"[{"outputs":{"out":"/etc/passwd"}}]"#, []), ("[", []), ("", []),
      (#"[{"outputs":{"out":1}}]"#, []), ("[1,2]", []),
    ] as [(String, [String])]) func `what was asked for is named in JSON or in lines`(output: String, paths: [String])
  {
    #expect(nixBuildResults(Array(output.utf8)).map(\.description).sorted() == paths.sorted())
  }
}
