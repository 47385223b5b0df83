internal import Concurrency
internal import Files
internal import Model
internal import Queue
internal import Results

extension JobStep {
  /// Reads a collected file that may be a report of tests. One that is damaged is a line in the log and fails nothing.
  func readReport(_ upload: ArtifactUpload) async {
    guard let results = output.results else { return }
    do {
      let beginning = try upload.file.read(count: TestReportFormat.beginningSize, at: 0)
      guard let format = TestReportFormat(name: upload.name, beginning: beginning),
        let report = try await Self.threads.run({ try Self.report(in: upload, format) })
      else { return }
      let counts = report.counts
      results.add(report.changed(output.masked), name: upload.name)
      await output.say(
        "test report \(upload.name): \(grouped(counts.total)) tests, \(grouped(counts.failed + counts.errors)) failed")
    } catch {
      await output.say("test report \(upload.name) is not read: \(error)")
    }
  }

  private static let threads = BlockingThreads(name: "reports", count: 1)

  /// Nil for a file that is no report.
  private static func report(in upload: ArtifactUpload, _ format: TestReportFormat) throws -> TestReport? {
    guard upload.size <= TestReportFormat.sizeLimit else {
      throw TestReportProblem("it is larger than \(grouped(TestReportFormat.sizeLimit)) bytes")
    }
    let reader = try TestReportReader(format)
    var offset: Int64 = 0
    while offset < upload.size {
      let bytes = try upload.file.read(count: Int(min(256 << 10, upload.size - offset)), at: offset)
      guard !bytes.isEmpty, try reader.read(bytes) else { break }
      offset += Int64(bytes.count)
    }
    return try reader.finish()
  }
}
