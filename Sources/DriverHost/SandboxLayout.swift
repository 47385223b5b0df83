/// What a build sees of the machine, and the arguments that make bubblewrap show it that. Pure.
struct SandboxLayout: Sendable {
  /// A part of the machine's file system.
  enum Part: Sendable, Hashable {
    /// A file or folder, read-only.
    case readOnly(String)
    /// A link, as `/bin` is on a merged system.
    case link(String, to: String)
  }
  /// How the build's user is told apart from the server's.
  enum Identity: Sendable, Hashable {
    /// The server is root: this user and group outside of the sandbox too.
    case user(UInt32)
    /// The server is an ordinary user: its own, under another number.
    case mapped(UInt32)

    var number: UInt32 {
      switch self {
      case .user(let number), .mapped(let number): number
      }
    }
  }

  /// Where the workspace is in the sandbox.
  static let workspace = "/workspace"
  /// Where the scripts are in the sandbox.
  static let scripts = "/run/wright"
  private static let launcher = scripts + "/environment"
  /// Changes the user; a part of util-linux, which every Debian has.
  static let setprivPath = "/usr/bin/setpriv"

  var system: [Part]
  /// Below a part, but not to be seen: paths, and whether each is a folder.
  var hidden: [(path: String, isDirectory: Bool)]
  var identity: Identity

  /// The descriptors by which the files of a job come.
  struct Descriptors {
    var launcher: Int
    var script: Int
    var users: Int
    var groups: Int
    var filter: Int
  }

  /// Bytes that a build may keep in `/dev/shm`, which is memory. That counts for no process, so that the kernel would
  /// end others for it when it runs out.
  static let sharedMemoryLimit = 512 << 20

  /// What the sandbox runs: the job's launcher, after the change of user.
  var command: [String] { dropping + ["/bin/sh", Self.launcher] }

  /// The options for one job, for `--args`.
  func options(
    workspace: String, temporary: String, scriptName: String, descriptors: Descriptors
  ) -> [String] {
    let script = Self.scripts + "/" + scriptName
    return namespaces + systemArguments
      + ["--seccomp", "\(descriptors.filter)", "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
      + ["--size", "\(Self.sharedMemoryLimit)", "--perms", "1777", "--tmpfs", "/dev/shm"]
      + ["--perms", "0755", "--dir", Self.scripts]
      + ["--perms", "0444", "--file", "\(descriptors.launcher)", Self.launcher]
      + ["--perms", "0555", "--file", "\(descriptors.script)", script]
      + ["--perms", "0444", "--ro-bind-data", "\(descriptors.users)", "/etc/passwd"]
      + ["--perms", "0444", "--ro-bind-data", "\(descriptors.groups)", "/etc/group"]
      + ["--bind", temporary, "/tmp", "--symlink", "/tmp", "/var/tmp", "--bind", workspace, Self.workspace]
      + ["--remount-ro", "/"]
  }

  private var namespaces: [String] {
    let common = [
      "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "wright",
      "--die-with-parent", "--new-session", "--cap-drop", "ALL",
    ]
    switch identity {
    // Kept only until `dropping` has used them.
    case .user: return common + ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"]
    case .mapped(let number): return common + ["--unshare-user", "--uid", "\(number)", "--gid", "\(number)"]
    }
  }

  private var systemArguments: [String] {
    var result: [String] = []
    // Folders that bubblewrap makes on the way to another would be closed to the build.
    for parent in parents { result += ["--perms", "0755", "--dir", parent] }
    for part in system {
      switch part {
      case .readOnly(let path): result += ["--ro-bind", path, path]
      case .link(let path, let target): result += ["--symlink", target, path]
      }
    }
    for (path, isDirectory) in hidden {
      result += isDirectory ? ["--perms", "0000", "--tmpfs", path] : ["--ro-bind", "/dev/null", path]
    }
    return result
  }

  /// The folders above the parts, from the top, which are not parts themselves.
  private var parents: [String] {
    var parents: Set<String> = ["/run", "/var"]
    var shown: Set<String> = []
    for case .readOnly(let path) in system {
      shown.insert(path)
      var parent = path[...]
      while let slash = parent.lastIndex(of: "/"), slash != parent.startIndex {
        parent = parent[..<slash]
        parents.insert(String(parent))
      }
    }
    return parents.subtracting(shown).sorted()
  }

  private var dropping: [String] {
    guard case .user(let number) = identity else { return [] }
    return [
      Self.setprivPath, "--reuid", "\(number)", "--regid", "\(number)", "--clear-groups", "--inh-caps=-all",
      "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs", "--",
    ]
  }
}
