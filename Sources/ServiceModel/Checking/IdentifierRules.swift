internal import Documents

/// What may be a name, and when two names are one.
enum IdentifierRules {
  /// Longest name, in bytes: that of PostgreSQL's identifiers.
  static let limit = 63

  /// Why `name` cannot be an identifier; nil where it can. Names of components and methods begin with a letter, those
  /// of fields, tables and columns may begin with underscores.
  static func refusal(_ name: String, mayBeginWithUnderscore: Bool) -> String? {
    if name.isEmpty { return "it is empty" }
    if name.utf8.count > limit { return "it is longer than \(limit) characters" }
    guard name.utf8.allSatisfy({ isLetter($0) || isDigit($0) || $0 == underscore }) else {
      return "use letters, digits and '_' only"
    }
    let first = mayBeginWithUnderscore ? name.utf8.first { $0 != underscore } : name.utf8.first
    return first.map(isLetter) ?? false ? nil : "it must begin with a letter"
  }

  /// Why `name` cannot be that of a service; nil where it can. Beside identifiers those with `-`, as repositories and
  /// images have them.
  static func serviceRefusal(_ name: String) -> String? {
    let dashed = String(decoding: name.utf8.map { $0 == UInt8(ascii: "-") ? underscore : $0 }, as: UTF8.self)
    guard let refusal = refusal(dashed, mayBeginWithUnderscore: false) else { return nil }
    return refusal.hasPrefix("use ") ? "use letters, digits, '-' and '_' only" : refusal
  }

  /// The same for names that cannot stand beside each other in generated code, where case and underscores go.
  static func key(_ name: String) -> String { name.filter { $0 != "_" }.lowercased() }

  private static let underscore = UInt8(ascii: "_")

  static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }

  static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// Go's keywords. https://go.dev/ref/spec#Keywords
  private static let keywords: Set = [
    "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func", "go",
    "goto", "if", "import", "interface", "map", "package", "range", "return", "select", "struct", "switch", "type",
    "var",
  ]
  /// Names that every Go program knows already. https://go.dev/ref/spec#Predeclared_identifiers
  private static let predeclared: Set = [
    "any", "bool", "byte", "comparable", "complex64", "complex128", "error", "float32", "float64", "int", "int8",
    "int16", "int32", "int64", "rune", "string", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr", "true",
    "false", "iota", "nil",
  ]
  /// Folders that mean something else in a Go module, or hold what is generated for the whole service.
  private static let folders: Set = ["main", "init", "internal", "vendor", "testdata", "entity"]
  /// Folders of Go's own library: a module of such a name could not be told from it.
  private static let standardLibrary: Set = [
    "archive", "arena", "bufio", "builtin", "bytes", "cmd", "compress", "container", "context", "crypto", "database",
    "debug", "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index",
    "internal", "io", "iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin", "reflect", "regexp",
    "runtime", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall", "testing", "text", "time",
    "unicode", "unique", "unsafe", "vendor", "weak", "main", "all", "std", "tool",
  ]

  /// True where a component's package cannot have this name.
  static func isReserved(component name: String) -> Bool {
    let key = key(name)
    return keywords.contains(key) || predeclared.contains(key) || folders.contains(key)
  }

  /// True where a method cannot have this name.
  static func isReserved(method name: String) -> Bool {
    keywords.contains(name) || predeclared.contains(name) || name == "init" || name == "main"
  }

  /// True where a service cannot have this name.
  static func isReserved(service name: String) -> Bool {
    standardLibrary.contains(name) || keywords.contains(name)
  }
}
