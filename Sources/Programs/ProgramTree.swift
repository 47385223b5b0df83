/// A file of a commit, as `git ls-tree -r -l` lists it.
public struct TreeEntry: Sendable, Hashable {
  /// Relative to the repository's root, with `/`.
  public var path: String
  /// As git has it: `0o100644`, `0o100755`, `0o120000` for a symbolic link, `0o160000` for a submodule.
  public var mode: UInt32
  /// Bytes; 0 where git does not say (submodules).
  public var size: Int64

  /// An entry.
  public init(path: String, mode: UInt32 = 0o100644, size: Int64 = 0) {
    self.path = path
    self.mode = mode
    self.size = size
  }

  /// True for what holds bytes of its own: neither a link nor a submodule.
  public var isFile: Bool { mode & 0o170000 == 0o100000 }
  /// True for a file that may be run.
  public var isExecutable: Bool { isFile && mode & 0o111 != 0 }
}

/// What a commit holds. A pure value: whoever makes it asks `ProgramRecipe.wanted` which files' bytes it needs, reads
/// those, and then lets `ProgramRecipe.decide` decide.
public struct ProgramTree: Sendable {
  /// Every file, link and submodule.
  public let entries: [TreeEntry]
  /// The bytes of files by path; a file that is not here counts as one that could not be read.
  public var contents: [String: [UInt8]]
  private let index: [String: TreeEntry]
  /// What each folder holds directly, without the folders in it; the root is `""`.
  let folders: [String: [TreeEntry]]

  /// A tree of these entries. Those whose path no command could name (control characters) are left out.
  public init(_ entries: [TreeEntry], contents: [String: [UInt8]] = [:]) {
    self.entries = entries.filter { entry in
      !entry.path.isEmpty && !entry.path.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }
    self.contents = contents
    index = Dictionary(self.entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    folders = Dictionary(grouping: self.entries) { parent(of: $0.path) }
  }

  /// The entry at `path`.
  subscript(_ path: String) -> TreeEntry? { index[path] }

  /// The text of a file that was read; nil for any other. Bytes that are no UTF-8 are replaced.
  func text(_ path: String) -> String? { contents[path].map { String(decoding: $0, as: UTF8.self) } }

  /// True where a file or folder of the root has this name.
  func isTaken(_ name: String) -> Bool {
    index[name] != nil || folders[name] != nil || folders.keys.contains { $0.hasPrefix(name + "/") }
  }
}

/// `a/b` of `a/b/c`, and `""` of `c`.
func parent(of path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "" }

/// `c` of `a/b/c`.
func lastPart(of path: String) -> String {
  path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
}

/// `folder/name`; just one of them where the other is empty.
func joined(_ folder: String, _ name: String) -> String {
  folder.isEmpty ? name : name.isEmpty ? folder : "\(folder)/\(name)"
}
