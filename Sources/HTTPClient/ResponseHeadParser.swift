/// Puts a response's head together from the lines that the library hands over. Pure.
struct ResponseHeadParser {
  struct Head {
    var status: Int
    var headers = HTTPClientHeaders()
  }

  private var head: Head?
  private var isDone = false

  /// Takes one line, its end included. Returns the head after its last line, once: interim answers (100, 103) are
  /// passed over, and so are trailers.
  mutating func take(_ line: UnsafeBufferPointer<UInt8>) -> Head? {
    if isDone { return nil }
    var end = line.endIndex
    while end > 0, Self.isBlank(line[end - 1]) { end -= 1 }
    let text = line[..<end]
    if text.starts(with: "HTTP/".utf8) {
      let status = text.split(separator: 0x20, maxSplits: 2).dropFirst().first.map {
        String(decoding: $0, as: UTF8.self)
      }
      head = Head(status: status.flatMap { Int($0) } ?? 0)
    } else if !text.isEmpty {
      addField(text)
    } else if let head, head.status >= 200 || head.status == 101 {
      isDone = true
      return head
    }
    return nil
  }

  private mutating func addField(_ text: Slice<UnsafeBufferPointer<UInt8>>) {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return }
    let value = text[(colon + 1)...].drop(while: Self.isBlank)
    head?.headers.add(String(decoding: text[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
}
