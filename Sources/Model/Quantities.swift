/// Durations and sizes as people write and read them.
extension Duration {
  /// From `90s`, `10m`, `1h30m`, `250ms`, `2d`, or a plain number of seconds; units from large to small, each once.
  /// nil for any other text, and for more than about 290 million years.
  public init?(quantity text: String) {
    let units: [(name: String, milliseconds: Int64)] = [
      ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]
    var total: Int64 = 0
    var rest = text[...]
    var nextUnit = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { !($0.isASCII && $0.isNumber) }
      rest = rest.dropFirst(name.count)
      let isPlain = name.isEmpty && rest.isEmpty && nextUnit == 0
      guard let number = Int64(digits),
        let unit = units.indices.dropFirst(nextUnit).first(where: { units[$0].name == (isPlain ? "s" : String(name)) })
      else { return nil }
      let (part, tooLarge) = number.multipliedReportingOverflow(by: units[unit].milliseconds)
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !tooLarge, !overflow else { return nil }
      total = sum
      nextUnit = unit + 1
    }
    self = .milliseconds(total)
  }

  /// For people, to two units: `340 ms`, `1.3 s`, `12 s`, `1 min 30 s`, `2 h 5 min`, `3 d 4 h`.
  public var quantity: String {
    let all = max(0, milliseconds)
    let seconds = all / 1000
    switch seconds {
    case 0: return "\(all) ms"
    case ..<10: return "\(seconds).\(all % 1000 / 100) s"
    case ..<60: return "\(seconds) s"
    case ..<3600: return seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds / 60) min \(seconds % 60) s"
    case ..<86_400:
      let minutes = seconds / 60
      return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
    default:
      let hours = seconds / 3600
      return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours / 24) d \(hours % 24) h"
    }
  }
}

/// A number of bytes as people write and read it.
public enum ByteCount {
  private static let units: [(name: String, bytes: Int64)] = [
    ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("B", 1),
  ]

  /// From `10GiB`, `500 MB`, `1536KiB` or a plain number of bytes; whole numbers only. nil for any other text.
  public static func parse(_ text: String) -> Int64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let name = text.dropFirst(digits.count).drop { $0 == " " }
    guard let number = Int64(digits),
      let unit = name.isEmpty ? 1 : units.first(where: { $0.name.lowercased() == name.lowercased() })?.bytes
    else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? nil : bytes
  }

  /// For people, with its sign: `+1.4 KiB`, `-12 B`, `±0 B`.
  public static func difference(_ bytes: Int64) -> String {
    if bytes == 0 { return "±0 B" }
    return (bytes < 0 ? "-" : "+") + text(Int64(clamping: bytes.magnitude))
  }

  /// For people, to one decimal of a binary unit: `812 B`, `1.4 KiB`, `10.0 GiB`.
  public static func text(_ bytes: Int64) -> String {
    guard bytes >= 1024, let unit = units.prefix(4).first(where: { bytes >= $0.bytes }) else { return "\(bytes) B" }
    let whole = bytes / unit.bytes
    return "\(whole).\(bytes % unit.bytes * 10 / unit.bytes) \(unit.name)"
  }
}
