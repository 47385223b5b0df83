import Files

/// Copies what is in a data folder beside the database and the artifacts: the keys and the logs. A file that is there
/// already with as many bytes stays.
struct FolderCopy {
  private static let block = 1 << 20
  private let from: String
  private let to: String
  private let line: ProgressLine

  init(_ sides: MigrationPlan.Sides<String>, _ line: ProgressLine) {
    (from, to) = (sides.from, sides.to)
    self.line = line
  }

  /// Does it. Throws where the target has another installation's key.
  func run() throws {
    for name in ["sealing-key", "admin-token"] { try copyKey(name) }
    let files = try self.files(in: "logs")
    for (index, file) in files.enumerated() {
      try copy(file)
      line.show("logs", Int64(index + 1), of: Int64(files.count), "files")
    }
  }

  private func copyKey(_ name: String) throws {
    guard try FileTree.status("\(from)/\(name)") != nil else { return }
    let key = try FileTree.contents(of: "\(from)/\(name)", limit: 1 << 16)
    if try FileTree.status("\(to)/\(name)") != nil {
      guard try FileTree.contents(of: "\(to)/\(name)", limit: 1 << 16) == key else {
        throw ConfigurationError("\(to)/\(name) is another installation's; give an empty folder by --to-data")
      }
      return
    }
    try FileTree.writeAtomically(key, to: "\(to)/\(name)", permissions: 0o600)
  }

  /// All files below a folder, by their paths in the data folder.
  private func files(in folder: String) throws -> [String] {
    guard let status = try FileTree.status("\(from)/\(folder)") else { return [] }
    guard status.kind == .directory else { return status.kind == .regular ? [folder] : [] }
    try FileTree.makeDirectory("\(to)/\(folder)")
    return try FileTree.names(in: "\(from)/\(folder)").sorted().flatMap { try files(in: "\(folder)/\($0)") }
  }

  private func copy(_ file: String) throws {
    let source = try FileDescriptor.open("\(from)/\(file)")
    let size = try source.size()
    if let there = try FileTree.status("\(to)/\(file)"), there.size == size { return }
    // Under another name until it is whole.
    let part = "\(to)/\(file).copy"
    let target = try FileDescriptor.open(part, .readWrite())
    try target.truncate(to: 0)
    var place: Int64 = 0
    while place < size {
      let bytes = try source.read(count: Int(min(Int64(Self.block), size - place)), at: place)
      if bytes.isEmpty { break }
      try target.write(bytes, at: place)
      place += Int64(bytes.count)
    }
    try target.synchronize()
    try FileTree.rename(part, to: "\(to)/\(file)")
  }
}
