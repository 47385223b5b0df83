internal import Glibc

/// Makes the lines of `Logger`.
enum LogLineFormatter {
  static func line(
    _ format: Logger.Format, _ time: String, _ level: Logger.Level, _ event: String,
    _ fields: KeyValuePairs<String, String>
  ) -> [UInt8] {
    let all = [("time", time), ("level", level.name), ("event", event)] + fields.map { ($0.key, $0.value) }
    switch format {
    case .keyValue:
      return Array((all.map { "\($0)=\(keyValue($1))" }.joined(separator: " ") + "\n").utf8)
    case .json:
      return Array(("{" + all.map { "\(quoted($0)):\(quoted($1))" }.joined(separator: ",") + "}\n").utf8)
    }
  }

  /// `milliseconds` since 1970 as RFC 3339, in UTC.
  static func time(_ milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let fraction = String(1000 + milliseconds % 1000).dropFirst()
    return "\(1900 + parts.tm_year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(fraction)Z"
  }

  private static func keyValue(_ value: String) -> String {
    let plain =
      !value.isEmpty
      && value.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 && $0 != "\"" && $0 != "=" && $0 != "\\" }
    return plain ? value : quoted(value)
  }

  /// As a JSON string; control characters are escaped, so that a value can neither begin a line nor steer a terminal.
  private static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _ where scalar.value < 32 || (127..<160).contains(scalar.value):
        let hexadecimal = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
