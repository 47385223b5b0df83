internal import CachePush
internal import Concurrency
internal import Files
internal import FoundationEssentials
internal import Model
internal import NixFormat

/// `wright cache push`: pushes store paths of this machine to a binary cache.
enum CachePushCommand {
  static let command = Command(
    "push", "push store paths, with all that they refer to, to a cache",
    details: """
      NAME is a cache of the server, or the address of another one: https://HOST/NAME of a cache with Cachix's API, with \
      --plain a server that takes files by PUT, or s3://BUCKET?endpoint=HOST&region=REGION. PATH is a path of the Nix \
      store or a link to one; - reads them from standard input, one a line.

      Only what the cache does not have is sent. Whatever fails for a moment is tried again; what cannot be pushed is \
      named at the end, and all else is there.
      """,
    arguments: [
      Argument("NAME", "the cache, or an address"), Argument("PATH", "what to push", isRepeated: true),
    ],
    flags: [
      Flag("signing-key", .text("FILE"), "sign with this key, as nix-store --generate-binary-cache-key writes it"),
      Flag("plain", .none, "the address is a server that takes files by PUT"),
      Flag("compression", .choice(["zstd", "xz", "none"]), "how NARs are sent", standard: "what the cache prefers"),
      Flag(
        "level", .number("N", 0...19), "how hard they are compressed: 1 to 19 for zstd, 0 to 9 for xz", standard: "2"),
      CommonFlags.json, CommonFlags.server,
    ],
    examples: [
      ("wright cache push tools ./result", "push what nix build made"),
      ("nix path-info --all | wright cache push tools -", "push everything"),
      ("wright cache push --plain http://files.example.org/nix ./result --signing-key key", "to a WebDAV server"),
    ],
    settings: [
      ("WRIGHT_CACHE_TOKEN", "the token for a cache that is given by its address"),
      ("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY", "the keys for s3://; also AWS_SESSION_TOKEN and ~/.aws/credentials"),
      ("NIX_REMOTE", "/ROOT: the store is below this folder"),
    ], run: push)

  private static func push(_ invocation: Invocation, _ console: Console) async throws -> Int32 {
    let target = try target(invocation, console.environment)
    let key = try invocation.value("signing-key").map(signingKey)
    let store = NixStoreAccess(environment: console.environment.map { (name: $0.key, value: $0.value) })
    let paths = try paths(invocation.arguments.dropFirst(), store)
    let session = try PushSession(target: target, signingKey: key, store: store) { line in
      // Progress only: where nobody reads it, the push goes on.
      try? console.error(BuildRenderer.safe(line) + "\n")
    }
    try await session.add(paths)
    do {
      try report(try await session.finish(), failed: [], invocation, console)
      return 0
    } catch PushError.incomplete(let summary, let failures) {
      try report(summary, failed: failures, invocation, console)
      throw CommandFailure(BuildRenderer.safe(PushError.incomplete(summary, failures).description))
    } catch PushError.cancelled {
      throw CancellationError()
    }
  }

  /// Where to push to, and as whom.
  private static func target(_ invocation: Invocation, _ environment: [String: String]) throws -> PushTarget {
    let name = invocation.arguments[0]
    var target: PushTarget
    if name.contains("://") {
      let token = environment["WRIGHT_CACHE_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
      target = try PushTarget(
        text: name, token: token, form: invocation.has("plain") ? .plain : .cachix, environment: environment)
    } else {
      if invocation.has("plain") { throw UsageError("--plain goes with an address, not with the name of a cache") }
      var variables = environment
      if let server = invocation.value("server") { variables["WRIGHT_SERVER"] = server }
      let address = try ServerAddress(environment: variables)
      target = .cachix(
        base: address.base + "/cache", name: ServerAddress.encoded(name), token: address.token ?? "")
    }
    if let word = invocation.value("compression") { target.compression = NarInfo.Compression(rawValue: word) }
    if let level = invocation.number("level") { target.level = Int32(level) }
    return target
  }

  private static func signingKey(_ file: String) throws -> PushSigningKey {
    // A key has 88 characters and a name.
    try PushSigningKey(text: String(decoding: try FileTree.contents(of: file, limit: 4096), as: UTF8.self))
  }

  private static func paths(_ words: ArraySlice<String>, _ store: NixStoreAccess) throws -> [StorePath] {
    var paths: [StorePath] = []
    for word in words {
      guard word == "-" else {
        paths.append(try path(word, store))
        continue
      }
      let lines = String(decoding: try StandardInput.read(limit: 64 << 20), as: UTF8.self).split(
        whereSeparator: \.isNewline)
      paths += try lines.map { try path(String($0), store) }
    }
    return paths
  }

  private static func path(_ text: String, _ store: NixStoreAccess) throws -> StorePath {
    guard let path = store.path(of: text) else {
      throw UsageError("'\(text)' is not a path of the Nix store, nor a link to one")
    }
    return path
  }

  private struct Report: Encodable {
    struct Failure: Encodable { var path: String, reason: String }
    var pushed_paths: Int, present_paths: Int, nar_bytes: Int64, sent_bytes: Int64, failed: [Failure]
  }

  private static func report(
    _ summary: PushSummary, failed: [PushFailure], _ invocation: Invocation, _ console: Console
  ) throws {
    if invocation.has("json") {
      let report = Report(
        pushed_paths: summary.pushedPaths, present_paths: summary.presentPaths, nar_bytes: summary.narBytes,
        sent_bytes: summary.sentBytes,
        failed: failed.map { Report.Failure(path: $0.path.description, reason: $0.reason) })
      try console.output(Array(try JSONEncoder().encode(report)) + [0x0A])
      return
    }
    let noun = summary.pushedPaths == 1 ? "path" : "paths"
    try console.output(
      "\(summary.pushedPaths) \(noun) pushed (\(ByteCount.text(summary.narBytes)), sent as "
        + "\(ByteCount.text(summary.sentBytes))), \(summary.presentPaths) there already\n")
    for failure in failed { try console.error(BuildRenderer.safe("not pushed: \(failure)") + "\n") }
  }
}
