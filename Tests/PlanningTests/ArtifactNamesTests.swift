import Planning
import Testing

struct ArtifactNamesTests {
  @Test(arguments: [
    "a", "a/b/c.txt", "...", "..a", "a..", ".hidden", "-dash", "with space", "größe.txt", "*.log",
    String(repeating: "a", count: 255),
  ])
  func `An ordinary relative path is a name`(_ name: String) {
    #expect(relativePathProblem(name) == nil)
    #expect(isSafeArtifactName(name))
  }

  @Test(arguments: [
    ("", "empty"), ("/etc/passwd", "relative"), ("../x", "'..'"), ("a/../b", "'..'"), ("a/..", "'..'"), (".", "'.'"),
    ("./a", "'.'"), ("a//b", "empty part"), ("a/", "empty part"), ("a\\b", "backslash"), ("a\0b", "NUL"),
    ("a\nb", "control"), ("a\u{7f}", "control"), ("a\u{1b}[2J", "control"),
    (String(repeating: "a", count: 256), "255"), (String(repeating: "ab/", count: 400) + "c", "1024"),
    ("a\r\nb", "control"),
  ])
  func `A name that could leave its folder or break a line is refused with the reason`(
    _ name: String, _ reason: String
  ) {
    #expect(relativePathProblem(name)?.contains(reason) == true)
    #expect(!isSafeArtifactName(name))
  }

  @Test func `Bytes that are not text are refused`() {
    #expect(relativePathProblem([97, 0xff])?.contains("UTF-8") == true)
  }
}
