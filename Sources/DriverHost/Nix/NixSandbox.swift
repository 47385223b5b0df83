internal import Concurrency
internal import Files
internal import Glibc
internal import Model
internal import Processes

/// The sandbox of builds with Nix: bubblewrap, with the whole machine but `/tmp` read-only, the store as Nix needs it, the build's
/// own folder, and the server's folders hidden. Nix has to be what it is on this machine, with its user and its
/// configuration; so this keeps builds away from the server and from each other's files, and no more.
struct NixSandbox: Sendable {
  /// bubblewrap's path.
  var program: String
  /// What builds do not see: paths, and whether each is a folder.
  var hidden: [(path: String, isDirectory: Bool)]
  /// What is written to beside the build's folder.
  var writable: [String]

  /// The same command in the sandbox. `folder` holds the attempt's workspace and its `/tmp`. The build's own variables are
  /// set in there: bubblewrap itself must not see what a build chooses (`LD_PRELOAD`, for one).
  func wrap(
    _ words: [String], in directory: String, folder: String, variables: [EnvironmentVariable] = []
  ) -> [String] {
    var arguments = [
      program, "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent",
      "--new-session", "--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
    ]
    for path in writable { arguments += ["--bind-try", path, path] }
    for (path, isDirectory) in hidden {
      arguments += isDirectory ? ["--tmpfs", path] : ["--ro-bind", "/dev/null", path]
    }
    for variable in variables { arguments += ["--setenv", variable.name, variable.value] }
    return arguments + ["--bind", folder, folder, "--chdir", directory, "--"] + words
  }

  /// Finds out what there is on this machine. `environment` is what Nix gets.
  static func find(_ bubblewrap: String, hiding paths: [String], environment: [EnvironmentVariable]) throws
    -> NixSandbox
  {
    // Where programs keep things for a while, whatever `TMPDIR` says.
    var writable = ["/tmp", "/var/tmp"]
    // A daemon that does all the writing is spoken to by a socket, which a file system that is read-only does not mind.
    if !usesDaemon(environment) { writable.append("/nix") }
    for name in ["NIX_STORE_DIR", "NIX_STATE_DIR", "NIX_LOG_DIR"] {
      if let path = environment.last(where: { $0.name == name })?.value, path.hasPrefix("/") { writable.append(path) }
    }
    if let home = environment.last(where: { $0.name == "HOME" })?.value, home.hasPrefix("/") {
      let cache = home + "/.cache/nix"
      // A home that is not there or not ours is no reason for having no sandbox; Nix says what it misses.
      if (try? FileTree.makeDirectory(cache)) != nil { writable.append(cache) }
    }
    let hidden = try paths.compactMap(FileTree.realPath).map { path in
      (path: path, isDirectory: try FileTree.status(path)?.kind == .directory)
    }
    // What is below a folder is hidden with it, and cannot be reached any more.
    let outermost = hidden.filter { one in
      !hidden.contains { $0.path != one.path && one.path.hasPrefix($0.path + "/") }
    }
    return NixSandbox(
      program: try ExecutableSearch.find(bubblewrap), hidden: outermost, writable: writable)
  }

  private static func usesDaemon(_ environment: [EnvironmentVariable]) -> Bool {
    if let remote = environment.last(where: { $0.name == "NIX_REMOTE" })?.value, !remote.isEmpty {
      return remote == "daemon" || remote.hasPrefix("unix://")
    }
    // What Nix does itself where nothing is said: a store that it cannot write is somebody else's.
    return access("/nix/var/nix", W_OK) != 0
  }
}
