internal import ServiceModel

extension GoMain {
  /// The package `config`.
  var configuration: GoFile {
    var seen: Set<String> = []
    let settings = service.resolved.environment.filter { seen.insert($0.name).inserted }
      .map { GoSetting($0, in: service.resolved) }
    var file = GoFile(
      path: "internal/config/config.go", package: "config",
      comment: "Package config is the configuration of the service, which comes from environment variables.")
    file.use(["time", service.platform("environment"), service.platform("journal")])
    let fields = settings.map { "\t// \($0.field) is \($0.variable.meaning).\n\t\($0.field) \($0.type)\n" }
    file.add("// Config is what the service is told when it starts.\ntype Config struct {\n\(fields.joined())}")
    file.add(
      """
      // Read reads the configuration. The error names every variable that is missing or wrong.
      func Read(variables *environment.Reader) (Config, error) {
      \tconfig := Config{
      \(GoText.pairs(settings.map { ($0.field, $0.reading) }, indent: "\t\t"))\t}
      \treturn config, variables.Err()
      }
      """)
    return file
  }
}

/// A variable of the environment in the configuration.
struct GoSetting {
  let variable: EnvironmentVariable
  /// The type of the field, and the expression that reads it.
  let type: String
  let reading: String

  init(_ variable: EnvironmentVariable, in service: ResolvedService) {
    self.variable = variable
    let name = GoText.quoted(variable.name)
    let meaning = GoText.quoted(variable.meaning)
    let standard = variable.defaultValue ?? ""
    if let source = service.dataSources.first(where: { $0.variable == variable.name }) {
      let schemes = source.kind.schemes.map(GoText.quoted).joined(separator: ", ")
      (type, reading) = ("string", "variables.URL(\(name), \(meaning), \(schemes))")
    } else if variable.defaultValue == nil {
      (type, reading) = ("string", "variables.Required(\(name), \(meaning))")
    } else if variable.name == "LOG_LEVEL" {
      (type, reading) = ("journal.Level", "variables.Level(\(name), journal.\(GoName.exported(standard)))")
    } else if Int(standard) != nil {
      (type, reading) = ("int", "variables.Int(\(name), \(standard))")
    } else if standard.hasSuffix("s"), let seconds = Int64(standard.dropLast()) {
      (type, reading) = ("time.Duration", "variables.Duration(\(name), \(seconds)*time.Second)")
    } else {
      (type, reading) = ("string", "variables.String(\(name), \(GoText.quoted(standard)))")
    }
  }

  /// The field of the configuration.
  var field: String { GoName.setting(variable.name) }
}
