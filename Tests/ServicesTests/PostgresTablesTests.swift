import ServiceModel
import Testing

@testable import Services

@Suite struct PostgresTablesTests {
  @Test(
    arguments: [
      ("now()", "now()"), ("CURRENT_TIMESTAMP", "now()"), ("gen_random_uuid()", "gen_random_uuid()"), ("true", "true"),
      ("0", "0"), ("'-1'::integer", "-1"), ("(-1)", "-1"), ("0.50", "0.50"), ("'it''s'::text", "it's"),
      ("''::text", ""),
      ("'a'::character varying", "a"), ("nextval('products_id_seq'::regclass)", nil), ("(1 + 2)", nil),
      ("''''::text", "'"),
      ("('a'::text || 'b'::text)", nil), ("'a'::text || 'b'", nil), ("'1.5'::numeric(10,2)", "1.5"), ("'open", nil),
      ("", nil), ("-", nil),
      ("NULL::text", nil),
    ] as [(String, String?)])
  func `defaults are taken over where services have one like it`(_ expression: String, _ expected: String?) {
    #expect(PostgresTables.defaultValue(expression) == expected)
  }

  @Test func `columns of one table stay together, and a type that services do not have is noted`() {
    let read = PostgresTables(rows: [
      ["orders", "id", "int8", "bigint", "t", "f", "f", "nextval('orders_id_seq'::regclass)"],
      ["orders", "state", "order_state", "order_state", "f", "t", "t", nil],
      ["products", "id", "uuid", "uuid", "t", "f", "f", "gen_random_uuid()"],
      ["cut off"],
    ])
    #expect(
      read.tables == [
        Table(
          name: "orders",
          columns: [
            Column(name: "id", type: "int64", primaryKey: true),
            Column(name: "state", type: "string", nullable: true, unique: true),
          ]),
        Table(
          name: "products",
          columns: [Column(name: "id", type: "uuid", primaryKey: true, defaultValue: "gen_random_uuid()")]),
      ])
    #expect(read.notes == ["orders.state is of type order_state, which services know as string"])
  }
}
