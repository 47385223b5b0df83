import NixFormat
import Testing

@testable import CachePush

@Suite struct PushLedgerTests {
  private let a = info("a")
  private let b = info("b", ["a"])
  private let c = info("c", ["a", "b"])

  @Test func `a path is asked for once, and only what the cache does not have is pushed`() throws {
    var ledger = PushLedger()
    ledger.add([b.path, b.path])
    ledger.add([b.path])
    #expect(ledger.takeInbox()?.work == [b.path])
    #expect(ledger.takeInbox()?.work == nil)
    ledger.take([a, b], missing: [b.path])
    #expect(ledger.takePath()?.work == b)
    #expect(ledger.takePath() == nil)
    ledger.add([a.path, b.path])
    #expect(ledger.takeInbox() == nil)
    #expect(ledger.summary.presentPaths == 1)
  }

  @Test func `a path waits for its references and fails with them`() throws {
    var ledger = PushLedger()
    ledger.take([a, b, c], missing: [a.path, b.path, c.path])
    #expect(ledger.readiness(of: a)?.isSuccess == true)
    #expect(ledger.readiness(of: b) == nil)
    ledger.finish(a.path, .pushed(narSize: 10, sent: 4))
    #expect(ledger.readiness(of: b)?.isSuccess == true)
    #expect(ledger.readiness(of: c) == nil)
    ledger.finish(b.path, .failed("no"))
    #expect(ledger.readiness(of: c)?.isSuccess == false)
    #expect(ledger.failures == [PushFailure(path: b.path, reason: "no")])
    #expect(ledger.summary.pushedPaths == 1 && ledger.summary.narBytes == 10 && ledger.summary.sentBytes == 4)
  }

  @Test func `a reference to itself, and one that the cache has, are not waited for`() {
    var ledger = PushLedger()
    let own = info("a", ["a"])
    ledger.take([own, b], missing: [own.path])
    #expect(ledger.readiness(of: own)?.isSuccess == true)
  }

  @Test func `it ends after the last path of a closed session, not before`() {
    var ledger = PushLedger()
    ledger.add([a.path])
    ledger.close()
    #expect(ledger.takePath() == nil)
    #expect(ledger.takeInbox()?.work == [a.path])
    #expect(ledger.takePath() == nil)
    ledger.take([a], missing: [a.path])
    ledger.endTakingIn()
    #expect(ledger.takePath()?.work == a)
    #expect(ledger.takePath()?.isEnd == true)
    #expect(ledger.takeInbox()?.isEnd == true)
  }

  @Test func `the first reason to stop stands, and nothing is begun after it`() {
    var ledger = PushLedger()
    ledger.take([a, b], missing: [a.path, b.path])
    ledger.end(.denied("first"))
    ledger.end(.cancelled)
    #expect(ledger.stop == .denied("first"))
    #expect(ledger.takePath()?.isEnd == true)
    #expect(ledger.takeInbox()?.isEnd == true)
    #expect(ledger.readiness(of: b)?.isSuccess == false)
  }

  @Test func `references come before what refers to them, whatever the order was`() {
    let chain = (0..<5000).map { info("p\($0)", $0 == 0 ? [] : ["p\($0 - 1)", "p\($0)"]) }
    #expect(Array(chain.reversed()).referencesFirst() == chain)
    #expect([c, b, a].referencesFirst() == [a, b, c])
    #expect([b].referencesFirst() == [b])
  }
}

private func info(_ name: String, _ references: [String] = []) -> StorePathInfo {
  StorePathInfo(
    path: path(name), narHash: zeroHash, narSize: 1, references: references.map(path), deriver: nil, signatures: [],
    contentAddress: nil)
}

private func path(_ name: String) -> StorePath {
  guard let path = StorePath(hash: String(repeating: "a", count: 32), name: name) else {
    Issue.record("\(name) is no name")
    return path("x")
  }
  return path
}

private let zeroHash: NarHash = {
  guard let hash = NarHash(bytes: [UInt8](repeating: 0, count: 32)) else { preconditionFailure("32 bytes are a hash") }
  return hash
}()

extension PushLedger.Step {
  fileprivate var work: Work? { if case .work(let work) = self { work } else { nil } }
  fileprivate var isEnd: Bool { if case .end = self { true } else { false } }
}

extension Result {
  fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}
