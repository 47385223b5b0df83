import Model
import ObjectStorage
import Store

/// How the texts of settings become values. Each throws a sentence that says what is right.
extension Setting {
  static func address(_ text: String) throws(ConfigurationError) -> (String, UInt16) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      throw ConfigurationError("'\(text)' is not HOST:PORT, as in 127.0.0.1:8080")
    }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return (host.isEmpty ? "0.0.0.0" : host, port)
  }

  /// `http://HOST:PORT`, without a path.
  static func serverAddress(_ text: String) throws(ConfigurationError) -> String {
    let rest = ["http://", "https://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
    let isPlain = rest?.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#@\\".utf8.contains($0) } == true
    guard let rest, isPlain, !rest.isEmpty else {
      throw ConfigurationError("'\(text)' is not an address like http://10.0.0.2:8080")
    }
    return text
  }

  static func path(_ text: String) throws(ConfigurationError) -> String {
    guard !text.isEmpty, !text.utf8.contains(0) else { throw ConfigurationError("a path is missing") }
    return text
  }

  /// One that means the same on other machines.
  static func absolutePath(_ text: String) throws(ConfigurationError) -> String {
    guard text.hasPrefix("/") else { throw ConfigurationError("'\(text)' is not a path that begins with '/'") }
    return try path(text)
  }

  /// SQLite by a path, PostgreSQL by an address.
  static func database(_ text: String) throws(ConfigurationError) -> Configuration.Database {
    if ["postgres://", "postgresql://"].contains(where: text.hasPrefix) {
      guard !text.utf8.contains(0) else { throw ConfigurationError("the database's address holds a NUL") }
      return .server(text)
    }
    return .file(try location(text, schemes: ["sqlite:"]))
  }

  /// A bucket, or a folder.
  static func artifacts(_ text: String) throws(ConfigurationError) -> Configuration.Artifacts {
    guard text.lowercased().hasPrefix("s3:") else {
      return .folder(try location(text, schemes: ["file://", "file:"]))
    }
    do throws(ObjectStorageError) { _ = try BucketAddress(text: text) } catch {
      throw ConfigurationError(error.description)
    }
    return .bucket(text)
  }

  /// A path, bare or behind one of the schemes.
  static func location(_ text: String, schemes: [String]) throws(ConfigurationError) -> String {
    if let scheme = schemes.first(where: { text.hasPrefix($0) }) {
      return try path(String(text.dropFirst(scheme.count)))
    }
    if let end = text.firstRange(of: "://") {
      throw ConfigurationError("'\(text[..<end.lowerBound])' is not supported by this version; use \(schemes[0])PATH")
    }
    return try path(text)
  }

  static func whole(_ text: String, _ range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw ConfigurationError("'\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// `4`, or `1-8`, within `limits`.
  static func range(_ text: String, _ limits: ClosedRange<Int>) throws(ConfigurationError) -> ClosedRange<Int> {
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
    guard let first = ends.first, let last = ends.last, let lower = first, let upper = last, lower <= upper,
      limits.contains(lower), limits.contains(upper)
    else {
      throw ConfigurationError(
        "'\(text)' is not a whole number from \(limits.lowerBound) to \(limits.upperBound), or two like 1-8")
    }
    return lower...upper
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ text: String
  ) throws(ConfigurationError) -> Choice {
    guard let choice = Choice(rawValue: text) else {
      throw ConfigurationError("'\(text)' is not one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  static func list(_ text: String, of known: [String]) throws(ConfigurationError) -> [String] {
    let values = text.split(separator: ",").map { String($0.drop { $0 == " " }) }
    for value in values where !known.contains(value) {
      throw ConfigurationError("'\(value)' is not one of \(known.joined(separator: ", "))")
    }
    return values
  }

  /// `true` or `false`, as YAML writes them, or `on` or `off`.
  static func flag(_ text: String) throws(ConfigurationError) -> Bool {
    switch text.lowercased() {
    case "true", "on", "yes", "1": return true
    case "false", "off", "no", "0": return false
    default: throw ConfigurationError("'\(text)' is not true or false")
    }
  }

  /// Hosts, each with a port where it has one of its own, in lower case.
  static func hosts(_ text: String) throws(ConfigurationError) -> [String] {
    let hosts = text.split(separator: ",").map { String($0.filter { $0 != " " }).lowercased() }
    for host in hosts where host.isEmpty || host.contains("/") || host.contains("@") {
      throw ConfigurationError("'\(host)' is not HOST or HOST:PORT, as in 127.0.0.1:8081")
    }
    return hosts
  }

  /// Names of variables.
  static func names(_ text: String) throws(ConfigurationError) -> [String] {
    let names = text.split(separator: ",").map { String($0.drop { $0 == " " }) }
    for name in names where name.isEmpty || name.utf8.contains(0) || name.contains("=") {
      throw ConfigurationError("'\(name)' is not the name of a variable")
    }
    return names
  }

  /// Labels of an agent.
  static func labels(_ text: String) throws(ConfigurationError) -> [String: String] {
    do throws(AgentLabelError) { return try [String: String](labels: text) } catch {
      throw ConfigurationError("\(error)")
    }
  }

  static func cacheName(_ text: String) throws(ConfigurationError) -> String {
    guard BinaryCache.isName(text) else {
      throw ConfigurationError("'\(text)' is not a cache's name: small letters, digits and dashes, 63 at most")
    }
    return text
  }

  static func duration(_ text: String, atLeast minimum: Duration) throws(ConfigurationError) -> Duration {
    guard let duration = Duration(quantity: text), duration >= minimum else {
      throw ConfigurationError("'\(text)' is not a duration like 90s, 10m or 1h30m, of at least \(minimum.quantity)")
    }
    return duration
  }

  static func size(_ text: String) throws(ConfigurationError) -> Int64 {
    guard let bytes = ByteCount.parse(text), bytes > 0 else {
      throw ConfigurationError("'\(text)' is not a size like 500MB or 10GiB")
    }
    return bytes
  }
}
