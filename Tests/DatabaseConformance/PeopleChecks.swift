import Crypto
import Model
import Store
import Testing

extension ConformanceCheck {
  static let people: [ConformanceCheck] = [
    ConformanceCheck("migrates once and refuses a database of a newer version") { database in
      let store = Store(database: database, sealer: try .ephemeral())
      #expect(try await store.migrate(at: at(0)) > 0)
      #expect(try await store.migrate(at: at(1)) == 0)
      try await store.check()
      try await database.write {
        _ = try $0.execute("INSERT INTO migrations (number, name, applied_at) VALUES (99, 'later', 0)", [])
      }
      await #expect(throws: StoreError.newerSchema(found: 99, known: Store.knownSchema)) {
        try await store.migrate(at: at(2))
      }
    },
    ConformanceCheck("another key than the one that secrets were sealed with is refused") { database in
      let sealer = try Sealer.ephemeral()
      _ = try await Fixture(database, sealer: sealer)
      await #expect(throws: StoreError.otherKey) { _ = try await Fixture(database) }
      _ = try await Fixture(database, sealer: sealer)
    },
    ConformanceCheck("a user is made once") { database in
      let fixture = try await Fixture(database)
      let again = try await fixture.store.ensureUser(name: "admin", at: at(5))
      #expect(again == fixture.user)
      #expect(try await fixture.store.user(named: "admin") == fixture.user)
      #expect(try await fixture.store.user(named: "nobody") == nil)
    },
    ConformanceCheck("a token is found by its hash until it expires or is revoked") { database in
      let fixture = try await Fixture(database)
      let store = fixture.store
      let hash = [UInt8](repeating: 7, count: 32)
      let token = try await store.createToken(
        owner: fixture.user.id, kind: .user, hash: hash, comment: "laptop", expiresAt: at(1000), at: at(0))
      #expect(try await store.findToken(hash: hash, at: at(999)) == token)
      #expect(try await store.findToken(hash: hash, at: at(1000)) == nil)
      #expect(try await store.findToken(hash: [1], at: at(0)) == nil)
      #expect(try await store.tokens(owner: fixture.user.id, at: at(0)) == [token])
      let other = try await store.ensureUser(name: "other", at: at(0))
      #expect(try await !store.revokeToken(token.id, owner: other.id, at: at(1)))
      #expect(try await store.revokeToken(token.id, owner: fixture.user.id, at: at(1)))
      #expect(try await !store.revokeToken(token.id, owner: fixture.user.id, at: at(1)))
      #expect(try await store.findToken(hash: hash, at: at(2)) == nil)
      let unknown = TokenID(rawValue: 99)
      let valid = try await store.createToken(owner: fixture.user.id, kind: .agent, hash: [2], at: at(2))
      let invalid = try await store.invalidTokens(among: [token.id, valid.id, unknown], at: at(2))
      #expect(Set(invalid) == [token.id, unknown])
      #expect(try await store.revokeToken(valid.id, owner: fixture.user.id, at: at(2)))
      #expect(try await store.tokens(owner: fixture.user.id, at: at(2)) == [])
    },
    ConformanceCheck("a token's use is written down coarsely") { database in
      let fixture = try await Fixture(database)
      let store = fixture.store
      let token = try await store.createToken(owner: fixture.user.id, kind: .session, hash: [1], at: at(0))
      try await store.noteUse(of: token, at: at(10))
      let used = try #require(try await store.findToken(hash: [1], at: at(20)))
      #expect(used.lastUsedAt == at(10))
      try await store.noteUse(of: used, at: at(20))
      #expect(try await store.findToken(hash: [1], at: at(20))?.lastUsedAt == at(10))
    },
    ConformanceCheck("two tokens cannot have one hash") { database in
      let fixture = try await Fixture(database)
      _ = try await fixture.store.createToken(owner: fixture.user.id, kind: .user, hash: [1], at: at(0))
      await #expect(throws: DatabaseError.self) {
        _ = try await fixture.store.createToken(owner: fixture.user.id, kind: .agent, hash: [1], at: at(0))
      }
    },
    ConformanceCheck("expired sessions are removed") { database in
      let fixture = try await Fixture(database)
      for (hash, end) in [(UInt8(1), Int64(10)), (2, 20)] {
        _ = try await fixture.store.createToken(
          owner: fixture.user.id, kind: .session, hash: [hash], expiresAt: at(end), at: at(0))
      }
      #expect(try await fixture.store.removeExpiredSessions(at: at(15)) == 1)
      #expect(try await fixture.store.findToken(hash: [2], at: at(15)) != nil)
    },
  ]
}
