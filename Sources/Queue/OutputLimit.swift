/// What is said at the end of a log that has reached its limit.
public enum OutputLimit {
  /// The line that says how many bytes are missing.
  public static func line(missing: Int64) -> [UInt8] {
    Array("\nwright: the log has reached its limit; \(grouped(max(0, missing))) bytes are missing here\n".utf8)
  }
}

/// `12345` as `12,345`.
public func grouped(_ number: Int64) -> String {
  let digits = Array(String(number.magnitude))
  var text = number < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return text
}
