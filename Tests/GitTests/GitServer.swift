import Processes
import Testing

/// Serves the repositories of a folder; goes with this object.
final class GitServer: Sendable {
  let port: Int
  private let process: RunningProcess

  /// Over HTTP; `Fixtures/http_backend.py` says which files of `folder` steer it.
  init(_ folder: String) async throws {
    let script = "\(#filePath.dropLast("GitServer.swift".count))Fixtures/http_backend.py"
    process = try await ProcessLauncher.shared.start(
      ProcessSpecification(
        executable: "python3", arguments: [script, folder],
        environment: [("PATH", ExecutableSearch.standardPath)], supervised: true))
    var text: [UInt8] = []
    while !text.contains(UInt8(ascii: "\n")), let bytes = try await process.output?.read() { text += bytes }
    port = try #require(Int(String(decoding: text.prefix { $0 != 10 }, as: UTF8.self)), "\(text)")
  }

  /// Ends it, and returns when nobody answers any more.
  func stop() async {
    process.kill()
    _ = await process.wait()
  }

  deinit { process.kill() }
}
