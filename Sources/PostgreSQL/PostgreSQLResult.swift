internal import CPostgreSQL

/// The answer to a statement: its rows, in binary form. A value that is missing or of another type reads as nil.
public final class PostgreSQLResult {
  private let result: OpaquePointer

  /// Takes over libpq's result.
  init(_ result: OpaquePointer) { self.result = result }

  deinit { PQclear(result) }

  /// How many rows there are.
  public var rowCount: Int { Int(PQntuples(result)) }

  /// How many rows the statement has changed.
  public var changedRows: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

  /// An integer of any size, also one that a sum has become.
  public func integer(_ row: Int, _ column: Int) -> Int64? {
    guard let (bytes, type) = value(row, column) else { return nil }
    switch type {
    case PostgreSQLType.bigint, PostgreSQLType.integer, PostgreSQLType.smallint, PostgreSQLType.boolean:
      return bytes.reduce(bytes.first.map { $0 & 0x80 != 0 && bytes.count > 1 ? -1 : 0 } ?? 0) { $0 << 8 | Int64($1) }
    case PostgreSQLType.numeric: return Self.wholeNumber(bytes)
    default: return nil
    }
  }

  /// A text.
  public func text(_ row: Int, _ column: Int) -> String? {
    guard let (bytes, type) = value(row, column),
      [PostgreSQLType.text, PostgreSQLType.varchar, PostgreSQLType.name].contains(type)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Bytes.
  public func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
    guard let (bytes, type) = value(row, column), type == PostgreSQLType.bytea else { return nil }
    return Array(bytes)
  }

  /// Why there is no answer; nil where there is one.
  var error: PostgreSQLError? {
    switch PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: nil
    default: PostgreSQLConnection.error(of: result)
    }
  }

  private func value(_ row: Int, _ column: Int) -> (UnsafeRawBufferPointer, Oid)? {
    guard row >= 0, row < rowCount, column >= 0, column < Int(PQnfields(result)) else { return nil }
    let (row, column) = (Int32(row), Int32(column))
    guard PQgetisnull(result, row, column) == 0 else { return nil }
    let bytes = UnsafeRawBufferPointer(
      start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
    return (bytes, PQftype(result, column))
  }

  /// A `numeric`: the count of its digits to the base 10,000, the weight of the first, the sign, the scale, the digits,
  /// each in two bytes. Nil where it is no whole number of 64 bits.
  private static func wholeNumber(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    let words = stride(from: 0, to: bytes.count - 1, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
    guard words.count >= 4, words.count == 4 + words[0], words[2] == 0 || words[2] == 0x4000 else { return nil }
    let weight = words[1] >= 0x8000 ? words[1] - 0x10000 : words[1]
    guard words[0] <= weight + 1, weight < 6 else { return words[0] == 0 ? 0 : nil }
    var number: Int64 = 0
    for place in 0..<max(0, weight + 1) {
      let digit = place < words[0] ? Int64(words[4 + place]) : 0
      let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10_000)
      let (sum, isStillTooLarge) = product.addingReportingOverflow(digit)
      if isTooLarge || isStillTooLarge { return nil }
      number = sum
    }
    return words[2] == 0 ? number : -number
  }
}
