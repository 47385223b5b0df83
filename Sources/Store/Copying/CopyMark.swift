internal import Crypto
internal import FoundationEssentials

/// What says in a target that a copy into it has not ended, and how far it is.
enum CopyMark {
  /// A number among the migrations that no version knows, so that no server takes the target for an installation.
  static let number: Int64 = 1 << 40
  /// How far each table is.
  static let table = "copy_places"
  /// Tables that are the database's own affair.
  static let ownTables: Set<String> = ["migrations", table]
}

/// The place that a copy of a table has come to: the key of the last row.
struct CopyPlace: Codable {
  private enum Value: Codable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
  }

  private let key: [Value]

  init(_ values: [DatabaseValue]) {
    key = values.map { value in
      switch value {
      case .null: .null
      case .integer(let integer): .integer(integer)
      case .text(let text): .text(text)
      case .bytes(let bytes): .bytes(bytes)
      }
    }
  }

  init(text: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(text.utf8)) }

  var text: String { get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) } }

  var values: [DatabaseValue] {
    key.map { value in
      switch value {
      case .null: .null
      case .integer(let integer): .integer(integer)
      case .text(let text): .text(text)
      case .bytes(let bytes): .bytes(bytes)
      }
    }
  }
}

extension DatabaseConnection {
  /// The schema that the database has; 0 for an empty one.
  func schema(_ queries: SchemaQueries) throws -> (newest: Int64, all: [Int64], mark: String?) {
    guard try all(queries.tables, [], { $0.text(0) ?? "" }).contains("migrations") else { return (0, [], nil) }
    let rows = try all("SELECT number, name FROM migrations ORDER BY number") { ($0.integer(0) ?? 0, $0.text(1) ?? "") }
    let known = rows.filter { $0.0 != CopyMark.number }.map(\.0)
    return (known.last ?? 0, known, rows.first { $0.0 == CopyMark.number }?.1)
  }

  /// What only this installation has.
  func identity() throws -> String {
    let proof = try first("SELECT proof FROM sealing") { $0.bytes(0) ?? [] }
    guard let proof else { throw CopyError.noInstallation }
    return try SHA256.hex(proof)
  }
}
