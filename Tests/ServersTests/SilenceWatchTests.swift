import Model
import Store
import Testing

@testable import Servers

@Suite struct SilenceWatchTests {
  /// A leader that has said something at this time of its own clock.
  private static func leader(_ id: String = "a", term: Int64 = 3, said milliseconds: Int64) -> ServerRecord {
    var record = ServerRecord(id: id, version: "1", at: Timestamp(milliseconds: milliseconds))
    record.term = term
    return record
  }

  /// Looks at these seconds, at what the leader has said by then; the seconds at which it is silent.
  private static func silences(_ looks: [(at: Int, said: Int64)]) -> [Int] {
    var watch = SilenceWatch()
    return looks.filter { watch.isSilent(leader(said: $0.said), at: .seconds($0.at)) }.map(\.at)
  }

  @Test func `a leader that goes on talking is never silent`() {
    #expect(Self.silences((0..<60).map { (at: $0 * 2, said: Int64($0)) }).isEmpty)
  }

  @Test func `a leader that says nothing is silent after ten seconds, and again after ten more`() {
    #expect(Self.silences((0..<16).map { (at: $0 * 2, said: 7) }) == [10, 20, 30])
  }

  @Test func `the clock of the leader does not matter, as long as it moves`() {
    #expect(Self.silences((0..<60).map { (at: $0 * 2, said: -Int64($0) * 1_000_000) }).isEmpty)
  }

  @Test func `who was frozen himself, or had no database, begins anew`() {
    let looks = [0, 2, 4, 30, 32, 34, 36, 38, 40, 42].map { (at: $0, said: Int64(7)) }
    #expect(Self.silences(looks) == [40])
  }

  @Test func `another leader has its own time`() {
    var watch = SilenceWatch()
    let looks = [0, 2, 4, 6, 8].map { (id: "a", at: $0) } + [10, 12].map { (id: "b", at: $0) }
    let silent = looks.filter { look in
      watch.isSilent(Self.leader(look.id, term: look.id == "a" ? 3 : 4, said: 7), at: .seconds(look.at))
    }
    #expect(silent.isEmpty)
  }
}
