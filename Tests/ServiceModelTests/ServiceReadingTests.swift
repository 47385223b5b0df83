import ServiceModel
import Testing

@Suite("Reading and writing services")
struct ServiceReadingTests {
  @Test("The canonical text of a service is read and written again as it is")
  func canonicalText() throws {
    let yaml = try ServiceDocument(yaml: ServiceFixture.shop).yaml
    let differing = zip(yaml.split(separator: "\n"), ServiceFixture.shop.split(separator: "\n")).first { $0 != $1 }
    #expect(differing == nil)
    #expect(yaml == ServiceFixture.shop)
  }

  @Test("The JSON of a service reads back as the same service, and is the same bytes each time")
  func json() throws {
    let shop = try ServiceDocument(yaml: ServiceFixture.shop)
    let again = try ServiceDocument(json: shop.json)
    #expect(again == shop)
    #expect(again.json == shop.json)
  }

  @Test("Every property of every type of component is read")
  func properties() throws {
    let shop = try ServiceDocument(yaml: ServiceFixture.shop)
    let web = try #require(shop.component("Web"))
    #expect(web.position == Position(x: 80, y: 120.5))
    #expect(web.methods[0].http == HTTPRoute(verb: "GET", path: "/products/{id}", from: ["id": "path"]))
    #expect(web.methods[2].response == [])
    let cheap = try #require(shop.component("Products")?.method("Cheap"))
    #expect(cheap.params == [Field(name: "max", type: "decimal")])
    #expect(cheap.multi == true)
    #expect(shop.component("Fast")?.methods[0].write == ["Cache.Get": "Cache.Set"])
    #expect(shop.component("Guarded")?.methods[0].requestMiddlewares == ["Auth", "Limit", "Log"])
    #expect(shop.component("Limit")?.settings?["requests"] == .integer(100))
    #expect(shop.component("Numbers")?.settings?["buckets"] == .list([.number(0.01), .number(0.1), .integer(1)]))
    #expect(shop.component("Rules")?.methods[0].body?.contains("\treturn") == true)
    #expect(shop.dataSource("shopdb")?.tables[0].columns[2].defaultValue == "0")
  }

  @Test(
    "A file that is no service is refused with line and column",
    arguments: [
      ("", 1, 1, "the file is empty"),
      ("name: shop\n", 1, 1, "no line 'wright: service/1'"),
      ("wright: service/2\nname: shop\n", 1, 9, "'service/2' is not a format"),
      ("wright: service/1\nnam: shop\n", 2, 1, "did you mean 'name'?"),
      ("wright: service/1\ncomponents: {}\n", 2, 13, "expected a list of components"),
      ("wright: service/1\ncomponents:\n- name: [a]\n", 3, 9, "expected text; found a list"),
      ("wright: service/1\ncomponents:\n- type: http\n  data_source: x\n", 4, 3, "unknown key 'data_source'"),
      ("wright: service/1\ncomponents:\n- type: sql\n  methods:\n  - {ttl: 1s}\n", 5, 6, "a method of type sql"),
      ("wright: service/1\ndata_sources:\n- {password: x}\n", 3, 4, "never the service file"),
      ("wright: service/1\n\tname: x\n", 2, 1, "a tab cannot be used"),
      ("wright: service/1\ncomponents:\n- position: {x: far, y: 0}\n", 3, 17, "expected a number"),
      ("[]", 1, 1, "expected a mapping"),
    ])
  func malformed(text: String, line: Int, column: Int, detail: String) throws {
    let error = try #require(throws: MalformedService.self) { try ServiceDocument(yaml: text) }
    let first = try #require(error.mistakes.first)
    #expect(first.line == line)
    #expect(first.column == column)
    #expect(first.detail.contains(detail), "\(first)")
  }

  @Test(
    "JSON of another shape is refused with its pointer",
    arguments: [
      ("{", "", "not valid JSON"), ("[]", "", "expected a mapping"),
      (#"{"name": 5}"#, "/name", "expected text"),
      (#"{"components": [{"methods": [{"multi": "true"}]}]}"#, "/components/0/methods/0/multi", "true or false"),
      (#"{"components": [{"x/y": 1}]}"#, "/components/0/x~1y", "unknown key"),
      (#"{"links": [{"from": "a", "to": []}]}"#, "/links/0/to", "expected text"),
      (#"{"wright": "service/9"}"#, "/wright", "not a format"),
    ])
  func malformedJSON(text: String, pointer: String, detail: String) throws {
    let error = try #require(throws: MalformedService.self) { try ServiceDocument(json: Array(text.utf8)) }
    let first = try #require(error.mistakes.first)
    #expect(first.pointer == pointer)
    #expect(first.line == nil)
    #expect(first.detail.contains(detail), "\(first)")
  }

  @Test("What is wrong in another way than its shape is kept")
  func unfinished() throws {
    let text = #"""
      {"name":"","components":[{"name":"1 2","type":"kafka","methods":[{"name":"","query":"?","request":["a"]}]},
      {"name":"b","type":"http","settings":{},"data_source":"","methods":[]}],"links":[{"from":"x","to":""}]}
      """#
    let document = try ServiceDocument(json: Array(text.utf8))
    #expect(document.components[0].methods[0].query == "?")
    #expect(document.components[0].methods[0].requestMiddlewares == ["a"])
    #expect(try ServiceDocument(json: document.json) == document)
    #expect(try ServiceDocument(yaml: document.yaml) == document)
  }

  @Test("Nesting without end is refused")
  func depth() {
    let text = String(repeating: "[", count: 400) + String(repeating: "]", count: 400)
    #expect(throws: MalformedService.self) { try ServiceDocument(json: Array(text.utf8)) }
    #expect(throws: MalformedService.self) { try ServiceDocument(yaml: "wright: " + text) }
  }

  @Test(
    "Text that looks like something else stays text",
    arguments: [
      "yes", "1.0", "null", "~", "0x1f", "2020-01-01", "", " a", "a: b", "#", "60s", "a\nb", "a\n\tb\n", "'", "é",
    ])
  func lookalikes(text: String) throws {
    var component = Component(name: text, type: "logging", settings: ["level": .text(text)])
    component.methods = []
    let document = ServiceDocument(name: text, components: [component], links: [Link(from: text, to: text)])
    #expect(try ServiceDocument(yaml: document.yaml) == document)
    #expect(try ServiceDocument(json: document.json) == document)
  }

  @Test("A draft is joined with the definitions that it uses, and with no others")
  func joining() throws {
    var draft = try ServiceDocument(yaml: ServiceFixture.shop)
    let definitions = draft.dataSources + [DataSourceDefinition(name: "other", type: "redis")]
    draft.dataSources = []
    #expect(draft.usedDataSources == ["shopdb", "cache", "files"])
    #expect(draft.joining(definitions).dataSources.map(\.name) == ["shopdb", "cache", "files"])
  }

  @Test(
    "Types of fields",
    arguments: [
      ("int64", FieldType.scalar(.int64)), ("[]string", FieldType(.scalar(.string), isList: true)),
      ("entity.products", FieldType(.entity("products"))),
      ("[]entity.products", FieldType(.entity("products"), isList: true)),
      ("entity.", nil), ("int", nil), ("[][]int64", nil), ("", nil), ("[]", nil),
    ])
  func types(text: String, type: FieldType?) {
    #expect(FieldType(text) == type)
    if let type { #expect(type.description == text) }
  }
}
