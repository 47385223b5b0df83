import Testing

@testable import Planning

@Suite struct ShownManifestTests {
  private static func manifest(_ sources: String, command: String = "make") -> String {
    """
    driver: {type: host}
    sources: [\(sources)]
    stages: [test]
    jobs:
    - {stage: test, name: unit, commands: [\(command)]} # pa55w

    """
  }

  @Test(
    arguments: [
      ("https://me:pa55w@e.org/a", "https://me:xxxxxx@e.org/a"),
      ("'https://me:pa55w@e.org/a pa55w => b'", "'https://me:xxxxxx@e.org/a xxxxxx => b'"),
      ("\"https://pa55w@e.org/a\"", "\"https://xxxxxx@e.org/a\""),
      ("https://e.org/a, https://me:pa55w@e.org/b", "https://e.org/a, https://me:xxxxxx@e.org/b"),
    ])
  func `has a replacement for every occurrence of a value`(written: String, shown: String) {
    let expected = Self.manifest(shown, command: "echo xxxxxx").replacingComment()
    #expect(shownManifest(Self.manifest(written, command: "echo pa55w"), masking: ["pa55w"]) == expected)
    #expect(shownManifest(expected, masking: ["pa55w"]) == expected)
  }

  @Test(
    arguments: [
      ("\"https://me:pa\\x35\\x35w@e.org/a\"", "pa55w"), ("\"https://me:pa\\\n  55w@e.org/a\"", "pa55w"),
      ("\"https://me:o\\x74her@e.org/a\", https://me:other@e.org/b", "other"), ("https://me:s@e.org/a", "s"),
    ])
  func `is withheld where a value is spelled in a way that is not found`(written: String, value: String) {
    #expect(shownManifest(Self.manifest(written), masking: [value]) == withheldManifest)
  }

  @Test(
    arguments: [
      ("no manifest with pa55w", ["pa55w"], "no manifest with xxxxxx"), ("", ["pa55w"], ""),
      ("driver: [pa55w", ["pa55w"], "driver: [xxxxxx"), ("pa55w", [], "pa55w"),
    ] as [(String, [String], String)])
  func `may be any text`(text: String, values: [String], shown: String) {
    #expect(shownManifest(text, masking: values) == shown)
  }
}

extension String {
  /// With the comment of `manifest` as it is shown.
  fileprivate func replacingComment() -> String {
    split(separator: "# pa55w", omittingEmptySubsequences: false).joined(separator: "# xxxxxx")
  }
}
