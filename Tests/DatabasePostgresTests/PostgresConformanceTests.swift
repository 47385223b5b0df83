import DatabasePostgres
import Store
import Testing

@testable import DatabaseConformance

@Suite(.serialized) struct PostgresConformanceTests {
  @Test(arguments: ConformanceCheck.all)
  func `does what every database has to do`(_ check: ConformanceCheck) async throws {
    let database = try await PostgresDatabase.open(try TestSchema().uri)
    do {
      try await check.run(database)
    } catch {
      await database.close()
      throw error
    }
    await database.close()
  }
}
