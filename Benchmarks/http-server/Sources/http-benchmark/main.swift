import Concurrency
import Files
import Glibc
import HTTPServer

// Serves, on a port that it prints: /json from memory, /hop from another thread, /file from the disk,
// /stream, and /idle, a stream that is silent after its first byte.
let arguments = CommandLine.arguments
guard arguments.count == 3 else { fatalError("usage: http-benchmark JSON-FILE BIG-FILE") }
let json = try FileTree.contents(of: arguments[1], limit: 1 << 20)
let file = try FileDescriptor.open(arguments[2])
let size = try file.size()
let threads = BlockingThreads(name: "work", count: 2)
let block = [UInt8](repeating: 120, count: 64 * 1024)

@Sendable func answer(_ content: HTTPContent) -> HTTPResponse {
  HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], content: content)
}

let server = try HTTPServer { request in
  switch request.pathSegments.first {
  case "hop":
    let bytes = (try? await threads.run { json }) ?? []
    return answer(.bytes(bytes))
  case "file": return answer(.file(file, offset: 0, count: size))
  case "stream":
    return answer(
      .stream { writer in
        var left = size
        while left > 0 {
          try await writer.write(block)
          left -= Int64(block.count)
        }
      })
  case "idle":
    return answer(
      .stream { writer in
        try await writer.write([0x0A])
        try await Task.sleep(for: .seconds(3600))
      })
  default: return answer(.bytes(json))
  }
}
let (_, port) = try server.start()
// Not `print`, which keeps the line back when the output is a pipe.
let line = Array("\(port)\n".utf8)
guard write(1, line, line.count) == line.count else { fatalError("standard output is closed") }
while true { try await Task.sleep(for: .seconds(3600)) }
