import Crypto
import Model
import Store
import Testing

extension Fixture {
  func service(_ name: String = "shop", draft: String = "{}") async throws -> ServiceRecord {
    try #require(try await store.createService(named: name, draft: draft, owner: user.id, at: at(0)))
  }

  func source(_ name: String, connection: String = "{}", tables: String = "[]") -> DataSource {
    DataSource(
      name: name, type: "postgres", connection: connection, tables: tables, createdAt: at(0), savedAt: at(0))
  }
}

extension ConformanceCheck {
  static let services: [ConformanceCheck] = [
    ConformanceCheck("a service's name is unique to its owner, who alone sees it") { database in
      let fixture = try await Fixture(database)
      let made = try await fixture.service()
      #expect(made.name == "shop" && made.lastRevision == nil && made.draftSavedAt == at(0))
      #expect(
        try await fixture.store.createService(named: "shop", draft: "{}", owner: fixture.user.id, at: at(1)) == nil)
      let other = try await fixture.store.ensureUser(name: "other", at: at(0))
      #expect(try await fixture.store.service(named: "shop", owner: other.id) == nil)
      #expect(try await fixture.store.createService(named: "shop", draft: "{}", owner: other.id, at: at(1)) != nil)
      _ = try await fixture.service("accounts")
      #expect(try await fixture.store.services(owner: fixture.user.id).map(\.name) == ["accounts", "shop"])
    },
    ConformanceCheck("a draft of an older version is not kept") { database in
      let fixture = try await Fixture(database)
      let service = try await fixture.service()
      let first = try #require(try await fixture.store.draft(of: service.id))
      guard
        case .kept(let second) = try await fixture.store.keepDraft(
          "{\"a\":1}", of: service.id, known: first.version, at: at(5))
      else { return #expect(Bool(false), "the draft was not kept") }
      #expect(second.version > first.version && second.savedAt == at(5))
      let refused = try await fixture.store.keepDraft("{}", of: service.id, known: first.version, at: at(6))
      #expect(refused == .outdated(second))
      // The same once more: nobody has missed anything.
      let same = try await fixture.store.keepDraft("{\"a\":1}", of: service.id, known: second.version, at: at(7))
      #expect(same == .kept(ServiceDraft(document: "{\"a\":1}", version: second.version, savedAt: at(7))))
      #expect(try await fixture.store.keepDraft("{}", of: ServiceID(rawValue: 999), at: at(8)) == .missing)
    },
    ConformanceCheck("revisions are numbered, made only of changes, and restored into the draft") { database in
      let fixture = try await Fixture(database)
      let store = fixture.store
      let service = try await fixture.service(draft: "one")
      #expect(try await store.newestRevision(of: service.id) == nil)
      let first = try #require(try await store.saveRevision(of: service.id, at: at(1)))
      #expect(first.isNew && first.revision.number == 1 && first.revision.document == "one")
      let again = try #require(try await store.saveRevision(of: service.id, at: at(2)))
      #expect(!again.isNew && again.revision == first.revision)
      _ = try await store.keepDraft("two", of: service.id, at: at(3))
      #expect(try await store.saveRevision(of: service.id, at: at(4))?.revision.number == 2)
      #expect(try await store.service(named: "shop", owner: fixture.user.id)?.lastRevision == 2)
      #expect(try await store.revisions(of: service.id, before: nil, limit: 10).map(\.number) == [2, 1])
      #expect(try await store.revisions(of: service.id, before: 2, limit: 10).map(\.document) == ["one"])
      guard case .kept(let draft) = try await store.restoreRevision(1, of: service.id, at: at(5)) else {
        return #expect(Bool(false), "the revision was not restored")
      }
      #expect(draft.document == "one")
      #expect(try await store.restoreRevision(9, of: service.id, at: at(5)) == .missing)
      #expect(try await store.deleteService(service.id))
      #expect(try await store.revision(1, of: service.id) == nil)
    },
    ConformanceCheck("a data source's connection is sealed, and one that is there is not made anew") { database in
      let fixture = try await Fixture(database)
      let (store, owner) = (fixture.store, fixture.user.id)
      let secret = #"{"password":"swordfish"}"#
      #expect(try await store.createDataSources([fixture.source("db", connection: secret)], owner: owner) == ["db"])
      let more = [fixture.source("db"), fixture.source("files")]
      #expect(try await store.createDataSources(more, owner: owner) == ["files"])
      var found = try #require(try await store.dataSource(named: "db", owner: owner))
      #expect(found.connection == secret)
      let stored = try await database.read { connection in
        var bytes: [UInt8] = []
        try connection.query("SELECT connection FROM data_sources WHERE name = 'db'", []) { bytes = $0.bytes(0) ?? [] }
        return String(decoding: bytes, as: UTF8.self)
      }
      #expect(!stored.isEmpty && !stored.contains("swordfish"))
      found.tables = #"[{"name":"products"}]"#
      found.savedAt = at(9)
      #expect(try await store.saveDataSource(found, owner: owner))
      #expect(try await store.dataSources(owner: owner).map(\.name) == ["db", "files"])
      #expect(try await store.dataSource(named: "db", owner: owner) == found)
      #expect(try await store.deleteDataSource(named: "db", owner: owner))
      #expect(try await store.deleteDataSource(named: "db", owner: owner) == false)
    },
    ConformanceCheck("without the key that sealed it a connection is lost, and its data source is not") { database in
      let fixture = try await Fixture(database)
      let owner = fixture.user.id
      let source = fixture.source("db", connection: #"{"host":"a"}"#, tables: #"[{"name":"t","columns":[]}]"#)
      _ = try await fixture.store.createDataSources([source], owner: owner)
      let other = Store(database: database, sealer: try .ephemeral())
      let found = try #require(try await other.dataSource(named: "db", owner: owner))
      #expect(found.connection == "{}" && found.tables == source.tables)
    },
  ]
}
