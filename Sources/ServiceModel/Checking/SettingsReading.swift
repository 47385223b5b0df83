internal import Documents
internal import Model

/// Reads the settings of a middleware.
struct SettingsReading {
  private(set) var problems: [(field: String, detail: String)] = []
  /// What it is set to; of no use where there are problems.
  private(set) var middleware: MiddlewareSettings?

  private let settings: [String: SettingValue]

  init(_ component: Component) {
    settings = component.settings ?? [:]
    switch component.kind {
    case .logging: middleware = logging()
    case .monitoring: middleware = monitoring()
    case .rateLimit: middleware = rateLimit()
    case .auth: middleware = auth(component.name)
    default: middleware = nil
    }
  }

  private mutating func report(_ name: String, _ detail: String) { problems.append(("settings.\(name)", detail)) }

  private mutating func checkNames(_ known: [String], secrets: Set<String> = []) {
    for name in settings.keys.sorted() where !known.contains(name) {
      if secrets.contains(name) {
        report(name, "secrets come from the environment, never from the service; remove it, and see 'variable'")
      } else {
        let hint = NameHints.nearest(to: name, in: known).map { "did you mean '\($0)'?" }
        report(name, "there is no setting \(quoted(name)); " + (hint ?? "there are \(known.joined(separator: ", "))"))
      }
    }
  }

  private mutating func logging() -> MiddlewareSettings {
    checkNames(["level"])
    return .logging(level: choice("level", LogLevel.self) ?? .info)
  }

  private mutating func monitoring() -> MiddlewareSettings {
    checkNames(["buckets"])
    // Those of Prometheus' own clients.
    let usual = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    guard let setting = settings["buckets"] else { return .monitoring(buckets: usual) }
    var buckets: [Double] = []
    if case .list(let values) = setting { buckets = values.compactMap(\.double) }
    let ascends = zip(buckets, buckets.dropFirst()).allSatisfy { $0 < $1 }
    if buckets.isEmpty || buckets.count > 100 || buckets[0] <= 0 || !ascends || setting.count != buckets.count {
      report("buckets", "write ascending numbers of seconds above 0, as [0.01, 0.1, 1]")
    }
    return .monitoring(buckets: buckets)
  }

  private mutating func rateLimit() -> MiddlewareSettings {
    checkNames(["requests", "per", "burst", "scope"])
    let requests = whole("requests", in: 1...1_000_000_000) ?? 100
    let burst = whole("burst", in: 1...1_000_000_000) ?? requests
    return .rateLimit(
      RateLimit(
        requests: requests, milliseconds: time("per") ?? 1000, burst: burst,
        scope: choice("scope", RateLimit.Scope.self) ?? .client))
  }

  private mutating func auth(_ name: String) -> MiddlewareSettings {
    checkNames(
      ["type", "variable", "issuer", "audience"], secrets: ["token", "tokens", "secret", "key", "password"])
    enum Kind: String, CaseIterable { case bearer, jwt }
    let kind = choice("type", Kind.self) ?? .bearer
    let variable = text("variable") ?? name.uppercased() + (kind == .jwt ? "_SECRET" : "_TOKENS")
    let isVariable = variable.utf8.allSatisfy {
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || IdentifierRules.isDigit($0) || $0 == UInt8(ascii: "_")
    }
    if settings["variable"] != nil,
      !isVariable || IdentifierRules.refusal(variable, mayBeginWithUnderscore: false) != nil
    {
      report("variable", "\(quoted(variable)) cannot be a variable; write capital letters, digits and '_'")
    }
    if kind == .jwt {
      return .auth(.jwt(variable: variable, issuer: text("issuer"), audience: text("audience")))
    }
    let isBearer = settings["type"].map { $0 == .text(Kind.bearer.rawValue) } ?? true
    for name in ["issuer", "audience"] where isBearer && settings[name] != nil {
      report(name, "'\(name)' belongs to 'type: jwt'")
    }
    return .auth(.bearer(variable: variable))
  }

  private mutating func text(_ name: String) -> String? {
    guard let setting = settings[name] else { return nil }
    if case .text(let text) = setting, !text.isEmpty, !text.hasControlCharacter { return text }
    report(name, "write a text")
    return nil
  }

  private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, _ type: Choice.Type
  ) -> Choice? {
    guard let setting = settings[name] else { return nil }
    if case .text(let text) = setting, let choice = Choice(rawValue: text) { return choice }
    report(name, "it is one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    return nil
  }

  private mutating func whole(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
    guard let setting = settings[name] else { return nil }
    if case .integer(let number) = setting, range.contains(number) { return number }
    report(name, "write a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  private mutating func time(_ name: String) -> Int64? {
    guard let setting = settings[name] else { return nil }
    let words = ["second": Int64(1000), "minute": 60_000, "hour": 3_600_000]
    if case .text(let text) = setting {
      if let time = words[text] { return time }
      if let time = Duration(quantity: text)?.milliseconds, (1...86_400_000).contains(time) { return time }
    }
    report(name, "write a time of at most a day, as 1s, 1m or 1h")
    return nil
  }
}

extension SettingValue {
  fileprivate var double: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  /// How many values there are.
  fileprivate var count: Int {
    if case .list(let values) = self { values.count } else { 1 }
  }
}
