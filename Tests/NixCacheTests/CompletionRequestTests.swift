import NixFormat
import Routing
import Testing

@testable import NixCache

@Suite struct CompletionRequestTests {
  static let good = """
    {"parts":[{"partNumber":1,"eTag":"\\"ABC\\""}],"narInfoCreate":{"cStoreHash":"\(String(repeating: "a", count: 32))",\
    "cStoreSuffix":"hello-1.0","cNarHash":"sha256:\(String(repeating: "0", count: 52))","cNarSize":120,\
    "cFileHash":"\(String(repeating: "b", count: 64))","cFileSize":100,\
    "cReferences":["\(String(repeating: "c", count: 32))-b","\(String(repeating: "a", count: 32))-a"],\
    "cDeriver":"unknown-deriver","cSig":null,"cNewer":1},"newer":{}}
    """

  @Test func `reads what clients send`() throws {
    let request = try CompletionRequest(JSONParser.parse(Array(Self.good.utf8)))
    #expect(request.parts == [SubmittedPart(number: 1, entityTag: "abc")])
    let submission = request.submission
    #expect(submission.path.description == "/nix/store/\(String(repeating: "a", count: 32))-hello-1.0")
    #expect(submission.narSize == 120 && submission.fileSize == 100)
    #expect(submission.deriver == nil && submission.signature == nil)
    let references = submission.fingerprint.split(separator: ";")[4].split(separator: ",")
    #expect(references.map { $0.suffix(2) } == ["-a", "-b"])
  }

  @Test(arguments: [
    (#""parts":[{"partNumber":1,"eTag":"\"ABC\""}]"#, #""parts":{}"#, "parts is not an array"),
    (#""eTag":"\"ABC\"""#, #""eTag":1"#, "eTag is a number"),
    (#""partNumber":1"#, #""partNumber":-1"#, "partNumber"),
    (#""cStoreSuffix":"hello-1.0""#, #""cStoreSuffix":"../x""#, "is not a store path"),
    (#""cStoreSuffix":"hello-1.0","#, "", "cStoreSuffix is missing"),
    (#""cNarSize":120"#, #""cNarSize":0"#, "cNarSize is 0"),
    (#""cNarSize":120"#, #""cNarSize":1.5"#, "cNarSize"),
    (#""cNarSize":120"#, #""cNarSize":9223372036854775807"#, "cannot be"),
    (#""cFileSize":100"#, #""cFileSize":"100""#, "cFileSize"),
    (#""cDeriver":"unknown-deriver""#, #""cDeriver":"x""#, "the deriver 'x'"),
    (#""cSig":null"#, #""cSig":"AAAA""#, "cSig"),
    (#""cSig":null"#, #""cSig":7"#, "cSig is a number"),
    (#""cNarHash":"sha256:"#, #""cNarHash":"md5:"#, "cNarHash"),
    (#""narInfoCreate":{"#, #""narInfoCreated":{"#, "narInfoCreate is not an object"),
  ])
  func `says what is wrong`(_ part: String, _ replacement: String, _ sentence: String) throws {
    let text = Self.good.split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
    try #require(text.count == 2)
    let value = try JSONParser.parse(Array((text[0] + replacement + text[1]).utf8))
    let error = #expect(throws: PushRefusal.self) { _ = try CompletionRequest(value) }
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
  }

  @Test func `outlives any bytes`() {
    var random = SeededNumbers(seed: 11)
    let good = Array(Self.good.utf8)
    for _ in 0..<3000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = .random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        default: bytes.insert(bytes.randomElement(using: &random) ?? 0, at: index)
        }
      }
      guard let value = try? JSONParser.parse(bytes) else { continue }
      guard let request = try? CompletionRequest(value) else { continue }
      #expect(request.submission.narSize > 0 && request.submission.fileSize >= 0)
    }
  }
}
