internal import Files
internal import FoundationEssentials
internal import ServiceModel

/// Reads service files and shows what is wrong with them.
enum ServiceFileInput {
  /// Far above what the reader of services takes, so that its own limit is the one that counts.
  private static let sizeLimit = 16 << 20

  /// The service of a file, or of standard input for `-`. What is no service file ends the command with status 2.
  static func document(_ path: String) throws(CommandFailure) -> ServiceDocument {
    try document(try bytes(path), of: path)
  }

  /// The service that these bytes of a file are; as `document(_:)`.
  static func document(_ bytes: [UInt8], of path: String) throws(CommandFailure) -> ServiceDocument {
    do throws(MalformedService) { return try ServiceDocument(yaml: bytes) } catch {
      let lines = error.mistakes.map { "\(path):\($0)" }
      throw CommandFailure(BuildRenderer.safe(lines.joined(separator: "\n")), status: 2)
    }
  }

  /// What is in a service file, or on standard input for `-`.
  static func bytes(_ path: String) throws(CommandFailure) -> [UInt8] {
    if path == "-" { return try StandardInput.read(limit: sizeLimit) }
    do throws(FileError) {
      return try FileTree.contents(of: path, limit: sizeLimit)
    } catch {
      throw CommandFailure("cannot read the service file: \(error)", status: 2)
    }
  }

  private struct Report: Encodable { var problems: [ServiceProblem] }

  /// Shows the problems: as JSON on standard output, or a line each on standard error.
  static func show(_ problems: [ServiceProblem], asJSON: Bool, _ console: Console) throws {
    guard asJSON else {
      try console.error(problems.map { BuildRenderer.safe($0.description) + "\n" }.joined())
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try console.output(Array(try encoder.encode(Report(problems: problems))) + [0x0A])
  }
}
