/// A piece of a compressed NAR in memory. Its share of the budget is given back when its last reference goes.
final class NarPart: Sendable {
  /// Counts from 1.
  let number: Int
  /// Whether no other follows.
  let isLast: Bool
  let bytes: [UInt8]
  /// Of the bytes: 16 bytes.
  let md5: [UInt8]
  private let budget: ByteBudget

  /// A part whose bytes were taken from `budget` already.
  init(number: Int, isLast: Bool, bytes: [UInt8], md5: [UInt8], budget: ByteBudget) {
    self.number = number
    self.isLast = isLast
    self.bytes = bytes
    self.md5 = md5
    self.budget = budget
  }

  deinit { budget.giveBack(bytes.count) }
}
