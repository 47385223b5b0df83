internal import Planning

extension GitTree {
  /// More than any of the files has that are read here.
  private static let limit = 4 << 20

  /// What a file of the commit says that is written as git's configuration: keys as git shows them, sections and
  /// names in lower case. Empty where there is no such file.
  func settings(in path: String) async throws -> [(key: String, value: String)] {
    guard let text = try await contents(of: [path])[path], !text.isEmpty else { return [] }
    do {
      let output = try await read(["config", "--file=-", "--null", "--list"], input: text)
      return output.split(separator: 0).compactMap { record in
        guard let end = record.firstIndex(of: UInt8(ascii: "\n")),
          let key = String(validating: record[..<end], as: UTF8.self),
          let value = String(validating: record[(end + 1)...], as: UTF8.self)
        else { return nil }
        return (key, value)
      }
    } catch let failure as GitFailure where failure.kind == .damaged {
      throw GitFailure(.other, "\(path) is not written as git's configuration: \(failure)")
    }
  }

  /// The commits of the submodules at these paths, of those that are submodules.
  func submoduleCommits(at paths: [String]) async throws -> [String: String] {
    if paths.isEmpty { return [:] }
    let output = try await read(["-C", repository, "ls-tree", "-z", "--full-tree", commit, "--"] + paths)
    var commits: [String: String] = [:]
    for record in output.split(separator: 0) {
      guard let tab = record.firstIndex(of: UInt8(ascii: "\t")),
        let path = String(validating: record[(tab + 1)...], as: UTF8.self)
      else { continue }
      let fields = record[..<tab].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      if fields.count == 3, fields[1] == "commit", isGitCommit(fields[2]) { commits[path] = fields[2] }
    }
    return commits
  }

  private func read(_ arguments: [String], input: [UInt8] = []) async throws -> [UInt8] {
    var output: [UInt8] = []
    try await command().stream(arguments, input: input) { output += $0.prefix(max(0, Self.limit - output.count)) }
    return output
  }
}
