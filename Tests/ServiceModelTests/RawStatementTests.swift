import ServiceModel
import Testing

@Suite("Queries written by hand")
struct RawStatementTests {
  private func service(_ sql: String) -> ServiceDocument {
    var method = Method(name: "Run")
    method.query = "raw"
    method.sql = sql
    method.params = [Field(name: "id", type: "int64"), Field(name: "name", type: "string")]
    let source = DataSourceDefinition(name: "db", type: "postgres")
    return ServiceDocument(
      name: "s", dataSources: [source],
      components: [Component(name: "Q", type: "sql", dataSource: "db", methods: [method])])
  }

  @Test(
    "Placeholders become typed parameters, and quoted text, names and comments stay as they are",
    arguments: [
      ("SELECT {id}", "SELECT $1::bigint", ["id"]),
      ("SELECT {name}, {id}, {name} ;\n", "SELECT $1::text, $2::bigint, $1::text ", ["name", "id"]),
      ("SELECT '{a}', '''{b}', \"{c}\" -- {d}\n, {id}", "SELECT '{a}', '''{b}', \"{c}\" -- {d}\n, $1::bigint", ["id"]),
      ("SELECT /* {a} /* {b} */ ; */ {id}", "SELECT /* {a} /* {b} */ ; */ $1::bigint", ["id"]),
      ("SELECT $$ {a}; $$, $t$ '{b} $$ $t$, {id}", "SELECT $$ {a}; $$, $t$ '{b} $$ $t$, $1::bigint", ["id"]),
      (#"SELECT E'\'{a}', {id}"#, #"SELECT E'\'{a}', $1::bigint"#, ["id"]),
      (#"SELECT 'a\', {id}"#, #"SELECT 'a\', $1::bigint"#, ["id"]),
      ("SELECT 'e\u{301}', {id}", "SELECT 'e\u{301}', $1::bigint", ["id"]),
      ("SELECT a$b$c, {id}", "SELECT a$b$c, $1::bigint", ["id"]),
    ])
  func placeholders(sql: String, statement: String, parameters: [String]) throws {
    let resolved = try ResolvedService(service(sql))
    guard case .sql(let query) = resolved.components[0].methods[0].action else {
      Issue.record("no query")
      return
    }
    #expect(query.statement == statement)
    #expect(query.parameters == parameters)
  }

  @Test(
    "What could not be sent as it is meant is refused",
    arguments: [
      ("", "the query is empty"), (" ; ", "the query is empty"), ("SELECT {other}", "not among the params"),
      ("SELECT '{id}'", "stands inside quotes"), ("SELECT \"{name}\"", "stands inside quotes"),
      ("SELECT $1", "write parameters as {name}"), ("SELECT 1; SELECT 2", "only one statement"),
      ("SELECT 'a", "a text is not closed"), ("SELECT \"a", "a quoted name is not closed"),
      ("SELECT /* a", "a comment is not closed"), ("SELECT $$a", "a text is not closed"),
      ("SELECT {id", "without its '}'"),
      ("SELECT id}", "without its '{'"), ("SELECT {}", "not among the params"), (#"SELECT E'\"#, "not closed"),
    ])
  func refused(sql: String, detail: String) {
    let problems = service(sql).problems()
    #expect(problems.map(\.code) == [.invalidQuery])
    #expect(problems.first?.detail.contains(detail) == true, "\(problems)")
  }
}
