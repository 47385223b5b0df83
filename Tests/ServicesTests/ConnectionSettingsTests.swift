import Routing
import Testing

@testable import Services

@Suite struct ConnectionSettingsTests {
  private func changed(_ settings: ConnectionSettings, _ json: String) throws -> ConnectionSettings {
    try settings.changed(by: JSONValue(parsing: Array(json.utf8)), at: "/connection")
  }

  private let saved = ConnectionSettings(
    type: "postgres", json: #"{"host":"a","port":5432,"password":"secret","sslmode":"require"}"#)

  @Test(arguments: [
    (#"{"host":"b"}"#, #"{"host":"b","password":"secret"}"#), (#"{"password":null}"#, #"{"password":"secret"}"#),
    (#"{"password":"new","port":1}"#, #"{"port":1,"password":"new"}"#), (#"{"password":""}"#, "{}"),
    (#"{"host":"","sslmode":""}"#, #"{"password":"secret"}"#),
    (#"{"port":5433.0}"#, #"{"port":5433,"password":"secret"}"#),
  ])
  func `a change replaces all but the secrets, which stay until they are written`(_ change: String, _ json: String)
    throws
  {
    #expect(try changed(saved, change).json == json)
  }

  @Test(arguments: [
    (
      #"{"host":1,"port":"x","user":null,"colour":"red"}"#,
      ["/connection/colour", "/connection/host", "/connection/port"]
    ),
    (#"{"port":65536}"#, ["/connection/port"]), (#"{"sslmode":"on"}"#, ["/connection/sslmode"]),
    (#"{"host":"a\u0000b"}"#, ["/connection/host"]), (#"{"password_set":true}"#, ["/connection/password_set"]),
    ("[]", ["/connection"]),
  ])
  func `everything that is wrong is said with its place`(_ change: String, _ pointers: [String]) throws {
    let problem = try #require(throws: Problem.self) { try changed(saved, change) }
    #expect(problem.errors.map(\.pointer).sorted() == pointers)
  }

  @Test func `secrets are not shown, only whether they are set`() {
    var writer = JSONWriter()
    writer.value(saved.shown)
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"host":"a","port":5432,"database":null,"user":null,"password":null,"password_set":true,"sslmode":"require"}"#
    )
    #expect(saved.missing == ["database", "user"])
  }

  @Test func `what is stored is read again, and nonsense is nothing`() {
    #expect(ConnectionSettings(type: "postgres", json: saved.json) == saved)
    #expect(ConnectionSettings(type: "redis", json: "nonsense").values.isEmpty)
    #expect(ConnectionSettings(type: "unheard of", json: saved.json).values.isEmpty)
  }
}
