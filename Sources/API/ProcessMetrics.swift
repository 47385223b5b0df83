internal import Files
internal import Glibc
internal import Model

/// What the kernel says of this process; these files are in memory, so reading them does not block.
enum ProcessMetrics {
  static func write(to text: inout MetricsText, uptime: Duration) {
    text.begin("process_resident_memory_bytes", .gauge, "Resident memory.")
    text.value(Double(residentBytes()))
    text.begin("process_open_fds", .gauge, "Open file descriptors.")
    text.value(Double(openDescriptors()))
    text.begin("process_cpu_seconds_total", .counter, "Processor time, user and system.")
    text.value(processorSeconds())
    text.begin("process_uptime_seconds", .gauge, "Time since the start.")
    text.value(uptime / .seconds(1))
  }

  /// The second number of `/proc/self/statm` counts resident pages; 0 where it cannot be read.
  private static func residentBytes() -> Int64 {
    guard let file = try? FileDescriptor.open("/proc/self/statm"), let bytes = try? file.read(count: 256, at: 0) else {
      return 0
    }
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (Int64(fields[1]) ?? 0) * Int64(sysconf(Int32(_SC_PAGESIZE))) : 0
  }

  private static func openDescriptors() -> Int64 {
    guard let folder = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(folder) }
    var count: Int64 = 0
    while readdir(folder) != nil { count += 1 }
    // Without `.`, `..` and the folder that is being read.
    return max(0, count - 3)
  }

  private static func processorSeconds() -> Double {
    var usage = rusage()
    // RUSAGE_SELF, which Swift imports as another type than the function takes.
    getrusage(0, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
