internal import FoundationEssentials
internal import Model
internal import YAML

/// `wright service configure`: what a service's builds need to know.
enum ServiceConfigureCommand {
  static let command = Command(
    "configure", "say where a service's builds go",
    details: """
      FILE is a mapping of \(BuildConfiguration.Property.allCases.map(\.rawValue).joined(separator: ", ")). What it \
      leaves out is taken away, but for secrets, which stay. Secrets are taken from the variables GITLAB_CI_TOKEN and \
      FILE_STORAGE_ACCESS_TOKEN where they are set; ca_file is the certificate itself, as PEM text.
      """,
    arguments: [Argument("NAME", "the service"), Argument("FILE", "a YAML file; - is standard input")],
    flags: [CommonFlags.json, CommonFlags.server],
    examples: [("GITLAB_CI_TOKEN=glpat-... wright service configure shop build.yml", "with the token of a variable")],
    statuses: [(1, "the server refused it"), (2, "the file is none of this kind")]
  ) { invocation, console in
    var values = try values(of: invocation.arguments[1])
    for property in BuildConfiguration.Property.allCases where property.isSecret {
      if let secret = console.environment[property.rawValue.uppercased()], !secret.isEmpty {
        values[property.rawValue] = secret
      }
    }
    let connection = try ServerConnection(invocation, console)
    let path = ServicePath.of(invocation.arguments[0]) + "/build-configuration"
    do {
      let answer = try await connection.bytes("PUT", path, body: Array(try JSONEncoder().encode(values)))
      try console.output(invocation.has("json") ? answer + [0x0A] : Array("the build configuration is saved\n".utf8))
      return 0
    } catch let refused as RefusedBody {
      try console.error(ServicePath.lines(refused, console))
      return 1
    }
  }

  private static func values(of file: String) throws -> [String: String] {
    let result = YAMLNode.parse(try ManifestFiles.read(file), limits: YAMLLimits(bytes: 1 << 20))
    if let problem = result.problems.first {
      throw CommandFailure("\(file):\(problem.mark.line):\(problem.mark.column): \(problem.message)", status: 2)
    }
    guard let entries = result.root?.entries else {
      throw CommandFailure("\(file): a mapping is expected, as in 'repository_path: group/name'", status: 2)
    }
    var values: [String: String] = [:]
    for entry in entries where !entry.value.isNull {
      guard let text = entry.value.scalar?.text else {
        let mark = entry.value.mark
        throw CommandFailure("\(file):\(mark.line):\(mark.column): \(entry.key) is a text", status: 2)
      }
      values[entry.key] = text
    }
    return values
  }
}

/// What commands about services of a server share.
enum ServicePath {
  /// A service's place in the API.
  static func of(_ name: String) -> String { "/services/" + ServerAddress.encoded(name) }

  /// What is wrong with a request, a line each.
  static func lines(_ refused: RefusedBody, _ console: Console) -> String {
    refused.errors.map { "\(console.errorStyle.red("error:")) \(BuildRenderer.safe($0.detail))\n" }.joined()
  }
}
