import DriverConformance
import Drivers
import Files
import Glibc
import Model
import Testing

import DriverHost

/// A driver on a folder of its own, which is removed afterwards.
func withDriver(
  _ mode: SandboxMode, hiddenPaths: [String] = [], _ body: (DriverConformance, String) async throws -> Void
) async throws {
  let root = "/tmp/wright-driver-\(UInt64.random(in: 0 ... .max))"
  try FileTree.makeDirectory(root)
  do {
    let driver = try HostDriver(root: root + "/work", hiddenPaths: hiddenPaths, sandbox: mode)
    try await body(DriverConformance(driver: driver, specification: DriverSpecification(type: "host")), root)
    #expect(try FileTree.names(in: root + "/work").isEmpty)
  } catch {
    try FileTree.removeTree(root)
    throw error
  }
  try FileTree.removeTree(root)
}

let sandboxWorks: @Sendable () async throws -> Bool = {
  let root = "/tmp/wright-driver-\(UInt64.random(in: 0 ... .max))"
  defer { try? FileTree.removeTree(root) }
  return try await HostDriver(root: root).sandboxProblem() == nil
}

@Suite struct HostDriverTests {
  static let modes: [SandboxMode] = [.auto, .off]

  @Test(arguments: modes) func `runs scripts`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.runsScripts() }
  }
  @Test(arguments: modes) func `gives exactly the variables`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.givesExactlyTheVariables() }
  }
  @Test(arguments: modes) func `ends what the script leaves`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.endsWhatTheScriptLeaves() }
  }
  @Test(arguments: modes) func `stops, gently and not`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.stops() }
  }
  @Test(arguments: modes) func `stops while a job starts`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.stopsWhileStarting() }
  }
  @Test(arguments: modes) func `places files`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.placesFiles() }
  }
  @Test(arguments: modes) func `prepares and delivers folders`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.preparesAndDeliversFolders() }
  }
  @Test(arguments: modes) func `collects files`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.collectsFiles() }
  }
  @Test(arguments: modes) func `collects what is chosen`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.collectsWhatIsChosen() }
  }
  @Test(arguments: modes) func `collects nothing from outside`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.collectsNothingFromOutside() }
  }
  @Test(arguments: modes) func `destroys what is hostile`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.destroysWhatIsHostile() }
  }
  @Test(arguments: modes) func `streams output`(mode: SandboxMode) async throws {
    try await withDriver(mode) { driver, _ in try await driver.streamsOutputAndHoldsTheWriterUp() }
  }
}
