internal import Model

extension Manifest {
  /// The manifest as a file for people: reading it gives this manifest again. Each of `comments` is a line at the top.
  public func text(comments: [String] = []) -> String {
    var lines = comments.map { $0.isEmpty ? "#" : "# " + $0.filter { !$0.isNewline } }
    if let namespace {
      lines.append("namespace: " + YAMLText.inline(namespace.path + (namespace.owner.map { "@\($0)" } ?? "")))
    }
    if kind == .nix { return nixLines(after: lines).joined(separator: "\n") + "\n" }
    lines += ["driver:", "  type: " + YAMLText.inline(driver.type)]
    lines += driver.settings.sorted { $0.key < $1.key }.map { "  \($0.key): " + YAMLText.inline($0.value) }
    lines += list("env", environment.map { "\($0.name)=\($0.value)" })
    lines += list("objects", objects.map { $0.name == $0.destination ? $0.name : "\($0.name) => \($0.destination)" })
    lines += list("sources", sources.map(Self.notation))
    lines.append("stages: " + flow(stages))
    if !allowFailures.isEmpty { lines.append("allow_failures: " + flow(allowFailures)) }
    if let timeoutSeconds { lines.append("timeout: \(timeoutSeconds)s") }
    if !jobs.isEmpty { lines.append("jobs:") }
    var counts: [String: Int] = [:]
    for job in jobs {
      counts[job.stage, default: 0] += 1
      lines += Self.lines(of: job, number: counts[job.stage] ?? 1)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func nixLines(after first: [String]) -> [String] {
    var lines = first + ["kind: nix"]
    lines += list("env", environment.map { "\($0.name)=\($0.value)" })
    lines += list("sources", sources.map(Self.notation))
    lines += list("outputs", outputs)
    if let timeoutSeconds { lines.append("timeout: \(timeoutSeconds)s") }
    return lines
  }

  private func list(_ key: String, _ items: [String]) -> [String] {
    items.isEmpty ? [] : ["\(key):"] + items.map { "- " + YAMLText.block($0, indented: 2) }
  }

  private func flow(_ names: [String]) -> String {
    "[" + names.map { YAMLText.inline($0) }.joined(separator: ", ") + "]"
  }

  private static func notation(_ source: Source) -> String {
    let reference = source.reference.map { " \($0)" } ?? ""
    let isDefault = Source.defaultDirectory(source.url) == source.directory
    return source.url + reference + (isDefault ? "" : " => \(source.directory)")
  }

  private static func lines(of job: ManifestJob, number: Int) -> [String] {
    var lines = ["- stage: " + YAMLText.inline(job.stage)]
    if job.name != "\(job.stage).\(number)" { lines.append("  name: " + YAMLText.inline(job.name)) }
    if !job.commands.isEmpty { lines.append("  commands:") }
    lines += job.commands.map { "  - " + YAMLText.block($0, indented: 4) }
    if !job.artifacts.isEmpty { lines.append("  artifacts:") }
    return lines + job.artifacts.map { "  - " + notation($0) }
  }

  private static func notation(_ rule: ArtifactRule) -> String {
    let name = rule.name == ArtifactNotation.defaultName(rule.source) ? nil : rule.name.isEmpty ? "." : rule.name
    guard rule.selection == .all else {
      let fields = ["source: " + YAMLText.inline(rule.source)] + (name.map { ["name: " + YAMLText.inline($0)] } ?? [])
      return "{" + (fields + ["only: \(rule.selection.rawValue)"]).joined(separator: ", ") + "}"
    }
    return YAMLText.block(rule.source + (name.map { " => \($0)" } ?? ""), indented: 4)
  }
}

/// Text as a YAML scalar that reads back as the same text.
enum YAMLText {
  /// On one line, also between brackets and braces.
  static func inline(_ text: String) -> String {
    if isPlain(text), !text.utf8.contains(where: { ",[]{}".utf8.contains($0) }) { return text }
    return quotedScalar(text)
  }

  /// As an item of a list: several lines become a block, indented by so many spaces.
  static func block(_ text: String, indented: Int) -> String {
    if isPlain(text) { return text }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 1, canBeBlock(text, lines) else { return quotedScalar(text) }
    let indent = String(repeating: " ", count: indented)
    let isEnded = lines.last?.isEmpty ?? false
    let kept = isEnded ? lines.dropLast() : lines[...]
    return ([isEnded ? "|" : "|-"] + kept.map { $0.isEmpty ? "" : indent + $0 }).joined(separator: "\n")
  }

  private static func canBeBlock(_ text: String, _ lines: [Substring]) -> Bool {
    guard let first = text.utf8.first, first != 10, first != 32, first != 9, !text.hasSuffix("\n\n") else {
      return false
    }
    return lines.allSatisfy { $0.unicodeScalars.allSatisfy(isPrintable) }
  }

  /// True for what needs no quotes where a line begins.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last,
      text.unicodeScalars.allSatisfy(isPrintable), first != " ", last != " ", last != ":"
    else { return false }
    if "-?:,[]{}#&*!|>'\"%@`=".unicodeScalars.contains(first) { return false }
    if ["~", "null", "Null", "NULL"].contains(text) { return false }
    return text.firstRange(of: ": ") == nil && text.firstRange(of: " #") == nil
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E: true
    case 0xA0...0xD7FF: scalar.value != 0x2028 && scalar.value != 0x2029
    case 0xE000...0xFFFD: scalar.value != 0xFEFF
    default: false
    }
  }

  private static func quotedScalar(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy(isPrintable) {
      return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
    return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\t": return "\\t"
    case _ where isPrintable(scalar): return String(scalar)
    default:
      let digits = String(scalar.value, radix: 16)
      return "\\U" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
  }
}
