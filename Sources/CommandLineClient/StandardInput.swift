internal import Glibc

/// The process's standard input.
enum StandardInput {
  /// All of it, up to `limit` bytes.
  static func read(limit: Int) throws(CommandFailure) -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(0, &buffer, buffer.count)
      if count == 0 { return all }
      if count < 0 {
        if errno == EINTR { continue }
        throw CommandFailure("cannot read standard input: \(String(cString: strerror(errno)))")
      }
      all += buffer[..<count]
      guard all.count <= limit else { throw CommandFailure("standard input has more than \(limit) bytes") }
    }
  }
}
