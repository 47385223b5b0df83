import Testing

@testable import ServiceGenerator

@Suite("Names of Go")
struct GoNameTests {
  @Test(
    "Names are exported with initialisms in capitals, and not exported without them",
    arguments: [
      ("ById", "ByID", "byID"), ("by_id", "ByID", "byID"), ("id", "ID", "id"), ("where_name", "WhereName", "whereName"),
      ("GetURL", "GetURL", "getURL"), ("url_of_user", "URLOfUser", "urlOfUser"),
      ("HTTPServer", "HTTPServer", "httpServer"),
      ("ids", "Ids", "ids"), ("IDs", "IDs", "ids"), ("X", "X", "x"), ("A_B", "AB", "ab"), ("a1B2", "A1B2", "a1b2"),
      ("_hidden", "Hidden", "hidden"), ("a__b", "AB", "ab"), ("ServeHTTP2", "ServeHTTP2", "serveHTTP2"),
      ("type", "Type", "type"), ("", "X", "x"), ("_", "X", "x"),
    ])
  func names(name: String, exported: String, unexported: String) {
    #expect(GoName.exported(name) == exported)
    #expect(GoName.unexported(name) == unexported)
  }

  @Test(
    "Packages are small letters and digits, from a letter",
    arguments: [
      ("OrderItems", "orderitems"), ("order_items", "orderitems"), ("Http2", "http2"), ("2nd", "x2nd"), ("", "x"),
    ])
  func packages(name: String, package: String) { #expect(GoName.package(name) == package) }

  @Test(
    "Variables of the environment become fields", arguments: [("SHOPDB_URL", "ShopdbURL"), ("HTTP_ADDR", "HTTPAddr")])
  func settings(variable: String, field: String) { #expect(GoName.setting(variable) == field) }

  @Test("A name is given once")
  func scope() {
    var scope = GoScope(reserved: ["log"])
    #expect(["log", "a", "A", "a", "a2"].map { scope.take($0) } == ["log2", "a", "A2", "a3", "a22"])
  }
}
