/// `wright service`: services that are drawn, and the Go modules that they become.
enum ServiceCommand {
  static let command = Command(
    "service", "check services, generate their code, and build them",
    details: """
      A service is a YAML file that begins with `wright: service/1`: its data sources, components, methods and links. \
      It becomes a Go module with tests, migrations, an image and a pipeline.
      """,
    examples: [
      ("wright service validate shop.yml", "say everything that is wrong with a service"),
      ("wright service generate shop.yml --out shop", "write its Go module"),
      ("wright service import shop.yml", "make it a service of a server, to be drawn on"),
      ("wright service build shop --tag v1 --follow", "build what a server has of it into a merge request"),
    ],
    subcommands: [
      ServiceValidateCommand.command, ServiceGenerateCommand.command, ServiceImportCommand.command,
      ServiceExportCommand.command, ServiceSaveCommand.command, ServiceListCommand.list, ServiceListCommand.delete,
      ServiceConfigureCommand.command, ServiceBuildCommand.command,
    ])

  /// The service of commands that ask a server.
  static let name = Argument("NAME", "the service's name")

  /// The service file of commands that take one.
  static let file = Argument("FILE", "a service file; - is standard input")
}
