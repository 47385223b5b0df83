internal import Concurrency
internal import Drivers
internal import Files

/// Reads a file that grows.
struct OutputReader {
  private let path: String
  private var offset: Int64 = 0
  private static let step = 256 * 1024

  init(_ path: String) { self.path = path }

  /// Hands on what has come since the last call. Opened anew each time: over a network, that is what shows what others have
  /// written.
  mutating func read(into output: any OutputSink) async throws {
    while true {
      let (path, start) = (path, offset)
      let bytes = try await Workspace.threads.run {
        try FileDescriptor.open(path).read(count: Self.step, at: start)
      }
      if bytes.isEmpty { return }
      offset += Int64(bytes.count)
      try await output.write(bytes)
    }
  }
}
