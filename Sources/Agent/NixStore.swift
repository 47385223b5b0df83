internal import CachePush
internal import Model
internal import NixFormat
internal import Processes

/// The Nix store of this machine, asked by `nix-store`.
struct NixStore: Sendable {
  /// All variables that Nix gets.
  var environment: [EnvironmentVariable]
  /// How many paths are given to one program, so that its arguments stay below the kernel's limit.
  private static let pathsAtOnce = 2000

  private var variables: [(name: String, value: String)] { environment.map { ($0.name, $0.value) } }

  /// For the pusher.
  var access: NixStoreAccess { NixStoreAccess(environment: variables) }

  /// What derivations make, whether it was made or not.
  func outputs(of derivations: [StorePath]) async throws -> [StorePath] {
    try await paths(["--query", "--outputs"], derivations)
  }

  /// Those that are in the store.
  func validPaths(among paths: [StorePath]) async throws -> [StorePath] {
    let invalid = Set(try await self.paths(["--check-validity", "--print-invalid"], paths))
    return paths.filter { !invalid.contains($0) }
  }

  private func paths(_ options: [String], _ about: [StorePath]) async throws -> [StorePath] {
    var found: [StorePath] = []
    for start in stride(from: 0, to: about.count, by: Self.pathsAtOnce) {
      let some = about[start..<min(start + Self.pathsAtOnce, about.count)]
      let result = try await ProcessLauncher.shared.run(
        ProcessSpecification(
          executable: "nix-store", arguments: options + some.map(\.description), environment: variables,
          workingDirectory: "/", output: .separate), limit: 64 << 20)
      guard result.exit.isSuccess else { throw NixStoreError(description: "nix-store ended with \(result.exit.code)") }
      found += String(decoding: result.output, as: UTF8.self).split(separator: "\n").compactMap { StorePath($0) }
    }
    return found
  }
}

/// Why the store could not be asked.
struct NixStoreError: Error, CustomStringConvertible {
  var description: String
}
