/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z. Encoded as RFC 3339 in UTC with milliseconds.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970.
  public var milliseconds: Int64

  /// The moment `milliseconds` after the start of 1970.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Earlier is smaller.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

  /// This moment and `duration` (cut to milliseconds; saturates at the ends of the range).
  public static func + (left: Timestamp, duration: Duration) -> Timestamp {
    let (sum, overflow) = left.milliseconds.addingReportingOverflow(duration.milliseconds)
    return Timestamp(milliseconds: overflow ? (duration < .zero ? .min : .max) : sum)
  }

  /// The time between two moments.
  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
    return .milliseconds(overflow ? (left < right ? Int64.min : Int64.max) : difference)
  }

  /// `2026-02-03T04:05:06.789Z`. Moments outside the years 0 to 9999 are shown at the nearest end of that range.
  public var rfc3339: String { String(decoding: rfc3339Bytes, as: UTF8.self) }

  /// The same as ASCII bytes, for output that is written as bytes.
  public var rfc3339Bytes: [UInt8] {
    let clamped = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
    let (days, inDay) = Self.floorDivide(clamped, 86_400_000)
    let date = Self.civil(days: days)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    func append(_ value: Int64, _ width: Int) {
      var divisor: Int64 = 1
      for _ in 1..<width { divisor *= 10 }
      while divisor > 0 {
        bytes.append(UInt8(48 + value / divisor % 10))
        divisor /= 10
      }
    }
    append(date.year, 4)
    bytes.append(UInt8(ascii: "-"))
    append(date.month, 2)
    bytes.append(UInt8(ascii: "-"))
    append(date.day, 2)
    bytes.append(UInt8(ascii: "T"))
    append(inDay / 3_600_000, 2)
    bytes.append(UInt8(ascii: ":"))
    append(inDay / 60_000 % 60, 2)
    bytes.append(UInt8(ascii: ":"))
    append(inDay / 1000 % 60, 2)
    bytes.append(UInt8(ascii: "."))
    append(inDay % 1000, 3)
    bytes.append(UInt8(ascii: "Z"))
    return bytes
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let remainder = ((value % divisor) + divisor) % divisor
    return ((value - remainder) / divisor, remainder)
  }

  /// Days since 1970 to a date of the Gregorian calendar (the algorithm of howardhinnant.github.io/date_algorithms.html).
  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// The moment that an RFC 3339 text names, as `rfc3339` writes it; nil for any other text.
  public init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 24 else { return nil }
    func number(_ range: Range<Int>) -> Int64? {
      var value: Int64 = 0
      for byte in bytes[range] {
        guard byte >= 48, byte <= 57 else { return nil }
        value = value * 10 + Int64(byte - 48)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16), let second = number(17..<19), let fraction = number(20..<23),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
    else { return nil }
    let shiftedYear = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = Self.floorDivide(shiftedYear, 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    self.init(milliseconds: days * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + fraction)
    guard rfc3339 == text else { return nil }
  }
}

extension Timestamp: Codable {
  /// From an RFC 3339 text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let timestamp = Timestamp(rfc3339: text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is not a time like 2026-02-03T04:05:06.789Z")
    }
    self = timestamp
  }

  /// As an RFC 3339 text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rfc3339)
  }
}

extension Duration {
  /// Whole milliseconds, cut towards zero; saturates at the ends of `Int64`.
  public var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
    return overflowed ? (seconds < 0 ? .min : .max) : sum
  }
}
