import NixFormat
import Testing

@testable import CachePush

@Suite struct StorePathInfoTests {
  private static let hash = "sha256-eiHgXWZluy28W+hmJHm3oG9ON9tJFsPYOob5TCODGnU="
  private static let first = "/nix/store/lyshz5fdrglhbjx7l2lnwbc789i0qinh-beta"
  private static let fields = #""narHash":"\#(hash)","narSize":120,"references":["\#(first)"],"deriver":null"#

  @Test(arguments: [
    #"[{"path":"\#(first)",\#(fields)}]"#,
    #"{"\#(first)":{\#(fields),"signatures":[],"ultimate":true}}"#,
    #"{"lyshz5fdrglhbjx7l2lnwbc789i0qinh-beta":{\#(fields)}}"#,
  ])
  func `both forms of Nix's JSON are read`(text: String) throws {
    let infos = try StorePathInfo.list(json: Array(text.utf8))
    #expect(infos.map(\.path.description) == [Self.first])
    #expect(infos.first?.narSize == 120 && infos.first?.references.count == 1 && infos.first?.deriver == nil)
  }

  @Test(arguments: [
    "", "7", #"["x"]"#, #"[{"path":"\#(first)","valid":false}]"#, #"{"\#(first)":null}"#,
    #"[{"path":"/tmp/x",\#(fields)}]"#, #"[{"path":"\#(first)","narHash":"x","narSize":1,"references":[]}]"#,
    #"[{"path":"\#(first)","narHash":"\#(hash)","narSize":-1,"references":[]}]"#,
    #"[{"path":"\#(first)","narHash":"\#(hash)","narSize":1,"references":["../x"]}]"#,
  ])
  func `anything else is an error`(text: String) {
    #expect(throws: PushError.self) { try StorePathInfo.list(json: Array(text.utf8)) }
  }

  @Test func `the closure of a path is what Nix says, each after its references`() async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let paths = try await store.addLinked([[], [0], [0, 1], [2], []])
      let closure = try await store.access.closure(of: [paths[3]])
      #expect(closure.map(\.path) == Array(paths[0...3]))
      #expect(closure.map(\.references.count) == [0, 1, 2, 1])
      let none = try #require(StorePath(hash: String(repeating: "b", count: 32), name: "none"))
      await #expect(throws: PushError.self) { try await store.access.closure(of: [paths[0], none]) }
    }
  }
}
