internal import Files
public import NixFormat
internal import Processes

/// A Nix store on this machine, as the pusher reads it: what there is by the `nix` program, the files themselves.
public struct NixStoreAccess: Sendable {
  /// How many paths are given to one program, so that its arguments stay below the kernel's limit.
  private static let pathsAtOnce = 2000
  /// The most that a program may write, in bytes.
  private static let outputLimit = 256 << 20

  /// A path, or a name that is looked up in the environment's `PATH`.
  public var program: String
  /// All variables that the program gets; also those that say where the store is (`NIX_REMOTE`, ...).
  public var environment: [(name: String, value: String)]
  /// What stands before `/nix/store` on this machine: empty, or the root of a store elsewhere.
  public var root: String

  /// A store. Without a `root`, that of a `NIX_REMOTE` that is a folder counts.
  public init(program: String = "nix", environment: [(name: String, value: String)], root: String? = nil) {
    self.program = program
    self.environment = environment
    let remote = environment.last { $0.name == "NIX_REMOTE" }?.value ?? ""
    var root = root ?? (remote.hasPrefix("/") ? remote : "")
    while root.hasSuffix("/") { root.removeLast() }
    self.root = root
  }

  /// The store path that a text means: the path itself, something below it, or a link that leads there (`./result`).
  /// Nil for anything else.
  public func path(of text: String) -> StorePath? {
    if let path = Self.first(of: text[...]) { return path }
    guard let real = FileTree.realPath(text) else { return linkTarget(of: text) }
    return real.hasPrefix(root + "/") ? Self.first(of: real.dropFirst(root.utf8.count)) : nil
  }

  /// A link into a store that is elsewhere leads nowhere as it stands.
  private func linkTarget(of text: String) -> StorePath? {
    let slash = text.lastIndex(of: "/")
    let folder = slash.map { $0 == text.startIndex ? "/" : String(text[..<$0]) } ?? "."
    let name = slash.map { text[text.index(after: $0)...] } ?? text[...]
    guard let target = try? FileDescriptor.open(folder, .directory).linkTarget(ofEntry: Array(name.utf8)) else {
      return nil
    }
    return Self.first(of: String(decoding: target, as: UTF8.self)[...])
  }

  /// The store path that `/nix/store/<path>/...` begins with.
  private static func first(of text: Substring) -> StorePath? {
    let prefix = StorePath.directory + "/"
    guard text.hasPrefix(prefix) else { return nil }
    return StorePath(baseName: text.dropFirst(prefix.count).prefix { $0 != "/" })
  }

  /// Where the files of a path are.
  func location(of path: StorePath) -> String { root + path.description }

  /// The paths and all that they refer to, each after its references. Throws `PushError.store` where one of them is not
  /// in the store.
  public func closure(of paths: [StorePath]) async throws -> [StorePathInfo] {
    var found: [StorePath: StorePathInfo] = [:]
    // A derivation by its path alone would mean what it builds.
    for (isDerivation, flags) in [(false, []), (true, ["--derivation"])] {
      let roots = paths.filter { $0.isDerivation == isDerivation }
      for start in stride(from: 0, to: roots.count, by: Self.pathsAtOnce) {
        let some = roots[start..<min(start + Self.pathsAtOnce, roots.count)]
        for info in try await pathInfo(flags, some) { found[info.path] = info }
      }
    }
    return found.values.sorted { $0.path < $1.path }.referencesFirst()
  }

  private func pathInfo(_ flags: [String], _ paths: ArraySlice<StorePath>) async throws -> [StorePathInfo] {
    let options = ["--extra-experimental-features", "nix-command", "--option", "substitute", "false"]
    let arguments = ["path-info", "--json", "--recursive"] + options + flags + ["--"] + paths.map(\.description)
    let (exit, output, messages) = try await run(arguments)
    guard exit.isSuccess else {
      let lines = String(decoding: messages, as: UTF8.self).split(separator: "\n")
      let reason = lines.last { $0.hasPrefix("error:") } ?? lines.last ?? "no reason given"
      throw PushError.store("nix path-info ended with status \(exit.code): \(reason)")
    }
    return try StorePathInfo.list(json: output)
  }

  private func run(_ arguments: [String]) async throws -> (ProcessExit, [UInt8], [UInt8]) {
    let process = try await ProcessLauncher.shared.start(
      ProcessSpecification(
        executable: program, arguments: arguments, environment: environment, workingDirectory: "/",
        output: .separate))
    return try await withTaskCancellationHandler {
      async let messages = Self.tail(of: process.errorOutput)
      var output: [UInt8] = []
      do {
        while let bytes = try await process.output?.read() {
          output += bytes
          guard output.count <= Self.outputLimit else { throw PushError.store("nix path-info wrote too much") }
        }
      } catch {
        process.kill()
        _ = await process.wait()
        throw error
      }
      return (await process.wait(), output, await messages)
    } onCancel: {
      process.kill()
    }
  }

  private static func tail(of output: ProcessOutput?) async -> [UInt8] {
    var tail: [UInt8] = []
    while let bytes = try? await output?.read() { tail = (tail + bytes).suffix(8192) }
    return tail
  }
}
