extension ProgramTree {
  /// What to say of a tree in which nothing can be built: what was looked for, and what is there instead.
  func nothingFound() -> RecipeError {
    let sought = "no Makefile, CMakeLists.txt, meson.build, configure or *.c"
    return RecipeError(
      .nothingFound, "\(sought) in the tree: add a .wright.yml that says how it is built; what is there: \(census())")
  }

  /// `12 .py files, 3 .md files and 4 others`.
  private func census() -> String {
    var counts: [String: Int] = [:]
    for entry in entries { counts[Self.kind(of: entry), default: 0] += 1 }
    let sorted = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
    var names = sorted.prefix(4).map { "\($0.value) \($0.key)\($0.value == 1 ? "" : "s")" }
    let rest = sorted.dropFirst(4).reduce(0) { $0 + $1.value }
    if rest > 0 { names.append("\(rest) other\(rest == 1 ? "" : "s")") }
    return listed(names)
  }

  private static func kind(of entry: TreeEntry) -> String {
    if entry.mode & 0o170000 == 0o160000 { return "submodule" }
    if entry.mode & 0o170000 == 0o120000 { return "link" }
    let name = lastPart(of: entry.path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex, name[dot...].utf8.count <= 12 else {
      return "file without a suffix"
    }
    return "\(name[dot...]) file"
  }
}
