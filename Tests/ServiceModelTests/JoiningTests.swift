import ServiceModel
import Testing

@Suite struct JoiningTests {
  private func source(_ name: String, _ tables: String...) -> DataSourceDefinition {
    DataSourceDefinition(name: name, type: "postgres", tables: tables.map { Table(name: $0) })
  }

  private func document(uses name: String?, type: String) -> ServiceDocument {
    var method = Method(name: "Get")
    method.response = [Field(name: "data", type: type)]
    return ServiceDocument(
      name: "shop", dataSources: [source("own", "products")],
      components: [
        Component(name: "Web", type: "http", methods: [method]),
        Component(name: "Rows", type: "sql", dataSource: name),
      ])
  }

  @Test(
    arguments: [
      ("b", "entity.products", ["b"]), ("none", "int64", []), (nil, "[]entity.products", ["a"]),
      ("c", "entity.products", ["a", "c"]), ("c", "entity.orders", ["c"]), ("c", "entity.nothing", ["c"]),
    ] as [(String?, String, [String])])
  func `a service gets the data sources that it uses, and others only for tables that those lack`(
    _ name: String?, _ type: String, _ expected: [String]
  ) {
    let saved = [source("a", "products"), source("b", "products"), source("c", "orders")]
    #expect(document(uses: name, type: type).joining(saved).dataSources.map(\.name) == expected)
  }
}
