import ServiceModel
import Testing

/// A change of the service without problems, and the problem that it makes.
struct WrongService: Sendable, CustomTestStringConvertible {
  var old: String
  var new: String
  /// As `code component.method field`, with `-` for what the problem does not concern.
  var problems: [String]

  init(_ old: String, _ new: String, _ problems: String...) {
    self.old = old
    self.new = new
    self.problems = problems
  }

  var testDescription: String { "\(old) -> \(new)" }
}

extension ServiceProblem {
  fileprivate var short: String {
    let place = component.map { $0 + (method.map { ".\($0)" } ?? "") } ?? "-"
    return "\(code.rawValue) \(place) \(field ?? "-")"
  }
}

@Suite("Problems of services")
struct ServiceProblemTests {
  @Test("A service of all types of components has no problem, and is resolved")
  func right() throws {
    let shop = try ServiceDocument(yaml: ServiceFixture.shop)
    #expect(shop.problems() == [])
    _ = try ResolvedService(shop)
  }

  static let names = [
    WrongService("name: shop\n", "name: 'my shop'\n", "invalid_name - name"),
    WrongService("name: shop\n", "name: strings\n", "reserved_word - name"),
    WrongService("name: Numbers", "name: Number 1", "unknown_method Guarded.ById response", "invalid_name Number 1 -"),
    WrongService("- name: Numbers", "- name: Func", "unknown_method Guarded.ById response", "reserved_word Func -"),
    WrongService("- name: Numbers", "- name: LOG", "unknown_method Guarded.ById response", "duplicate_name LOG -"),
    WrongService("- name: Count\n", "- name: func\n", "reserved_word Products.func -"),
    WrongService("- name: Count\n", "- name: by_id\n", "duplicate_name Products.by_id -"),
    WrongService("- name: Count\n", "- name: '1st'\n", "invalid_name Products.1st -"),
    WrongService(
      "request: [{name: id, type: int64}]\n    response: [{name: price, type: decimal}]\n    body",
      "request: [{name: id, type: int64}, {name: ID, type: int64}]\n    response: [{name: price, type: decimal}]\n    body",
      "duplicate_name Rules.Discounted ID"),
    WrongService(
      "- {name: name, type: string, unique", "- {name: a b, type: string, unique",
      "invalid_name - shopdb.products.a b", "unknown_column Products.Add name", "invalid_query Products.Add a b",
      "unknown_column Products.Rename name",
      "unknown_column Products.Rename name"),
    WrongService(
      "- name: files\n", "- name: Cache\n",
      "duplicate_name - Cache", "unknown_data_source Pictures data_source"),
    WrongService(
      "    - {name: price, type: decimal, nullable: true, default: '0'}\n",
      "    - {name: price, type: decimal, nullable: true}\n    - {name: PRICE, type: bool, nullable: true}\n",
      "duplicate_name - shopdb.products.PRICE"),
  ]

  static let types = [
    WrongService("type: logging", "type: loging", "unknown_type Log -"),
    WrongService("type: s3\n", "type: s4\n", "unknown_type - files"),
    WrongService("type: s3\n", "type: redis\n", "type_mismatch Pictures data_source"),
    WrongService("type: decimal, nullable", "type: money, nullable", "unknown_type - shopdb.products.price"),
    WrongService("default: '0'", "default: nought", "type_mismatch - shopdb.products.price"),
    WrongService("result: entity.products", "result: entity.product", "unknown_type Products.Cheap result"),
    WrongService("value: entity.products\n    ttl", "value: thing\n    ttl", "unknown_type Cache.Set value"),
    WrongService("{name: data, type: bytes}", "{name: data, type: blob}", "unknown_type Web.Upload data"),
    WrongService("type: jwt", "type: basic", "type_mismatch Auth settings.type"),
    WrongService("burst: 20", "burts: 20", "type_mismatch Limit settings.burts"),
    WrongService("per: 1s", "per: 0s", "type_mismatch Limit settings.per"),
    WrongService("level: info", "level: 3", "type_mismatch Log settings.level"),
    WrongService("[0.01, 0.1, 1]", "[1, 0.1]", "type_mismatch Numbers settings.buckets"),
    WrongService("issuer: https://issuer.example", "secret: abc", "type_mismatch Auth settings.secret"),
  ]

