internal import CPostgreSQL

/// A value of a statement's parameter.
public enum PostgreSQLValue: Sendable, Hashable {
  /// NULL, of the type that the statement gives it.
  case null
  /// A `bigint`.
  case integer(Int64)
  /// A `text`.
  case text(String)
  /// A `bytea`.
  case bytes([UInt8])

  /// The type's number in every server's catalogue.
  var type: Oid {
    switch self {
    case .null: 0
    case .integer: PostgreSQLType.bigint
    case .text: PostgreSQLType.text
    case .bytes: PostgreSQLType.bytea
    }
  }

  /// One letter for the type.
  var typeLetter: String {
    switch self {
    case .null: "n"
    case .integer: "i"
    case .text: "t"
    case .bytes: "b"
    }
  }

  private var binary: [UInt8]? {
    switch self {
    case .null: nil
    case .integer(let number): withUnsafeBytes(of: number.bigEndian) { Array($0) }
    case .text(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    }
  }

  /// Lends values in binary form as libpq takes them: pointers, lengths and formats.
  static func lend<Result>(
    _ values: [PostgreSQLValue],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
  ) -> Result {
    let binaries = values.map(\.binary)
    // All in one block, which has a byte more so that an empty value has a place too.
    let block = Array(binaries.compactMap(\.self).joined()) + [0]
    let lengths = binaries.map { Int32(clamping: $0?.count ?? 0) }
    let formats = [Int32](repeating: 1, count: values.count)
    return block.withUnsafeBytes { block in
      var offset = 0
      let pointers = binaries.map { binary -> UnsafePointer<CChar>? in
        guard let binary else { return nil }
        defer { offset += binary.count }
        return block.baseAddress.map { UnsafePointer(($0 + offset).assumingMemoryBound(to: CChar.self)) }
      }
      return body(pointers, lengths, formats)
    }
  }
}

/// Numbers of types, the same in every server. https://github.com/postgres/postgres, src/include/catalog/pg_type.dat
enum PostgreSQLType {
  static let boolean: Oid = 16
  static let bytea: Oid = 17
  static let name: Oid = 19
  static let bigint: Oid = 20
  static let smallint: Oid = 21
  static let integer: Oid = 23
  static let text: Oid = 25
  static let varchar: Oid = 1043
  static let numeric: Oid = 1700
}
