internal import ServiceModel

/// `wright service validate`.
enum ServiceValidateCommand {
  static let command = Command(
    "validate", "say everything that keeps a service from being generated",
    details: """
      Reports every problem at once, a line each: the component and method, the field, what kind of problem it is, and \
      what to do. It asks no server and writes nothing.
      """,
    arguments: [ServiceCommand.file], flags: [Flag("json", .none, "print the problems as JSON")],
    examples: [
      ("wright service validate shop.yml", "check a service"),
      ("wright service validate shop.yml --json", "for editors and scripts"),
    ], statuses: [(1, "there are problems"), (2, "wrong usage, or the file is no service file")]
  ) { invocation, console in
    let document = try ServiceFileInput.document(invocation.arguments[0])
    let problems = document.problems()
    if invocation.has("json") || !problems.isEmpty {
      try ServiceFileInput.show(problems, asJSON: invocation.has("json"), console)
    } else if console.errorIsTerminal {
      try console.error(BuildRenderer.safe("\(document.name): nothing wrong") + "\n")
    }
    return problems.isEmpty ? 0 : 1
  }
}
