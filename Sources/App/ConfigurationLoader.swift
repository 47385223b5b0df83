import Files
import YAML

/// Puts a configuration together: flags over the environment over the file over the defaults. Every mistake names the
/// flag, the variable or the file's line that it stands in.
struct ConfigurationLoader {
  /// Flag names (without dashes) and their values.
  var flags: [String: String]
  /// The environment.
  var environment: [String: String]
  /// Those that there are.
  var settings = Setting.all
  /// The command whose help lists them.
  var command = "serve"

  /// The configuration.
  func load() throws -> Configuration {
    var configuration = Configuration()
    if let file = flags["config"] ?? environment["WRIGHT_CONFIG"] {
      try apply(file: file, to: &configuration)
    }
    for setting in settings {
      if let text = environment[setting.variable] {
        try apply(setting, text, named: setting.variable, to: &configuration)
      }
    }
    for setting in settings {
      if let flag = setting.flag, let text = flags[flag] {
        try apply(setting, text, named: "--\(flag)", to: &configuration)
      }
    }
    return configuration
  }

  private func apply(
    _ setting: Setting, _ text: String, named name: String, to configuration: inout Configuration
  ) throws(ConfigurationError) {
    do throws(ConfigurationError) {
      try setting.apply(text, &configuration)
    } catch {
      throw ConfigurationError("\(name): \(error)")
    }
  }

  private func apply(file: String, to configuration: inout Configuration) throws {
    let result = YAMLNode.parse(try FileTree.contents(of: file, limit: 1 << 20))
    if let problem = result.problems.first {
      throw ConfigurationError("\(file):\(problem.mark.line):\(problem.mark.column): \(problem.message)")
    }
    guard let root = result.root, !root.isNull else { return }
    for (key, node) in try Self.leaves(of: root, file: file) {
      let place = "\(file):\(node.mark.line):\(node.mark.column)"
      guard let setting = settings.first(where: { $0.key == key }) else {
        throw ConfigurationError("\(place): there is no setting '\(key)'; `wright help \(command)` lists them all")
      }
      try apply(setting, try Self.text(of: node, place), named: "\(place): \(key)", to: &configuration)
    }
  }

  /// The settings of a file as `section.name`, sections one deep.
  private static func leaves(of root: YAMLNode, file: String) throws -> [(key: String, node: YAMLNode)] {
    guard let sections = root.entries else {
      throw ConfigurationError("\(file):\(root.mark.line): a mapping of settings is expected")
    }
    return sections.flatMap { section in
      guard let entries = section.value.entries else { return [(key: section.key, node: section.value)] }
      return entries.map { (key: "\(section.key).\($0.key)", node: $0.value) }
    }
  }

  /// A scalar's text; a list's items joined by commas.
  private static func text(of node: YAMLNode, _ place: String) throws(ConfigurationError) -> String {
    if let scalar = node.scalar { return scalar.text }
    guard let items = node.items else { throw ConfigurationError("\(place): a value or a list is expected") }
    var texts: [String] = []
    for item in items {
      guard let scalar = item.scalar else { throw ConfigurationError("\(place): a list of texts is expected") }
      texts.append(scalar.text)
    }
    return texts.joined(separator: ",")
  }
}
