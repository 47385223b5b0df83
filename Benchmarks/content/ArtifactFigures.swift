internal import ArtifactsFile
internal import Artifacts
internal import Files
internal import Model

/// Stores the source, and compares with `cp` and `sha256sum` one after the other.
func artifactFigures(_ options: Options, _ workspace: Workspace) async throws -> String {
  var random: UInt64 = 1
  try workspace.fill(megabytes: options.megabytes) { _ in
    (0..<125_000).flatMap { _ -> [UInt8] in
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let word = random ^ random >> 29
      return (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
  }
  let store = try ArtifactsFile(directory: workspace.path + "/artifacts")
  var own: [Double] = []
  var processor: [Double] = []
  var references: [Double] = []
  for _ in 0..<options.rounds {
    references.append(try workspace.reference("rm -f copy && cp source copy && sha256sum copy > sum"))
    let file = try FileDescriptor.open(workspace.source)
    let used = processorMilliseconds()
    let start = ContinuousClock.now
    let digest = try await store.put(file, size: file.size())
    own.append(milliseconds(since: start))
    processor.append(processorMilliseconds() - used)
    try await store.delete(sha256: digest.sha256)
  }
  return "artifact: \(options.megabytes) MB with SHA-256 and MD5: \(rounded(median(own))) ms"
    + " (processor \(rounded(median(processor))) ms),"
    + " cp then sha256sum \(rounded(median(references))) ms, ratio \(rounded(median(own) / median(references), 2))"
    + " (at most 0.6); peak \(rounded(try peakMegabytes())) MB"
}
