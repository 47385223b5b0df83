internal import Files
internal import Glibc

/// A folder for one run, with the file that everybody copies.
final class Workspace {
  struct Failed: Error, CustomStringConvertible {
    var description: String
  }

  let path: String
  var source: String { path + "/source" }

  init(in folder: String) throws {
    path = "\(folder)/wright-bench-\(getpid())"
    try FileTree.makeDirectory(path)
  }

  /// Writes the source a block at a time, so that this process stays small; in the page cache for all who read it.
  func fill(megabytes: Int, block: (Int) -> [UInt8]) throws {
    let file = try FileDescriptor.open(source, .createNew())
    var offset: Int64 = 0
    for number in 0..<megabytes {
      let bytes = block(number)
      try file.write(bytes, at: offset)
      offset += Int64(bytes.count)
    }
    try file.synchronize()
  }

  /// Runs a reference and returns its milliseconds.
  func reference(_ command: String) throws -> Double {
    try milliseconds {
      guard system("cd '\(path)' && \(command)") == 0 else { throw Failed(description: "\(command) failed") }
    }
  }

  func remove() {
    do { try FileTree.removeTree(path) } catch { print("wright-bench: \(error)") }
  }
}

func milliseconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return milliseconds(since: start)
}

func milliseconds(since start: ContinuousClock.Instant) -> Double {
  let (seconds, attoseconds) = (ContinuousClock.now - start).components
  return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
}

/// Processor time of this process and its threads so far, in milliseconds.
func processorMilliseconds() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
  return Double(seconds) * 1e3 + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}

/// The most memory this process has had, in MB.
func peakMegabytes() throws -> Double {
  let status = String(decoding: try FileTree.contents(of: "/proc/self/status", limit: 1 << 16), as: UTF8.self)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return (line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1000
}

/// `value` with `digits` digits after the point.
func rounded(_ value: Double, _ digits: Int = 1) -> String {
  let scale = pow(10, Double(digits))
  return String((value * scale).rounded() / scale)
}
