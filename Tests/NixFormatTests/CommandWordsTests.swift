import NixFormat
import Testing

@Suite struct CommandWordsTests {
  @Test(arguments: [
    ("", []), ("  \t\n", []), ("nix build .#a", ["nix", "build", ".#a"]),
    ("nix build .#a;id", ["nix", "build", ".#a;id"]), ("a 'b c'd \"e f\"", ["a", "b cd", "e f"]),
    ("a '' \"\"", ["a", "", ""]), (#"a\ b \\"#, ["a b", #"\"#]), (#""\"\\\$\x""#, [#""\$\x"#]),
    ("'$(id)' `id` |&*?", ["$(id)", "`id`", "|&*?"]), ("a\\\nb", ["ab"]), ("ü 'ö'", ["ü", "ö"]),
  ])
  func `splits as a shell would`(_ text: String, _ words: [String]) throws {
    #expect(try commandWords(text) == words)
  }

  @Test(arguments: ["'", "a \"b", "a\\", "\"a\\"])
  func `refuses what is not closed`(_ text: String) {
    #expect(throws: CommandWordsError.unbalanced) { try commandWords(text) }
  }

  @Test(arguments: ["a\0", "'\0'", "\"\0\"", "\\\0"])
  func `refuses NUL`(_ text: String) {
    #expect(throws: CommandWordsError.nul) { try commandWords(text) }
  }
}
