/// Names as the compiler of protocol buffers and its Go plugins make them.
enum ProtoName {
  /// `get_it` as `GetIt`, `_id` as `XId`, `a_1` as `A_1`.
  static func camelCase(_ name: String) -> String {
    let bytes = Array(name.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      if byte == underscore, index == 0 {
        result.append(UInt8(ascii: "X"))
      } else if byte == underscore, isLower(next) {
        // The next word begins with its capital.
      } else {
        result.append(isLower(byte) ? byte - 0x20 : byte)
        // A digit begins no word: what follows it does.
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        while !isDigit, index + 1 < bytes.count, isLower(bytes[index + 1]) {
          index += 1
          result.append(bytes[index])
        }
      }
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// `more_raw` as `moreRaw`.
  static func json(_ name: String) -> String {
    var result: [UInt8] = []
    var isStart = false
    for byte in name.utf8 {
      if byte == underscore {
        isStart = true
      } else {
        result.append(isStart && isLower(byte) ? byte - 0x20 : byte)
        isStart = false
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A path as a part of Go's names: `api/a-b.proto` as `api_a_b_proto`.
  static func file(_ path: String) -> String {
    String(path.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  private static let underscore = UInt8(ascii: "_")
  private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}
