import Model
import Store
import Testing

extension ConformanceCheck {
  private static let source = "https://me:pa55word@e.org/a"
  private static let manifest = "driver: {type: host}\nsources: ['\(source)']\n"

  private static func submission(_ owner: UserID) -> Submission {
    Submission(
      owner: owner, kind: .pipeline, manifest: manifest,
      plan: Fixture.plan(sources: [source], masked: ["pa55word"]), trigger: Trigger(type: .api))
  }

  /// All that is stored of plans.
  private static func stored(_ database: any Database) async throws -> String {
    try await database.read { connection in
      var texts: [String] = []
      try connection.query("SELECT * FROM build_plans", []) { row in
        for column in 0..<5 {
          texts += [row.text(column), row.bytes(column).map { String(decoding: $0, as: UTF8.self) }].compactMap(\.self)
        }
      }
      return texts.joined(separator: "\n")
    }
  }

  static let sealing: [ConformanceCheck] = [
    ConformanceCheck("a plan with masked values is sealed, and read back as it was") { database in
      let fixture = try await Fixture(database)
      let (build, _, entry) = try await fixture.store.submit(submission(fixture.user.id), at: at(0))
      #expect(try await !stored(database).contains("pa55word"))
      #expect(try await fixture.store.plan(of: build.id, owner: fixture.user.id)?.sources.first?.url == source)
      #expect(try await fixture.claim(entry).plan == submission(fixture.user.id).plan)
      let shown = try await fixture.store.manifest(of: build.id, owner: fixture.user.id)
      #expect(shown == "driver: {type: host}\nsources: ['https://me:xxxxxx@e.org/a']\n")
    },
    ConformanceCheck("plans that were stored in clear are sealed once") { database in
      let fixture = try await Fixture(database)
      let (secret, _, _) = try await fixture.store.submit(submission(fixture.user.id), at: at(0))
      let (plain, _, _) = try await fixture.submit()
      try await database.write { connection in
        let clear = #"""
          {"driver":{"type":"host","settings":{}},"environment":[],"objects":[],"sources":[{"url":"\#(source)",\#
          "directory":"d"}],"stages":[],"timeoutSeconds":60,"maskedValues":["pa55word"]}
          """#
        try connection.execute(
          "UPDATE build_plans SET manifest = $2, plan = $3 WHERE build = $1",
          [.integer(secret.id.rawValue), .text(manifest), .text(clear)])
        try connection.execute("ALTER TABLE build_plans DROP COLUMN sealed", [])
        try connection.execute("DELETE FROM migrations WHERE number = 4", [])
      }
      #expect(try await stored(database).contains("pa55word"))
      #expect(try await fixture.store.migrate(at: at(1)) == 1)
      #expect(try await !stored(database).contains("pa55word"))
      #expect(try await fixture.store.plan(of: secret.id, owner: fixture.user.id)?.sources.first?.url == source)
      #expect(try await fixture.store.manifest(of: secret.id, owner: fixture.user.id)?.contains("me:xxxxxx@") == true)
      #expect(try await fixture.store.plan(of: plain.id, owner: fixture.user.id) == Fixture.plan())
    },
  ]
}
