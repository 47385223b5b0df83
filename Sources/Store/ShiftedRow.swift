/// The columns of a row from one on, as a row: what a join has read after another table's columns.
struct ShiftedRow: DatabaseRow {
  let base: any DatabaseRow
  let by: Int

  func integer(_ column: Int) -> Int64? { base.integer(column + by) }
  func text(_ column: Int) -> String? { base.text(column + by) }
  func bytes(_ column: Int) -> [UInt8]? { base.bytes(column + by) }
}
