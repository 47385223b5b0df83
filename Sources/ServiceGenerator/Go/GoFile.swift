/// A Go file on its way: the declarations first, from which follows what it imports.
struct GoFile {
  /// What a generated file begins with, as https://go.dev/s/generatedcode wants it.
  static let mark = GeneratedMark.slashes

  /// The path in the module.
  var path: String
  var package: String
  /// The comment of the package, without slashes; empty for all files of a package but one.
  var comment = ""
  /// Imported paths.
  private var imports: Set<String> = []
  private var declarations: [String] = []
  /// The tables of which a test has a row.
  private(set) var rows: Set<String> = []

  init(path: String, package: String, comment: String = "") {
    self.path = path
    self.package = package
    self.comment = comment
  }

  /// Imports a package.
  mutating func use(_ path: String) { imports.insert(path) }

  /// Imports packages.
  mutating func use(_ paths: some Sequence<String>) { imports.formUnion(paths) }

  /// Takes note that a row of a table is needed, which `GoSamples` declares at the end.
  mutating func useRow(of table: String) { rows.insert(table) }

  /// Adds a declaration, which is formatted as gofmt does and has no empty line at its end.
  mutating func add(_ declaration: String) { declarations.append(declaration) }

  /// The file.
  func generated(module: String) -> GeneratedFile {
    var text = Self.mark + "\n"
    if !comment.isEmpty { text += comment.split(separator: "\n").map { "// \($0)\n" }.joined() }
    text += "package \(package)\n"
    if !imports.isEmpty { text += "\n" + importDeclaration(module: module) }
    for declaration in declarations { text += "\n" + declaration + "\n" }
    return GeneratedFile(path: path, contents: text)
  }

  /// The standard library, then others, then the module's own, each sorted by bytes.
  private func importDeclaration(module: String) -> String {
    let sorted = imports.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    let own = sorted.filter { $0.hasPrefix(module + "/") }
    let others = sorted.filter { !$0.hasPrefix(module + "/") }
    let isStandard = { (path: String) in !path.prefix { $0 != "/" }.contains(".") }
    let groups = [others.filter(isStandard), others.filter { !isStandard($0) }, own].filter { !$0.isEmpty }
    if sorted.count == 1 { return "import \"\(sorted[0])\"\n" }
    let blocks = groups.map { $0.map { "\t\"\($0)\"\n" }.joined() }
    return "import (\n" + blocks.joined(separator: "\n") + ")\n"
  }
}
