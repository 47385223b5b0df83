import Crypto
import Model
import Store
import Testing

extension ConformanceCheck {
  static let servers: [ConformanceCheck] = [
    ConformanceCheck("each leader has a higher term, and servers are found with theirs") { database in
      let store = try await Fixture(database).store
      let records = ["one", "two"].map { ServerRecord(id: $0, address: "http://\($0)", version: "1", at: at(1)) }
      #expect(try await store.beginTerm(of: records[0]) == 1)
      #expect(try await store.beginTerm(of: records[1]) == 2)
      #expect(try await store.beginTerm(of: records[0]) == 3)
      try await store.touch()
      let found = try await store.servers()
      #expect(found.map(\.id) == ["one", "two"] && found.map(\.term) == [3, 2] && found.leader?.id == "one")
      // Whoever leads is never forgotten.
      try await database.write { try $0.forgetServers(silentSince: at(9)) }
      #expect(try await store.servers().map(\.id) == ["one"])
      try await database.write { try $0.forget(server: "one") }
      #expect(try await store.servers().map(\.address) == [""])
    },
    ConformanceCheck("a server fits a database of its own schema and key") { database in
      let sealer = try Sealer.ephemeral()
      let store = try await Fixture(database, sealer: sealer).store
      try await store.checkFit()
      await #expect(throws: StoreError.otherKey) {
        try await Store(database: database, sealer: try .ephemeral()).checkFit()
      }
      try await database.write {
        _ = try $0.execute("INSERT INTO migrations (number, name, applied_at) VALUES (99, 'later', 0)", [])
      }
      await #expect(throws: StoreError.otherSchema(found: 99, known: Store.knownSchema)) { try await store.checkFit() }
    },
  ]
}
