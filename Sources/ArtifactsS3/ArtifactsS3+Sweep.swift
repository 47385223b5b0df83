internal import Model
internal import ObjectStorage

extension ArtifactsS3 {
  /// What is older than this was left behind, in milliseconds: a day. No upload takes as long.
  private static let age: Int64 = 86_400_000

  /// Gives up uploads in parts, and removes probes, that an earlier process has left under the prefix more than a day
  /// ago. Returns how many.
  public func sweepUploads() async throws -> Int {
    let limit = Timestamp(milliseconds: clock().milliseconds - Self.age)
    return try await Self.saying {
      var count = 0
      for upload in try await bucket.uploads(beginningWith: "") {
        guard let begun = upload.begun.flatMap(Timestamp.init(bucket:)), begun < limit else { continue }
        try await bucket.abort(upload)
        count += 1
      }
      var probes: [String] = []
      try await bucket.list(beginningWith: "probe-") { objects in
        probes += objects.filter { Timestamp(bucket: $0.modified).map { $0 < limit } ?? false }.map(\.key)
      }
      for probe in probes { try await bucket.delete(probe) }
      return count + probes.count
    }
  }
}
