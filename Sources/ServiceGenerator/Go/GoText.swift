/// Pieces of Go as gofmt writes them.
enum GoText {
  /// A field of a struct.
  struct Member {
    var name: String
    var type: String
    /// The name in JSON; nil for a field without a tag.
    var json: String?

    init(_ name: String, _ type: String, json: String? = nil) {
      self.name = name
      self.type = type
      self.json = json
    }
  }

  /// The declaration of a struct type with its fields in columns; `comment` begins with the type's name.
  static func structure(_ name: String, comment: String, members: [Member]) -> String {
    guard !members.isEmpty else { return "// \(comment)\ntype \(name) struct{}" }
    let head = "// \(comment)\ntype \(name) struct {"
    let names = width(members.map(\.name))
    let types = width(members.map(\.type))
    let lines = members.map { member in
      let start = "\t" + padded(member.name, names)
      return member.json.map { start + padded(member.type, types) + "`json:\"\($0)\"`" } ?? start + member.type
    }
    return ([head] + lines + ["}"]).joined(separator: "\n")
  }

  /// The beginning of a function that makes something, with a parameter a line where they are too long for one.
  static func constructor(_ parameters: [String], of type: String) -> String {
    let line = "func New(\(parameters.joined(separator: ", "))) *\(type) {"
    guard line.utf8.count > 110 else { return line }
    return "func New(\n\(parameters.map { "\t\($0),\n" }.joined())) *\(type) {"
  }

  /// A composite literal, with a field a line where they are too long for one.
  static func literal(of type: String, _ fields: [(key: String, value: String)], indent: String) -> String {
    let line = "\(type){\(fields.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    guard line.utf8.count > 90 else { return line }
    return "\(type){\n\(pairs(fields, indent: indent + "\t"))\(indent)}"
  }

  /// The lines `key: value,` of a composite literal with a value a line.
  static func pairs(_ pairs: [(key: String, value: String)], indent: String) -> String {
    sections(pairs).map { section in
      let keys = width(section.map { $0.key + ":" })
      return section.map { indent + padded($0.key + ":", keys) + $0.value + ",\n" }.joined()
    }.joined()
  }

  /// gofmt parts the columns where a key is much longer or shorter than those before, and one of them is long.
  private static func sections(_ pairs: [(key: String, value: String)]) -> [[(key: String, value: String)]] {
    var sections: [[(key: String, value: String)]] = []
    var sizes: [Int] = []
    for pair in pairs {
      let size = pair.key.utf8.count
      if let last = sizes.last, last > 40 || size > 40, isFar(size, from: sizes) {
        sections.append([pair])
        sizes = [size]
      } else {
        if sections.isEmpty { sections.append([]) }
        sections[sections.count - 1].append(pair)
        sizes.append(size)
      }
    }
    return sections
  }

  /// True where 2.5 times the size is at most the geometric mean of the sizes, or the other way round.
  private static func isFar(_ size: Int, from sizes: [Int]) -> Bool {
    // Powers instead of roots: (2.5 * size)^n against the product.
    var small = 1.0
    var large = 1.0
    for known in sizes {
      small *= 2.5 * Double(size) / Double(max(known, 1))
      large *= Double(size) / (2.5 * Double(max(known, 1)))
    }
    return small <= 1 || large >= 1
  }

  private static func width(_ texts: [String]) -> Int { (texts.map(\.unicodeScalars.count).max() ?? 0) + 1 }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.unicodeScalars.count, 1))
  }

  /// A text as a literal: raw where that can be read better, quoted otherwise.
  static func literal(_ text: String) -> String {
    let isRaw = text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || ($0.value >= 0x20 && $0.value < 0x7F) }
    let needsEscapes = text.unicodeScalars.contains { $0 == "\n" || $0 == "\"" || $0 == "\\" || $0 == "\t" }
    if isRaw, needsEscapes, !text.contains("`") { return "`\(text)`" }
    return quoted(text)
  }

  /// A text between double quotes.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0xFEFF:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: max(4 - digits.count, 0)) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A duration as `90*time.Second`, in the largest unit that fits.
  static func duration(seconds: Int64) -> String {
    if seconds % 3600 == 0 { return times(seconds / 3600, "Hour") }
    return seconds % 60 == 0 ? times(seconds / 60, "Minute") : times(seconds, "Second")
  }

  /// The same of milliseconds.
  static func duration(milliseconds: Int64) -> String {
    milliseconds % 1000 == 0 ? duration(seconds: milliseconds / 1000) : times(milliseconds, "Millisecond")
  }

  /// As gofmt has it among several arguments; alone it has spaces, which `spaced` puts in.
  private static func times(_ count: Int64, _ unit: String) -> String {
    count == 1 ? "time." + unit : "\(count)*time.\(unit)"
  }

  /// An expression of one multiplication that stands alone.
  static func spaced(_ expression: String) -> String { expression.replacingOccurrences(of: "*", with: " * ") }

  /// A number as a literal.
  static func number(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
