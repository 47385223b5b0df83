import Crypto
import Files
import Glibc
import NixFormat
import Processes
import Testing

@testable import CachePush

/// Runs `body` with the path of a new folder and removes that afterwards.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let folder = "/tmp/wright-push-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
  try FileTree.makeDirectory(folder)
  let result: Swift.Result<Result, any Error>
  do { result = .success(try await body(folder)) } catch { result = .failure(error) }
  try FileTree.removeTree(folder)
  return try result.get()
}

/// What a command writes; it has to succeed.
@discardableResult
func nix(_ words: [String], store: String? = nil) async throws -> [UInt8] {
  let process = try await ProcessLauncher.shared.start(
    ProcessSpecification(
      executable: words[0], arguments: Array(words.dropFirst()), environment: nixEnvironment(store: store),
      output: .separate))
  async let messages = text(of: process.errorOutput)
  var output: [UInt8] = []
  while let bytes = try await process.output?.read() { output += bytes }
  let said = await messages
  #expect(await process.wait() == .exited(0), "\(words): \(said)")
  return output
}

private func text(of output: ProcessOutput?) async -> String {
  var bytes: [UInt8] = []
  while let more = try? await output?.read() { bytes += more }
  return String(decoding: bytes, as: UTF8.self)
}

/// The environment of a store of its own below `store`, which needs no daemon, no network and no `/nix`.
func nixEnvironment(store: String?) -> [(name: String, value: String)] {
  let home = store ?? "/tmp"
  var variables = [
    ("PATH", ExecutableSearch.standardPath), ("HOME", home), ("XDG_CACHE_HOME", home + "/cache"),
    ("NIX_CONFIG", "experimental-features = nix-command\nsubstituters =\nbuild-users-group =\nsandbox = false"),
  ]
  if let store { variables.append(("NIX_REMOTE", store)) }
  return variables
}

/// A store below a folder, with paths that were added to it.
struct TestStore {
  let root: String

  var access: NixStoreAccess { NixStoreAccess(environment: nixEnvironment(store: root), root: root) }

  /// Adds a file with this content, which may name other paths; those become its references.
  func add(_ name: String, _ content: [UInt8], references: [StorePath] = []) async throws -> StorePath {
    let file = root + "/" + name
    try FileTree.writeAtomically(content, to: file, permissions: 0o644)
    let output = try await nix(["nix-store", "--add", file], store: root)
    try FileTree.removeFile(file)
    return try #require(StorePath(String(decoding: output, as: UTF8.self).split(separator: "\n").last ?? ""))
  }

  /// Adds paths that refer to each other: each to those before it, as the numbers say.
  func addLinked(_ references: [[Int]], content: (Int) -> [UInt8] = { Array("content \($0)".utf8) }) async throws
    -> [StorePath]
  {
    var paths: [StorePath] = []
    var registration = ""
    for (number, numbers) in references.enumerated() {
      let digits = Nix32.string(Array("\(1000 + number)-linked-path-hash".utf8.prefix(20)))
      let path = try #require(StorePath(hash: digits, name: "linked-\(number)"))
      let referred = numbers.map { paths[$0] }
      let lines = referred.map { "\($0)\n" }.joined()
      let folder = root + "/nix/store"
      try FileTree.makeDirectory(folder, permissions: 0o755)
      try FileTree.writeAtomically(content(number) + Array(lines.utf8), to: root + path.description, permissions: 0o444)
      let (hash, size) = try narHash(root + path.description)
      registration += "\(path)\n\(hash)\n\(size)\n\n\(referred.count)\n\(lines)"
      paths.append(path)
    }
    try await load(registration)
    return paths
  }

  private func narHash(_ path: String) throws -> (hash: String, size: Int) {
    var hash = try SHA256()
    var size = 0
    try NarDump.write(path) { bytes in
      hash.update(bytes)
      size += bytes.count
    }
    return (Hexadecimal.string(try hash.finish()), size)
  }

  private func load(_ registration: String) async throws {
    let process = try await ProcessLauncher.shared.start(
      ProcessSpecification(
        executable: "nix-store", arguments: ["--load-db"],
        environment: nixEnvironment(store: root), standardInput: .bytes(Array(registration.utf8))))
    var output: [UInt8] = []
    while let bytes = try await process.output?.read() { output += bytes }
    #expect(await process.wait() == .exited(0), "\(String(decoding: output, as: UTF8.self))")
  }
}
