import Concurrency
import Files

/// The space of the file systems that the server writes to, in Prometheus' exposition format.
struct DiskMetrics: Sendable {
  private static let threads = BlockingThreads(name: "disk-metrics", count: 1)
  private let folders: [(name: String, path: String)]

  init(_ configuration: Configuration) {
    let data = configuration.data
    let artifacts = configuration.artifacts == .folder(nil) ? data : configuration.artifactsFolder
    folders =
      [("data", data)] + (artifacts.map { [("artifacts", $0)] } ?? []) + [("work", configuration.workPath ?? data)]
  }

  /// A folder whose file system cannot be asked is left out.
  func text() async -> String {
    let sizes = try? await Self.threads.run { [folders] in
      folders.compactMap { folder in (try? FreeSpace.measure(folder.path)).map { (folder.name, $0) } }
    }
    return family("wright_disk_free_bytes", "Bytes that may still be written, by folder.", sizes ?? []) { $0.free }
      + family("wright_disk_size_bytes", "Size of the file system, by folder.", sizes ?? []) { $0.total }
  }

  private func family(
    _ name: String, _ help: String, _ sizes: [(name: String, size: FreeSpace.Size)], _ value: (FreeSpace.Size) -> Int64
  ) -> String {
    ([QueueMetrics.family(name, "gauge", help)] + sizes.map { "\(name){folder=\"\($0.name)\"} \(value($0.size))" })
      .joined(separator: "\n") + "\n"
  }
}