  static let sources = [
    WrongService("  data_source: shopdb\n", "", "missing_data_source Products data_source"),
    WrongService("data_source: cache\n", "data_source: cash\n", "unknown_data_source Cache data_source"),
    WrongService("data_source: cache\n", "data_source: files\n", "type_mismatch Cache data_source"),
  ]

  static let queries = [
    WrongService(
      "query: delete\n    table: products", "query: delete\n    table: product", "unknown_table Products.Remove table"),
    WrongService("query: delete\n    table: products\n", "query: delete\n", "unknown_table Products.Remove table"),
    WrongService("query: delete", "query: drop", "invalid_query Products.Remove query"),
    WrongService("    query: delete\n", "", "invalid_query Products.Remove query"),
    WrongService("where: [name]", "where: [nam]", "unknown_column Products.Rename nam"),
    WrongService("set: [name, price]\n", "set: [name, name]\n", "duplicate_name Products.Add name"),
    WrongService("set: [name, price]\n", "set: [price]\n", "invalid_query Products.Add name"),
    WrongService("    where: [name]\n", "", "invalid_query Products.Rename where"),
    WrongService("    set: [name]\n", "", "invalid_query Products.Rename set"),
    WrongService(
      "query: read\n    table: products\n    returns: count",
      "query: read\n    table: products\n    set: [name]\n    returns: count",
      "invalid_query Products.Count set"),
    WrongService(
      "returns: data\n  - name: Count", "returns: rows\n  - name: Count", "invalid_query Products.ById returns"),
    WrongService("price < {max}", "price < {min}", "invalid_query Products.Cheap sql"),
    WrongService("price < {max}", "price < ''{max}''", "invalid_query Products.Cheap sql"),
    WrongService("ORDER BY id'", "; DROP TABLE products'", "invalid_query Products.Cheap sql"),
    WrongService("    result: entity.products\n", "    returns: data\n", "invalid_query Products.Cheap result"),
    WrongService("op: delete", "op: drop", "invalid_query Cache.Drop op"),
    WrongService("key: '{name}'\n    ttl", "key: '{name'\n    ttl", "invalid_query Pictures.Link key"),
    WrongService("ttl: 60s", "ttl: soon", "invalid_query Cache.Set ttl"),
    WrongService("ttl: 10m", "ttl: 8d", "invalid_query Pictures.Link ttl"),
  ]

  static let calls = [
    WrongService("- {from: Rpc, to: Rules}\n", "", "unlinked_call Rpc.Discounted calls"),
    WrongService("    calls: Products.Add\n", "", "unlinked_call Web.AddProduct calls"),
    WrongService("calls: Products.Add", "calls: Products.Ad", "unknown_method Web.AddProduct calls"),
    WrongService("calls: Products.Add", "calls: Product.Add", "unknown_method Web.AddProduct calls"),
    WrongService("calls: Products.Add", "calls: Add", "unknown_method Web.AddProduct calls"),
    WrongService("- {from: Rules, to: Products}", "- {from: Rules, to: Rules}", "cycle Rules links"),
    WrongService("- {from: Rules, to: Products}", "- {from: Products, to: Fast}", "cycle Fast links"),
    WrongService("- {from: Rules, to: Products}", "- {from: Rules, to: Product}", "unknown_method Rules links"),
    WrongService(
      "type: grpc", "type: http",
      "duplicate_network_component Rpc -", "invalid_path Rpc.GetProduct http", "invalid_path Rpc.Discounted http"),
    WrongService(
      "request: [Auth, Limit, Log]", "request: [Auth, Limits, Cache]",
      "unknown_method Guarded.ById request", "type_mismatch Guarded.ById request"),
    WrongService("response: [Log, Numbers]", "response: [Auth]", "type_mismatch Guarded.ById response"),
    WrongService(
      "source: Fast.ById", "source: Log.ById",
      "unlinked_call Guarded.ById source", "type_mismatch Guarded.ById source"),
    WrongService("{Cache.Get: Cache.Set}", "{Products.ById: Cache.Set}", "unknown_method Fast.ById write"),
    WrongService(
      "{Cache.Get: Cache.Set}", "{Cache.Get: Products.Rename}", "type_mismatch Fast.ById name",
      "type_mismatch Fast.ById where_name"),
    WrongService(
      "[Cache.Get, Products.ById]", "[]",
      "unlinked_call Fast.ById sources", "unknown_method Fast.ById write"),
    WrongService(
      "[Cache.Get, Products.ById]", "[Cache.Get, Products.Count]",
      "type_mismatch Web.GetProduct data", "type_mismatch Rpc.GetProduct data", "type_mismatch Fast.ById id",
      "type_mismatch Fast.ById count", "type_mismatch Fast.ById id", "type_mismatch Fast.ById data"),
    WrongService(
      "request: [{name: id, type: int64}]\n    response: [{name: data, type: entity.products}]\n    calls: Guarded.ById",
      "request: [{name: id, type: string}]\n    response: [{name: data, type: '[]entity.products'}]\n    calls: Guarded.ById",
      "type_mismatch Web.GetProduct id", "type_mismatch Web.GetProduct data"),
  ]

