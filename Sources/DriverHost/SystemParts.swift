internal import Files

/// Finds the parts of this machine that a build may see: an allow-list, so that what is not known is not there.
enum SystemParts {
  /// Programs, libraries, headers and the system's configuration. `/var/lib/dpkg` for what asks which packages there
  /// are. Not among them: `/home`, `/root`, `/run`, `/srv`, `/var`, `/mnt`, `/media`, `/boot`, `/sys`, `/tmp`.
  private static let candidates = [
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix", "/gnu", "/var/lib/dpkg",
  ]

  static func find() throws -> [SandboxLayout.Part] {
    var parts: [SandboxLayout.Part] = []
    for path in candidates {
      guard let status = try FileTree.status(path) else { continue }
      if status.kind == .symbolicLink {
        if let target = try linkTarget(path) { parts.append(.link(path, to: target)) }
      } else if status.kind == .directory {
        parts.append(.readOnly(path))
      }
    }
    // Often a link into /run, which is not there.
    for path in ["/etc/resolv.conf", "/etc/hosts", "/etc/localtime"] {
      guard let target = FileTree.realPath(path) else { continue }
      if !isBeneath(target, candidates) { parts.append(.readOnly(target)) }
    }
    return parts
  }

  /// Those of `paths` that a build would see.
  static func hidden(_ paths: [String], in parts: [SandboxLayout.Part]) throws -> [(path: String, isDirectory: Bool)] {
    let shown = parts.compactMap { part in
      if case .readOnly(let path) = part { path } else { nil }
    }
    var result: [(path: String, isDirectory: Bool)] = []
    for path in paths.compactMap(FileTree.realPath) where isBeneath(path, shown) {
      result.append((path, try FileTree.status(path)?.kind == .directory))
    }
    // A folder before what is below it would make that unreachable.
    return result.filter { one in !result.contains { $0.path != one.path && isBeneath(one.path, [$0.path]) } }
  }

  private static func linkTarget(_ path: String) throws -> String? {
    try FileDescriptor.open("/", .directory).linkTarget(beneath: String(path.dropFirst()))
  }

  private static func isBeneath(_ path: String, _ folders: [String]) -> Bool {
    folders.contains { path == $0 || path.hasPrefix($0 + "/") }
  }
}
