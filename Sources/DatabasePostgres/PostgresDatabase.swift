public import Store

/// A PostgreSQL database as a `Database`. A connection that is lost is made anew, and what ran on it is run once more,
/// unless the server says that it was committed.
public enum PostgresDatabase {
  /// Connects to `postgres://user:password@host:port/database`; what the address leaves out comes from `PGPASSWORD` and
  /// the other variables of libpq. Throws `DatabaseError` with code `unavailable` where the server does not answer or
  /// refuses, and `locked` where another server of this program uses the database.
  public static func open(_ uri: String, readers: Int = 3) async throws -> PooledDatabase {
    let seat = try await PostgresSeat.take(uri, readers: readers)
    do {
      guard try await seat.tryToLead() else {
        throw DatabaseError(
          code: .locked,
          message: "another server uses the database \(seat.shown); stop it, or give this one its own")
      }
      return seat.database
    } catch {
      await seat.close()
      throw error
    }
  }
}
