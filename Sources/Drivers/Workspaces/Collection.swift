internal import Concurrency
internal import Files
internal import Model

/// Finds the files that one rule names. Blocks. What may be taken is decided by `CollectionRule` and `verdict`; this
/// reads folders and opens files.
struct Collection {
  /// The most entries that are read of one folder, and the most lines about what was left out.
  private static let entryLimit = 100_000
  private static let refusalLimit = 100

  private let directory: FileDescriptor
  private let roots: [String]
  private let limit: Int
  private let choice: FileChoice?
  private var files: [CollectedFile] = []
  private var refusals: [String] = []
  private var refused = 0
  private var isFull = false

  init(directory: FileDescriptor, roots: [String], limit: Int, choice: FileChoice? = nil) {
    self.choice = choice
    self.directory = directory
    self.roots = roots
    self.limit = max(0, limit)
  }

  var result: CollectedFiles {
    var lines = refusals
    if refused > lines.count { lines.append("\(refused - lines.count) more were left out") }
    return CollectedFiles(files: files.sorted { $0.path < $1.path }, refusals: lines)
  }

  mutating func collect(_ source: String) {
    guard let path = WorkspacePath(source, roots: roots) else {
      return refuse("'\(source)' is outside of the workspace")
    }
    if path.parts.contains(where: NamePattern.isPattern) {
      collectMatches(of: path.parts, below: "")
    } else {
      collectNamed(path)
    }
  }

  private mutating func collectNamed(_ path: WorkspacePath) {
    switch look(path.text) {
    case .missing: break
    case .refused(let reason): refuse("'\(path.text)' \(reason)")
    case .file(let target): add(path.text, relativeName: path.parts.last ?? path.text, target: target)
    case .folder: collectFolder(path.parts.isEmpty ? "" : path.text, root: path.parts.isEmpty ? "" : path.text + "/")
    }
  }

  /// Every file below `folder`. A list of folders instead of recursion: the depth is the build's choice.
  private mutating func collectFolder(_ folder: String, root: String) {
    var pending = [folder]
    while let next = pending.popLast(), !isFull {
      var subfolders: [String] = []
      for entry in entries(next) where !isFull {
        let path = next.isEmpty ? entry.name : next + "/" + entry.name
        switch entry.kind {
        case .directory:
          if choice?.enters(path) ?? true { subfolders.append(path) }
        case .regular: add(path, relativeName: String(path.dropFirst(root.count)), target: path)
        case .other: pass("'\(path)' is not a file")
        case .symbolicLink:
          switch look(path) {
          case .file(let target): add(path, relativeName: String(path.dropFirst(root.count)), target: target)
          case .folder: pass("'\(path)' is a link to a folder, which is not followed")
          case .missing: pass("'\(path)' is a link to nothing")
          case .refused(let reason): pass("'\(path)' \(reason)")
          }
        }
      }
      pending += subfolders.reversed()
    }
  }

  private mutating func collectMatches(of parts: [String], below folder: String) {
    guard let part = parts.first, !isFull else { return }
    let rest = Array(parts.dropFirst())
    let names: [String]
    if NamePattern.isPattern(part) {
      let pattern = NamePattern(part)
      names = entries(folder).map(\.name).filter(pattern.matches)
    } else {
      names = [part]
    }
    for name in names where !isFull {
      let path = folder.isEmpty ? name : folder + "/" + name
      switch look(path) {
      case .folder where rest.isEmpty: refuse("'\(path)' is a folder; the pattern takes files only")
      case .folder: collectMatches(of: rest, below: path)
      case .file(let target) where rest.isEmpty: add(path, relativeName: name, target: target)
      case .refused(let reason): refuse("'\(path)' \(reason)")
      case .file, .missing: break
      }
    }
  }

  private enum Look {
    /// A regular file, and the path by which it is opened.
    case file(String)
    case folder
    case missing
    case refused(String)
  }

  private func look(_ path: String, links: Int = 0) -> Look {
    do {
      guard let status = try directory.statusBeneath(path) else { return .missing }
      switch status.kind {
      case .regular: return .file(path)
      case .directory: return .folder
      case .symbolicLink, .other: return .refused("is not a file")
      }
    } catch  where error.isEscape {
      // A link with an absolute target is out for the system, though it may name the workspace itself.
      if links < 8, let target = try? directory.linkTarget(beneath: path), target.hasPrefix("/"),
        let inside = WorkspacePath(target, roots: roots)
      {
        return look(inside.text, links: links + 1)
      }
      return .refused("leads out of the workspace")
    } catch {
      return .refused("cannot be read: \(error)")
    }
  }

  private mutating func entries(_ folder: String) -> [DirectoryEntry] {
    do {
      let opened = try directory.openBeneath(folder.isEmpty ? "." : folder, .directory)
      let (entries, isTruncated) = try opened.entries(limit: Self.entryLimit)
      if isTruncated { refuse("'\(folder)' has more than \(Self.entryLimit) entries; the rest is left out") }
      return entries
    } catch {
      refuse("'\(folder)' cannot be read: \(error)")
      return []
    }
  }

  private mutating func add(_ path: String, relativeName: String, target: String) {
    if let choice, !choice.mayTake(path) || !isChosen(target, choice) { return }
    guard files.count < limit else {
      isFull = true
      return refuse("more than \(limit) files; the rest is left out")
    }
    let directory = directory
    files.append(
      CollectedFile(path: path, relativeName: relativeName) {
        try await Workspace.threads.run {
          let file = try directory.openBeneath(target)
          // What is opened is what counts, whatever was there before.
          guard try file.status().kind == .regular else { throw DriverError("'\(path)' is not a file") }
          return file
        }
      })
  }

  private func isChosen(_ target: String, _ choice: FileChoice) -> Bool {
    guard let file = try? directory.openBeneath(target), (try? file.status().kind) == .regular else { return false }
    return (try? choice.takes(file)) ?? false
  }

  /// Leaves out what lies in a folder. Where files are chosen, nobody has asked for it.
  private mutating func pass(_ line: String) {
    if choice == nil { refuse(line) }
  }

  private mutating func refuse(_ line: String) {
    refused += 1
    if refusals.count < Self.refusalLimit { refusals.append(line) }
  }
}
