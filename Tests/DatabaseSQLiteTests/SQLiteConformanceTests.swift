import DatabaseSQLite
@testable import DatabaseConformance
import Store
import Testing

@Suite struct SQLiteConformanceTests {
  @Test(arguments: ConformanceCheck.all)
  func `does what every database has to do`(_ check: ConformanceCheck) async throws {
    let folder = try TemporaryFolder()
    let database = try await SQLiteDatabase.open(folder.path + "/wright.db")
    do {
      try await check.run(database)
    } catch {
      await database.close()
      throw error
    }
    await database.close()
  }
}
