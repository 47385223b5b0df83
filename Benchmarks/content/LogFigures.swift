internal import Files
internal import Logs
internal import LogsFile
internal import Model

/// Appends the source to a new log a chunk at a time, ends it, and compares with `cat`.
func logFigures(_ options: Options, _ workspace: Workspace) async throws -> String {
  try workspace.fill(megabytes: options.megabytes, block: logBlock)
  let store = try await LogsFile(directory: workspace.path + "/logs", small: NoSmallLogs()) { job, error in
    print("job \(job): \(error)")
  }
  var own: [Double] = []
  var references: [Double] = []
  var compression: [Double] = []
  var seek: [Double] = []
  for round in 1...options.rounds {
    references.append(try workspace.reference("cat source > copy && sync copy"))
    let job = JobID(rawValue: Int64(round))
    let start = ContinuousClock.now
    let lines = try await append(workspace.source, to: store, job, chunk: options.chunkKiB << 10)
    own.append(milliseconds(since: start))
    let ended = ContinuousClock.now
    await store.compressed()
    compression.append(milliseconds(since: ended))
    let before = ContinuousClock.now
    for part in 1...100 {
      _ = try await store.lines(job, from: lines * Int64(part) / 101, limit: 50, byteLimit: 64 << 10)
    }
    seek.append(milliseconds(since: before) / 100)
    try await store.delete(job)
  }
  return "log: \(options.megabytes) MB in \(options.chunkKiB) KiB: \(rounded(median(own))) ms,"
    + " cat and sync \(rounded(median(references))) ms, ratio \(rounded(median(own) / median(references), 2))"
    + " (at most 2); then compressed in \(rounded(median(compression))) ms;"
    + " 50 lines anywhere of the compressed log \(rounded(median(seek), 3)) ms; peak \(rounded(try peakMegabytes())) MB"
}

private func append(_ source: String, to store: LogsFile, _ job: JobID, chunk: Int) async throws -> Int64 {
  let file = try FileDescriptor.open(source)
  let start = ContinuousClock.now
  var offset: Int64 = 0
  while true {
    let bytes = try file.read(count: chunk, at: offset)
    if bytes.isEmpty { break }
    let elapsed = Int64(milliseconds(since: start))
    offset = try await store.append(job, at: offset, bytes, elapsedMilliseconds: elapsed)
  }
  return try await store.end([job]) { $0[job]?.state.lines ?? 0 }
}

/// All logs here are large.
private struct NoSmallLogs: SmallLogs {
  func smallLog(of job: JobID) async throws -> [UInt8]? { nil }
  func hasLargeLog(of job: JobID) async throws -> Bool { false }
  func removeSmallLog(of job: JobID) async throws {}
}

/// A megabyte as a compiler prints it.
func logBlock(_ number: Int) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(1_000_100)
  var random = UInt64(number) &+ 1
  while bytes.count < 1_000_000 {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    bytes +=
      "[\(random >> 54)/1024] cc -O2 -Wall -Iinclude -c src/module\(random >> 48).c -o build/\(random >> 40).o\n".utf8
  }
  return Array(bytes.prefix(1_000_000))
}
