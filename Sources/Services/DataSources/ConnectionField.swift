/// One setting of how a data source is reached.
struct ConnectionField: Sendable, Hashable {
  /// What it holds.
  enum Kind: Sendable, Hashable {
    /// A text.
    case text
    /// A number in a range.
    case number(ClosedRange<Int64>)
    /// A text that is written and never read back.
    case secret
    /// One of these.
    case choice([String])
  }
  /// As requests and answers name it.
  var name: String
  /// What it holds.
  var kind: Kind

  var isSecret: Bool { kind == .secret }

  /// The settings of a type of data source in the order in which they are shown; empty for no type.
  static func all(of type: String) -> [ConnectionField] {
    switch type {
    case "postgres":
      [
        .init(name: "host", kind: .text), .init(name: "port", kind: .number(1...65535)),
        .init(name: "database", kind: .text), .init(name: "user", kind: .text),
        .init(name: "password", kind: .secret),
        .init(
          name: "sslmode", kind: .choice(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])),
      ]
    case "redis":
      [
        .init(name: "host", kind: .text), .init(name: "port", kind: .number(1...65535)),
        .init(name: "password", kind: .secret), .init(name: "db", kind: .number(0...65535)),
      ]
    case "s3":
      [
        .init(name: "endpoint", kind: .text), .init(name: "region", kind: .text), .init(name: "bucket", kind: .text),
        .init(name: "access_key", kind: .text), .init(name: "secret_key", kind: .secret),
      ]
    default: []
    }
  }
}
