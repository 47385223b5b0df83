import Testing

@testable import ServiceGenerator

@Suite("Bodies of functions")
struct GoBodyTests {
  @Test(
    "A body stands one tab to the right, indented by tabs",
    arguments: [
      ("return response, nil\n", "\treturn response, nil\n"), ("\n  \na\n\nb\n\n", "\ta\n\n\tb\n"),
      ("if x {\n  a()\n    b()\n}", "\tif x {\n\t\ta()\n\t\t\tb()\n\t}\n"),
      ("if x {\n    a()\n}", "\tif x {\n\t\ta()\n\t}\n"), ("if x {\n\ta()\n}", "\tif x {\n\t\ta()\n\t}\n"), ("", ""),
      (" \n ", ""),
    ])
  func indentation(body: String, indented: String) { #expect(GoBody(body).indented == indented) }

  @Test(
    "A text of several lines stays as it is",
    arguments: [
      ("s := `a\n  b\n\n`\nif x {\n  c()\n}", "\ts := `a\n  b\n\n`\n\tif x {\n\t\tc()\n\t}\n"),
      // A quote that is a rune, a part of a text, or in a comment begins none.
      ("a('`')\n  b()", "\ta('`')\n\t\tb()\n"), ("a(\"\\\"`\")\n  b()", "\ta(\"\\\"`\")\n\t\tb()\n"),
      ("// a `\n  b()", "\t// a `\n\t\tb()\n"), ("/* a ` */\n  b()", "\t/* a ` */\n\t\tb()\n"),
      ("a(\"\\\\\", `\n  x`)", "\ta(\"\\\\\", `\n  x`)\n"),
    ])
  func texts(body: String, indented: String) { #expect(GoBody(body).indented == indented) }
}
