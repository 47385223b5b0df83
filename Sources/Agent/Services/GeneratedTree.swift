internal import Git

/// What a generated tree does to the tree that it comes on top of. Pure.
///
/// A file that the earlier lock file names is ours: it is written anew, or removed where it is not generated any more,
/// and where somebody has edited it that is told. Every other file is somebody's own: it stays as it is.
struct GeneratedTree: Sendable, Hashable {
  /// What the commit changes, by path.
  var changes: [GitFileChange] = []
  /// Generated files that somebody has edited, and that this changes back or removes.
  var edited: [String] = []
  /// Files that somebody has written where one would be generated; they stay.
  var kept: [String] = []

  /// `present` are the bytes of the files of the tree below, as far as `paths` names them; `earlier` are the SHA-256 of
  /// the files that were generated for that tree, by path; `hash` makes one.
  init(
    _ files: [ServiceFile], onTopOf present: [String: [UInt8]], earlier: [String: String],
    lock: String, hash: ([UInt8]) -> String
  ) {
    for file in files {
      let old = present[file.path]
      if old == file.content { continue }
      if let old, file.path != lock {
        guard let known = earlier[file.path] else {
          kept.append(file.path)
          continue
        }
        if hash(old) != known { edited.append(file.path) }
      }
      changes.append(.write(file.path, file.content))
    }
    let generated = Set(files.map(\.path))
    for (path, known) in earlier.sorted(by: { $0.key < $1.key }) where !generated.contains(path) && path != lock {
      guard let old = present[path] else { continue }
      if hash(old) != known { edited.append(path) }
      changes.append(.remove(path))
    }
    edited.sort()
  }

  /// The files of the tree below that have to be known.
  static func paths(_ files: [ServiceFile], earlier: [String: String]) -> [String] {
    Set(files.map(\.path)).union(earlier.keys).sorted()
  }
}
