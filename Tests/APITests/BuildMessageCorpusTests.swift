import Files
import Planning
import Routing
import Testing

@testable import API

/// The files beside this one: messages that were made to be misread, and some that are right.
@Suite struct BuildMessageCorpusTests {
  private static let folder = String(#filePath.dropLast("BuildMessageCorpusTests.swift".count)) + "Corpus"

  @Test func `bad messages are refused, and good ones taken`() throws {
    let names = try FileTree.names(in: Self.folder)
    #expect(names.count >= 25)
    for name in names {
      let bytes = try FileTree.contents(of: "\(Self.folder)/\(name)", limit: 1 << 20)
      let message = (try? JSONValue(parsing: bytes)).flatMap { BuildMessage($0) }
      #expect((message != nil) == name.hasPrefix("good-"), "\(name)")
      if let message { #expect(nixPlan(message.request) != nil, "\(name)") }
    }
  }
}
