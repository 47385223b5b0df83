/// Reads the output of `git cat-file --batch` as it comes. The answers are in the order of the questions:
/// `<object> <type> <size><LF><content><LF>`, or `<question> missing<LF>`.
struct GitBlobParser {
  private let paths: [String]
  private let limit: Int
  private(set) var contents: [String: [UInt8]] = [:]
  private var answered = 0
  private var header: [UInt8] = []
  private var content: [UInt8] = []
  /// Bytes of the present answer that are still to come, with the newline behind them; nil in a header.
  private var left: Int?
  private var isWanted = false

  /// `paths` are what was asked for, each at most `limit` bytes.
  init(paths: [String], limit: Int) {
    self.paths = paths
    self.limit = limit
  }

  /// Takes the next bytes.
  mutating func take(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      if let left {
        let part = rest.prefix(left)
        if isWanted { content += part }
        rest = rest.dropFirst(part.count)
        self.left = left - part.count
        if left == part.count { finishContent() }
      } else if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        header += rest[..<end]
        rest = rest[(end + 1)...]
        finishHeader()
      } else {
        header += rest
        rest = []
      }
    }
  }

  private mutating func finishHeader() {
    let fields = header.split(separator: UInt8(ascii: " ")).suffix(2).map { String(decoding: $0, as: UTF8.self) }
    header.removeAll(keepingCapacity: true)
    // `missing`, or `ambiguous`: no content follows.
    guard fields.count == 2, let size = Int(fields[1]), size >= 0, size < .max else {
      answered += 1
      return
    }
    isWanted = fields[0] == "blob" && size <= limit && answered < paths.count
    left = size + 1
  }

  private mutating func finishContent() {
    if isWanted { contents[paths[answered]] = content.dropLast() }
    content = []
    answered += 1
    left = nil
  }
}