  static let routes = [
    WrongService(
      "path: '/products/{id}'", "path: 'products/{id}'", "invalid_path Web.GetProduct http.path",
      "invalid_path Web.GetProduct http.from"),
    WrongService(
      "path: '/products/{id}'", "path: '/products/{ip}'", "invalid_path Web.GetProduct http.path",
      "invalid_path Web.GetProduct http.from"),
    WrongService(
      "path: '/products/{id}'", "path: '/products/{id}/{id}'", "invalid_path Web.GetProduct http.path",
      "invalid_path Web.GetProduct http.from"),
    WrongService(
      "path: '/products/{id}'", "path: '/products/id-{id}'", "invalid_path Web.GetProduct http.path",
      "invalid_path Web.GetProduct http.from"),
    WrongService("verb: GET", "verb: FETCH", "invalid_path Web.GetProduct http.verb"),
    WrongService("from: {id: path}", "from: {id: header}", "invalid_path Web.GetProduct http.from"),
    WrongService("from: {id: path}", "from: {ip: path}", "invalid_path Web.GetProduct http.from"),
    WrongService("from: {id: path}", "from: {id: query}", "invalid_path Web.GetProduct http.from"),
    WrongService("path: /products}", "path: /metrics}", "invalid_path Web.AddProduct http.path"),
    WrongService(
      "{verb: POST, path: /products}", "{verb: PUT, path: '/pictures/{name}'}",
      "invalid_path Web.Upload http.path"),
    WrongService("verb: PUT", "verb: DELETE", "type_mismatch Web.Upload data"),
    WrongService(
      "verb: PUT, path: '/pictures/{name}'", "verb: GET, path: '/pictures/{name}', from: {data: body}",
      "invalid_path Web.Upload http.from"),
  ]

  @Test(
    "Each problem is reported with what it concerns, and with a code that says what it is",
    arguments: names + types + sources + queries + calls + routes)
  func wrong(_ change: WrongService) throws {
    #expect(ServiceFixture.shop.contains(change.old), "the fixture has moved on")
    let text = ServiceFixture.shop.replacing(change.old, with: change.new, maxReplacements: 1)
    let problems = try ServiceDocument(yaml: text).problems()
    #expect(problems.map(\.short) == change.problems, "\(problems)")
    #expect(throws: InvalidService.self) { try ResolvedService(try ServiceDocument(yaml: text)) }
  }

  @Test("A service without components is empty")
  func empty() {
    #expect(ServiceDocument(name: "shop").problems().map(\.short) == ["empty_service - -"])
  }

  @Test("A problem has every key in JSON, and a place in text")
  func json() throws {
    let problem = ServiceProblem(.unknownColumn, component: "A", method: "b", field: "c", detail: "d")
    #expect(problem.description == "A.b: c: unknown_column: d")
    #expect(ServiceProblem(.emptyService, detail: "d").description == "empty_service: d")
  }

  @Test("The text of a cycle names the way, and stays short")
  func cycle() {
    let names = (0..<300).map { "C\($0)" }
    let links = zip(names, names.dropFirst() + ["C0"]).map { Link(from: $0, to: $1) }
    let service = ServiceDocument(
      name: "ring", components: names.map { Component(name: $0, type: "function") }, links: links)
    let problems = service.problems()
    #expect(problems.map(\.code) == [.cycle])
    #expect(
      problems.first?.detail.contains("C0 to C1 to C2 to C3 to ... to C297 to C298 to C299 to C0") == true,
      "\(problems)")
  }
}
