import Concurrency
import Files
import Glibc
import HTTPServer
import Lifecycle
import Logs
import Model
import Routing
import Store
import Testing

@testable import API

/// A database that only reads, as on a full disk.
private struct FullDatabase: Database {
  let base: any Database
  var dialect: DatabaseDialect { base.dialect }
  func read<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result { try await base.read(body) }
  func write<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result { throw DatabaseError(code: .full, message: "no space") }
  func close() async { await base.close() }
}

@Suite struct FullDiskTests {
  @Test func `a token is good although its use cannot be noted, which is said once`() async throws {
    try await TestServer.run { server async throws in
      let lines = Lock<[String]>([])
      let authentication = TokenAuthentication(
        store: Store(database: FullDatabase(base: server.store.database), sealer: server.store.sealer),
        clock: TestServer.clock, trust: .zero,
        log: Logger { line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } })
      for token in [server.token, server.otherToken, server.token] {
        #expect(try await authentication.principal(token, kind: .user) != nil)
      }
      #expect(try await authentication.principal("unknown", kind: .user) == nil)
      #expect(lines.withLock { $0.count } == 1)
      #expect(lines.withLock { $0.allSatisfy { $0.contains("no space") && !$0.contains(server.token) } })
    }
  }

  @Test func `a full disk is named`() async throws {
    try await TestServer.run(TestServer.Parts(logs: NoSpaceLogs())) { server async throws in
      let response = await server.get("/readyz")
      #expect(response.status == 503)
      let detail = "not ready: logs (the disk is full); the server's log says why"
      #expect(try await response.json()["detail"] == .string(detail))
    }
    #expect(ProblemMapping.problem(DatabaseError(code: .full, message: "/secret/path"))?.status == 507)
  }
}

/// A log store without space.
private struct NoSpaceLogs: LogStore {
  private static let refusal = FileError(code: ENOSPC, operation: "write", path: "/secret")
  func append(_ job: JobID, at offset: Int64, _ bytes: [UInt8], elapsedMilliseconds: Int64) async throws -> Int64 {
    throw Self.refusal
  }
  func end<Result>(
    _ jobs: [JobID], _ store: ([JobID: EndedLog]) async throws -> Result
  ) async throws -> Result { throw Self.refusal }
  func state(_ job: JobID) async throws -> LogState { throw Self.refusal }
  func read(_ job: JobID, from offset: Int64, limit: Int) async throws -> [UInt8] { throw Self.refusal }
  func lines(_ job: JobID, from first: Int64, limit: Int, byteLimit: Int) async throws -> [LogLine] {
    throw Self.refusal
  }
  func changed(_ job: JobID, beyond size: Int64) async throws -> LogState { throw Self.refusal }
  func delete(_ job: JobID) async throws { throw Self.refusal }
  func check() async throws { throw Self.refusal }
}
