internal import FoundationEssentials
internal import ServiceGenerator
internal import ServiceModel

/// `wright service generate`.
enum ServiceGenerateCommand {
  static let command = Command(
    "generate", "write the Go module of a service into a folder",
    details: """
      The folder is empty, or holds what was generated before. Files of your own in it are left alone. Where somebody \
      has edited a generated file, or the service has problems, nothing is written and all of them are named.
      """,
    arguments: [ServiceCommand.file],
    flags: [
      Flag("out", .text("DIR"), "the folder; it is made where it is not there"),
      Flag("module", .text("PATH"), "the path of the Go module", standard: "the service's name"),
      Flag("json", .none, "print what was done, or the problems, as JSON"),
    ],
    examples: [
      ("wright service generate shop.yml --out shop", "write the module `shop`"),
      ("wright service generate shop.yml --out . --module gitlab.com/team/shop", "into a clone of its repository"),
    ],
    statuses: [
      (1, "the service has problems, or the folder holds something else"),
      (2, "wrong usage, or the file is no service file"),
    ]
  ) { invocation, console in
    guard let folder = invocation.value("out"), !folder.isEmpty else { throw UsageError("name the folder with --out") }
    let document = try ServiceFileInput.document(invocation.arguments[0])
    let module = invocation.value("module") ?? document.name
    if invocation.has("module"), let refusal = ServiceGenerator.moduleRefusal(module) {
      throw UsageError("--module: '\(module)' cannot be the path of a Go module: \(refusal)")
    }
    let service: ResolvedService
    do throws(InvalidService) { service = try ResolvedService(document) } catch {
      try ServiceFileInput.show(error.problems, asJSON: invocation.has("json"), console)
      return 1
    }
    let plan = try GeneratedFolder(folder).write(try ServiceGenerator.files(of: service, module: module))
    try show(plan, module: module, in: folder, asJSON: invocation.has("json"), console)
    return 0
  }

  private struct Report: Encodable {
    var module: String
    var written: [String]
    var removed: [String]
  }

  private static func show(
    _ plan: FolderPlan, module: String, in folder: String, asJSON: Bool, _ console: Console
  ) throws {
    let written = plan.writes.map(\.path)
    guard asJSON else {
      let changes = "\(written.count) files written, \(plan.removals.count) removed"
      try console.output(BuildRenderer.safe("\(folder): \(changes)") + "\n")
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let report = Report(module: module, written: written.sorted(), removed: plan.removals)
    try console.output(Array(try encoder.encode(report)) + [0x0A])
  }
}
