internal import Documents
internal import FoundationEssentials
internal import Manifest

/// `wright lint`: checks manifests without a server and without running anything.
struct LintCommand {
  static let command = Command(
    "lint", "check manifests and report every mistake with its line",
    details: """
      Reads manifests and reports all errors and warnings at once, as compilers do: FILE:LINE:COLUMN: error: ...
      It asks no server and fetches nothing. Without FILE it takes .wright.yml, .wright/*.yml, .djinn.yml and \
      .djinn/*.yml of the current folder. Warnings alone are no failure.
      """,
    arguments: [Argument("FILE", "a manifest; - is standard input", isOptional: true, isRepeated: true)],
    flags: [Flag("json", .none, "print the mistakes as JSON")],
    examples: [
      ("wright lint", "check the manifests of this folder"),
      ("wright lint build.yml --json", "for editors and scripts"),
    ], statuses: [(1, "a manifest has an error")]
  ) { invocation, console in
    let files = invocation.arguments.isEmpty ? ManifestFiles.standard() : invocation.arguments
    guard !files.isEmpty else { throw UsageError("there is no .wright.yml here; name the manifest's FILE") }
    let results = try files.map {
      ($0, Manifest.parse(try ManifestFiles.read($0), limits: ManifestLimits(diagnostics: 10_000)))
    }
    if invocation.has("json") { try console.output(try json(results)) } else { try show(results, console) }
    return results.contains { $0.1.manifest == nil } ? 1 : 0
  }

  private struct FileReport: Encodable {
    var file: String
    var errors: [Diagnostic]
    var warnings: [Diagnostic]
  }

  private static func json(_ results: [(String, ManifestResult)]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let reports = results.map { FileReport(file: $0.0, errors: $0.1.errors, warnings: $0.1.warnings) }
    return Array(try encoder.encode(reports)) + [0x0A]
  }

  private static func show(_ results: [(String, ManifestResult)], _ console: Console) throws {
    for (file, result) in results {
      try console.output(ManifestFiles.lines(result.diagnostics, of: file, console.style))
    }
    guard console.errorIsTerminal else { return }
    let errors = results.map(\.1.errors.count).reduce(0, +)
    let warnings = results.map(\.1.warnings.count).reduce(0, +)
    let counts = [counted(errors, "error"), counted(warnings, "warning")].joined(separator: ", ")
    try console.error("\(counted(results.count, "manifest")): \(errors + warnings == 0 ? "nothing wrong" : counts)\n")
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
