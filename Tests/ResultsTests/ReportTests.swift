import Model
import Results
import Testing

@Suite struct `A test report` {
  @Test(
    arguments: [
      ("a.xml", "", TestReportFormat.junit), ("A.XML", "<", .junit), ("a.tap", "", .tap),
      ("out.txt", "TAP version 14\n1..0", .tap), ("a.txt", "TAP", nil), ("xml", "", nil), ("a.xml.gz", "", nil),
    ] as [(String, String, TestReportFormat?)])
  func `is known by name or beginning`(name: String, beginning: String, format: TestReportFormat?) {
    #expect(TestReportFormat(name: name, beginning: Array(beginning.utf8)) == format)
  }

  @Test func `is none where the document is another`() throws {
    #expect(try report(Array("<project><testcase name='a'/></project>".utf8), name: "pom.xml") == nil)
    #expect(try report(Array("nothing of it\n# at all\n".utf8), name: "a.tap") == nil)
  }

  @Test(arguments: [
    "<testsuite><testcase name='a'>", "<testsuite><testcase></testsuite>",
    "<!DOCTYPE testsuite [<!ENTITY a 'b'>]><testsuite name='&a;'/>",
    "<testsuite>" + String(repeating: "<testsuite>", count: 200), "\u{0}", "",
  ])
  func `that is damaged says so`(text: String) {
    #expect(throws: TestReportProblem.self) { try report(Array(text.utf8), name: "a.xml") }
  }

  @Test func `keeps 20,000 tests and counts the others`() throws {
    let text =
      "<testsuite>" + String(repeating: "<testcase name='a'><failure/></testcase>", count: 20_010) + "</testsuite>"
    let found = try #require(try report(Array(text.utf8), name: "a.xml"))
    #expect(found.tests.count == ResultLimits.testsOfJob)
    #expect(found.counts.failed == 20_010)
  }

  @Test func `keeps a bounded part of what went wrong`() throws {
    let long = String(repeating: "x", count: 100_000)
    let test = "<testcase name='\(long)' classname='\(long)' time='1e99'><failure>\(long)</failure></testcase>"
    let text = "<testsuite>" + String(repeating: test, count: 300) + "</testsuite>"
    let found = try #require(try report(Array(text.utf8), name: "a.xml"))
    #expect(found.tests.count == 300)
    #expect(found.tests.allSatisfy { $0.name.utf8.count <= 503 && $0.suite.utf8.count <= 503 })
    #expect(found.tests.allSatisfy { $0.durationMicroseconds == nil })
    let bytes = found.tests.reduce(0) { $0 + ($1.message?.utf8.count ?? 0) }
    #expect(bytes > 1_000_000 && bytes < ResultLimits.testMessageBytesOfJob + 5000)
  }

  @Test func `shows no escapes or control characters`() throws {
    let text =
      "<testsuite><testcase name='a&#9;b&#x202E;'><failure message='&#x9B;31m red&#10;line'/></testcase></testsuite>"
    let found = try #require(try report(Array(text.utf8), name: "a.xml"))
    #expect(found.tests.first?.name == "a b")
    #expect(found.tests.first?.message == "31m red\nline")
  }

  @Test(arguments: [
    ("ok", "passed"), ("not ok", "failed"), ("ok 1 # skip", "skipped"), ("not ok 1 # TODO x", "skipped"),
    ("ok 1 # TODO x", "passed"), ("not ok 1 - about # nothing", "failed"), ("not ok 1 \\# skip", "failed"),
    ("okay", ""), ("not okay", ""), ("Ok 1", ""), ("  ok 1", ""),
  ])
  func `in TAP reads each line`(line: String, status: String) throws {
    let found = try report(Array(line.utf8), name: "a.tap")
    #expect((found?.tests.map(\.status.rawValue) ?? []) == (status.isEmpty ? [] : [status]))
  }

  @Test func `in TAP with hostile depth and lines is read`() throws {
    let deep = (0..<1000).map {
      String(repeating: "    ", count: $0) + "ok \($0) - \(String(repeating: "n", count: 100))\n"
    }
    let found = try #require(try report(Array(deep.joined().utf8), name: "a.tap", pieces: 777))
    #expect(found.counts.total >= 20)
    #expect(found.tests.allSatisfy { $0.suite.utf8.count <= 503 })
  }
}
