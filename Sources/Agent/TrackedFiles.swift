/// The files that repositories hold, by their paths in the workspace. Keeps a number for each instead of the path, so
/// that a large repository takes little room; the numbers are this process' own, so that nobody can make two alike.
struct TrackedFiles: Sendable {
  private var numbers: Set<Int> = []

  /// The file at `path` of a repository that was cloned into `directory`.
  mutating func insert(_ path: String, in directory: String) { numbers.insert(Self.number(directory + "/" + path)) }

  func contains(_ path: String) -> Bool { numbers.contains(Self.number(path)) }

  private static func number(_ path: String) -> Int {
    var hasher = Hasher()
    var path = path
    path.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    return hasher.finalize()
  }
}
