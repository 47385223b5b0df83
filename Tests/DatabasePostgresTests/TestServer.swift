import DatabasePostgres
import Glibc
import PostgreSQL
import Testing

/// A schema of its own on the server that `scripts/with-postgres` has started.
struct TestSchema {
  let uri: String

  init() throws {
    let server = try #require(
      getenv("WRIGHT_TEST_POSTGRES").map { String(cString: $0) },
      "run the tests by `make test`, or under scripts/with-postgres")
    let name = "s\(UInt64.random(in: 0 ... .max))"
    _ = try PostgreSQLSession(uri: server).run("CREATE SCHEMA \(name)")
    uri = server + "&options=-csearch_path%3D\(name)"
  }
}
