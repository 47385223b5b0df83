import Files
import Processes
import Testing

/// A folder under /tmp that goes with this object.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = "/tmp/wright-git-tests-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    try FileTree.makeDirectory(path)
  }

  deinit { try? FileTree.removeTree(path) }

  func write(_ text: String, to name: String, permissions: UInt32 = 0o600) throws {
    if let slash = name.lastIndex(of: "/") { try FileTree.makeDirectory("\(path)/\(name[..<slash])") }
    try FileTree.removeFile("\(path)/\(name)")
    try FileDescriptor.open("\(path)/\(name)", .createNew(permissions: permissions)).write(Array(text.utf8), at: 0)
  }

  func read(_ name: String) throws -> String {
    String(decoding: try FileTree.contents(of: "\(path)/\(name)", limit: 1 << 20), as: UTF8.self)
  }

  func exists(_ name: String) throws -> Bool { try FileTree.status("\(path)/\(name)") != nil }

  /// Runs a shell script in the folder and returns what it wrote, without the last newline.
  @discardableResult
  func shell(_ script: String) async throws -> String {
    let result = try await ProcessLauncher.shared.run(
      ProcessSpecification(
        executable: "/bin/sh", arguments: ["-ec", script],
        environment: [
          ("PATH", "/usr/local/bin:/usr/bin:/bin"), ("HOME", path), ("GIT_AUTHOR_NAME", "a"),
          ("GIT_AUTHOR_EMAIL", "a@example.org"), ("GIT_COMMITTER_NAME", "a"), ("GIT_CONFIG_NOSYSTEM", "1"),
          ("GIT_COMMITTER_EMAIL", "a@example.org"),
        ], workingDirectory: path))
    let text = String(decoding: result.output, as: UTF8.self)
    try #require(result.exit.isSuccess, "\(script): \(text)")
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
