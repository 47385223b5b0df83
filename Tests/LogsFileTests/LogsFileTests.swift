import Files
import Logs
import LogsFile
import Model
import StoreConformance
import Testing

@Suite struct LogsFileConformanceTests {
  @Test(arguments: LogStoreConformance.requirements)
  func `is a log store`(requirement: LogStoreConformance.Requirement) async throws {
    let folder = TemporaryFolder()
    let store = try LogsFile(directory: folder.path + "/logs") { job, error in Issue.record("job \(job): \(error)") }
    try await LogStoreConformance { store }.check(requirement)
    await store.compressed()
  }
}

/// A folder that is removed with the object.
final class TemporaryFolder: Sendable {
  let path = "/tmp/wright-logs-\(UInt64.random(in: 0 ... .max))"
  deinit { try? FileTree.removeTree(path) }
}
