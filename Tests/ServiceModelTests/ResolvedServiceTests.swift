import ServiceModel
import Testing

@Suite("What services mean")
struct ResolvedServiceTests {
  let shop: ResolvedService

  init() throws { shop = try ResolvedService(try ServiceDocument(yaml: ServiceFixture.shop)) }

  private func query(_ name: String) throws -> SQLQuery {
    let method = try #require(shop.method(MethodReference(component: "Products", method: name)))
    guard case .sql(let query) = method.action else { throw MissingQuery() }
    return query
  }

  private struct MissingQuery: Error {}

  private static let columns = #""id", "name", "price""#

  @Test(
    "Queries are statements with their parameters",
    arguments: [
      ("ById", #"SELECT \#(columns) FROM "products" WHERE "id" = $1"#, ["id"], SQLOutcome.row(table: "products")),
      ("Count", #"SELECT count(*) FROM "products""#, [], .counted),
      (
        "Add", #"INSERT INTO "products" ("name", "price") VALUES ($1, $2) RETURNING \#(columns)"#, ["name", "price"],
        .row(table: "products")
      ),
      ("Rename", #"UPDATE "products" SET "name" = $1 WHERE "name" = $2"#, ["name", "where_name"], .affected),
      ("Remove", #"DELETE FROM "products" WHERE "id" = $1"#, ["id"], .affected),
      ("Cheap", "SELECT * FROM products WHERE price < $1::numeric ORDER BY id", ["max"], .rows(table: "products")),
    ])
  func statements(name: String, statement: String, parameters: [String], outcome: SQLOutcome) throws {
    let query = try query(name)
    #expect(query.statement == statement)
    #expect(query.parameters == parameters)
    #expect(query.outcome == outcome)
  }

  @Test(
    "Requests and responses are derived",
    arguments: [
      ("Products.ById", "id:int64", "data:entity.products", true),
      ("Products.Count", "", "count:int64", false),
      ("Products.Add", "name:string price:decimal?", "data:entity.products", false),
      ("Products.Rename", "name:string where_name:string", "count:int64", false),
      ("Products.Cheap", "max:decimal", "data:[]entity.products", false),
      ("Cache.Get", "id:int64", "data:entity.products", true),
      ("Cache.Set", "id:int64 data:entity.products", "", false),
      ("Cache.Drop", "id:int64", "count:int64", false),
      ("Pictures.Put", "name:string data:bytes", "", false),
      ("Pictures.Link", "name:string", "url:string", false),
      ("Fast.ById", "id:int64", "data:entity.products", true),
      ("Guarded.ById", "id:int64", "data:entity.products", true),
      ("Web.AddProduct", "name:string price:decimal?", "data:entity.products", false),
      ("Rules.Discounted", "id:int64", "price:decimal", true),
    ])
  func signatures(name: String, request: String, response: String, canMiss: Bool) throws {
    let reference = try #require(MethodReference(name))
    let method = try #require(shop.method(reference))
    #expect(Self.text(method.request) == request)
    #expect(Self.text(method.response) == response)
    #expect(method.canMiss == canMiss)
  }

  private static func text(_ fields: [ResolvedField]) -> String {
    fields.map { "\($0.name):\($0.type)\($0.isNullable ? "?" : "")" }.joined(separator: " ")
  }

  @Test("Fields of HTTP requests have a place")
  func routes() throws {
    let upload = try #require(shop.network(.http)?.methods.last)
    guard case .http(let route, let call) = upload.action else {
      Issue.record("Upload is no HTTP method")
      return
    }
    #expect(call == MethodReference(component: "Pictures", method: "Put"))
    #expect(route.pathText == "/pictures/{name}")
    #expect(route.fields(from: .path) == ["name"])
    #expect(route.fields(from: .body) == ["data"])
  }

  @Test("Middlewares have their settings, filled up with what is usual")
  func middlewares() {
    #expect(shop.component("Log")?.middleware == .logging(level: .info))
    #expect(shop.component("Numbers")?.middleware == .monitoring(buckets: [0.01, 0.1, 1]))
    #expect(
      shop.component("Auth")?.middleware
        == .auth(.jwt(variable: "AUTH_SECRET", issuer: "https://issuer.example", audience: nil)))
    guard case .rateLimit(let rate) = shop.component("Limit")?.middleware else {
      Issue.record("Limit is no rate limit")
      return
    }
    #expect((rate.requests, rate.milliseconds, rate.burst, rate.scope) == (100, 1000, 20, .client))
  }

  @Test("Components come after those that they need")
  func order() {
    #expect(shop.component("Fast")?.dependencies == ["Products", "Cache"])
    #expect(shop.component("Guarded")?.dependencies == ["Fast", "Auth", "Limit", "Log", "Numbers"])
    #expect(shop.component("Rules")?.dependencies == ["Products"])
    let order = shop.startOrder.map(\.name)
    #expect(Set(order) == Set(shop.components.map(\.name)))
    for component in shop.components {
      let place = order.firstIndex(of: component.name) ?? 0
      for needed in component.dependencies { #expect((order.firstIndex(of: needed) ?? .max) < place) }
    }
  }

  @Test("A cache that says nothing of writing is written to by the one method that sets the same key")
  func standardWrite() throws {
    let text = ServiceFixture.shop.replacing("    write: {Cache.Get: Cache.Set}\n", with: "")
    let service = try ResolvedService(try ServiceDocument(yaml: text))
    let set = MethodReference(component: "Cache", method: "Set")
    guard case .lookAside(let sources) = service.component("Fast")?.methods.first?.action else {
      Issue.record("Fast is no cache")
      return
    }
    #expect(sources.map(\.write) == [set, nil])
  }

  @Test("The environment is known: addresses, data sources, secrets")
  func environment() {
    let names = ["HTTP_ADDR", "GRPC_ADDR", "SHOPDB_URL", "CACHE_URL", "FILES_URL", "AUTH_SECRET"]
    #expect(shop.environment.map(\.name).prefix(names.count) == names[...])
    #expect(shop.environment.filter(\.isSecret).map(\.name) == Array(names.dropFirst(2)))
  }

  @Test(
    "Rows get what their column's default says",
    arguments: [
      (ScalarType.int64, "5", ColumnDefault?.some(.literal("5"))), (.int64, "5.0", nil), (.int32, "3000000000", nil),
      (.bool, "true", .literal("true")), (.bool, "yes", nil), (.decimal, "-1.50", .literal("-1.50")),
      (.decimal, "1e5", nil), (.float64, "1e5", .literal("1e5")), (.float64, "nan", nil), (.float64, "0x1p3", nil),
      (.timestamp, "now()", .now), (.timestamp, "CURRENT_TIMESTAMP", .now), (.timestamp, "tomorrow", nil),
      (.timestamp, "2024-01-01T00:00:00Z", .literal("2024-01-01T00:00:00Z")), (.uuid, "gen_random_uuid()", .randomUUID),
      (.uuid, "7d444840-9dc0-11d1-b245-5ffdce74fad2", .literal("7d444840-9dc0-11d1-b245-5ffdce74fad2")),
      (.uuid, "7d444840", nil), (.bytes, "AQID", .literal("AQID")), (.bytes, "A", nil),
      (.json, #"{"a": [1]}"#, .literal(#"{"a": [1]}"#)), (.json, "{", nil), (.string, "now()", .literal("now()")),
      (.int64, "nextval('a_seq'::regclass)", .identity),
    ])
  func defaults(type: ScalarType, text: String, expected: ColumnDefault?) {
    let column = Column(name: "c", type: type.rawValue, defaultValue: text)
    let source = DataSourceDefinition(
      name: "db", type: "postgres", tables: [Table(name: "t", columns: [column])])
    let service = ServiceDocument(
      name: "s", dataSources: [source], components: [Component(name: "Q", type: "sql", dataSource: "db")])
    #expect(service.problems().map(\.code) == (expected == nil ? [.typeMismatch] : []))
    #expect((try? ResolvedService(service))?.tables.first?.columns.first?.defaultValue == expected)
  }

  @Test("Tables without text are read in the order of their keys, and one row is limited where there may be several")
  func reading() throws {
    let text = """
      wright: service/1
      name: s
      data_sources:
      - name: db
        type: postgres
        tables:
        - name: t
          columns:
          - {name: a, type: int64, primary_key: true}
          - {name: b, type: uuid, primary_key: true}
          - {name: c, type: string, nullable: true}
      components:
      - name: Q
        type: sql
        data_source: db
        methods:
        - {name: All, query: read, table: t, multi: true}
        - {name: One, query: read, table: t, where: [c]}
        - {name: Exact, query: read, table: t, where: [b, a]}
        - {name: Clear, query: update, table: t, where: [c], set: [c], returns: data, multi: true}
        - {name: Sum, query: raw, sql: SELECT max(a) FROM t, result: int64}
        - {name: Touch, query: raw, sql: UPDATE t SET c = c}
        - {name: Empty, query: delete, table: t, multi: true}
      """
    let service = try ResolvedService(try ServiceDocument(yaml: text))
    let statements = service.components[0].methods.map { method in
      if case .sql(let query) = method.action { query.statement } else { "" }
    }
    #expect(
      statements == [
        #"SELECT "a", "b", "c" FROM "t" ORDER BY "a", "b""#,
        #"SELECT "a", "b", "c" FROM "t" WHERE "c" = $1 ORDER BY "a", "b" LIMIT 1"#,
        #"SELECT "a", "b", "c" FROM "t" WHERE "b" = $1 AND "a" = $2"#,
        #"UPDATE "t" SET "c" = $1 WHERE "c" = $2 RETURNING "a", "b", "c""#,
        "SELECT max(a) FROM t", "UPDATE t SET c = c", #"DELETE FROM "t""#,
      ])
    #expect(Self.text(service.components[0].methods[3].request) == "c:string? where_c:string")
    #expect(Self.text(service.components[0].methods[4].response) == "data:int64?")
    #expect(Self.text(service.components[0].methods[5].response) == "count:int64")
  }
}
