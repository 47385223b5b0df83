internal import FoundationEssentials
internal import Manifest
internal import Model

/// `wright cache`: the server's binary caches for Nix.
enum CacheCommand {
  static let command = Command(
    "cache", "make, push to, use and empty binary caches for Nix",
    details: """
      A cache holds store paths for other machines: whoever trusts its key fetches what was built instead of building \
      it. It is pushed to by `cachix` and everything that speaks its protocol, and read by Nix.
      """,
    examples: [
      ("wright cache create tools", "make a public cache that signs what is pushed to it"),
      ("wright cache push tools ./result", "push what was built"),
      ("wright cache use tools >> /etc/nix/nix.conf", "have Nix fetch from it"),
      ("wright cache gc tools --older-than 30d", "delete what nobody asked for in 30 days"),
    ], subcommands: [CacheCreateCommand.command, list, use, CachePushCommand.command, token, gc, delete])

  static let name = Argument("NAME", "the cache's name")

  private static let list = Command(
    "list", "list your caches", flags: [CommonFlags.json, CommonFlags.server],
    examples: [("wright cache list", "what there is, and how much it holds")]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let answer = try await connection.bytes("GET", "/caches")
    if invocation.has("json") {
      try console.output(answer + [0x0A])
      return 0
    }
    let caches = try connection.decode([CacheDocument].self, from: answer)
    if caches.isEmpty {
      try console.error("no caches; `wright cache create NAME` makes one\n")
      return 0
    }
    var table = TextTable(["CACHE", "READ BY", "PATHS", "SIZE", "ADDRESS"])
    for cache in caches {
      table.add([
        .init(cache.name), .init(cache.public ? "anybody" : "tokens"), .init("\(cache.paths)"),
        .init(ByteCount.text(cache.size)), .init(cache.uri),
      ])
    }
    try console.output(table.text(console.style))
    return 0
  }

  private static let use = Command(
    "use", "print the lines for nix.conf that make Nix fetch from a cache", arguments: [name],
    flags: [CommonFlags.json, CommonFlags.server],
    examples: [("wright cache use tools >> /etc/nix/nix.conf", "have Nix fetch from it")]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let answer = try await connection.bytes("GET", path(invocation))
    if invocation.has("json") {
      try console.output(answer + [0x0A])
      return 0
    }
    let cache = try connection.decode(CacheDocument.self, from: answer)
    try console.output(cache.configuration.map { BuildRenderer.safe($0) + "\n" }.joined())
    for line in cache.advice { try console.error("wright: " + BuildRenderer.safe(line) + "\n") }
    return 0
  }

  private struct TokenRequest: Encodable { var permission: String, comment: String }

  private static let token = Command(
    "token", "make a token for one cache and print it once", arguments: [name],
    flags: [
      Flag("permission", .choice(["read", "write", "admin"]), "what it allows", standard: "read"),
      Flag("comment", .text("C"), "what it is for"), CommonFlags.json, CommonFlags.server,
    ], examples: [("wright cache token tools --permission write --comment ci", "for a machine that pushes")]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let request = TokenRequest(
      permission: invocation.value("permission") ?? "read", comment: invocation.value("comment") ?? "")
    let answer = try await connection.bytes(
      "POST", path(invocation) + "/tokens", body: Array(try JSONEncoder().encode(request)))
    if invocation.has("json") {
      try console.output(answer + [0x0A])
      return 0
    }
    let made = try connection.decode(TokenDocument.self, from: answer)
    try console.output((made.token ?? "") + "\n")
    return 0
  }

  private struct CollectionRequest: Encodable {
    var older_than: Int64?
    var max_size: Int64?
    var dry_run: Bool
  }

  private static let gc = Command(
    "gc", "delete paths of a cache to make room",
    details: """
      Deletes what nobody asked for in a time, or so much of what was longest not asked for that the rest fits. Pinned \
      paths stay, and what a path that stays refers to. Without a limit those hold that the cache was given.
      """,
    arguments: [name],
    flags: [
      Flag("older-than", .text("30d"), "what nobody asked for in this time: 30d, 12h, or seconds"),
      Flag("max-size", .text("10GiB"), "how much may stay"),
      Flag("dry-run", .none, "say what would go, and delete nothing"), CommonFlags.json, CommonFlags.server,
    ],
    examples: [
      ("wright cache gc tools --older-than 30d", "what nobody asked for in 30 days"),
      ("wright cache gc tools --max-size 10GiB --dry-run", "what would have to go for 10 GiB"),
    ]
  ) { invocation, console in
    let request = CollectionRequest(
      older_than: try seconds(invocation, "older-than"), max_size: try bytes(invocation, "max-size"),
      dry_run: invocation.has("dry-run"))
    let connection = try ServerConnection(invocation, console)
    let answer = try await connection.bytes(
      "POST", path(invocation) + "/gc", body: Array(try JSONEncoder().encode(request)))
    if invocation.has("json") {
      try console.output(answer + [0x0A])
      return 0
    }
    let done = try connection.decode(CollectionDocument.self, from: answer)
    let (verb, freed) = request.dry_run ? ("would be deleted", "would be free") : ("deleted", "freed")
    let noun = done.deleted_paths == 1 ? "path" : "paths"
    try console.output("\(done.deleted_paths) \(noun) \(verb), \(ByteCount.text(done.freed_bytes)) \(freed)\n")
    return 0
  }

  private static let delete = Command(
    "delete", "delete a cache with all that it holds", arguments: [name],
    flags: [Flag("yes", .none, "do it; without it nothing happens"), CommonFlags.server],
    examples: [("wright cache delete tools --yes", "delete it for good")]
  ) { invocation, console in
    guard invocation.has("yes") else {
      throw UsageError("its paths, keys and tokens are gone for good then; say --yes")
    }
    let connection = try ServerConnection(invocation, console)
    _ = try await connection.bytes("DELETE", path(invocation))
    try console.output(BuildRenderer.safe("cache \(invocation.arguments[0]) is deleted") + "\n")
    return 0
  }

  private static func path(_ invocation: Invocation) -> String {
    "/caches/" + ServerAddress.encoded(invocation.arguments[0])
  }

  private static func seconds(_ invocation: Invocation, _ flag: String) throws(UsageError) -> Int64? {
    guard let text = invocation.value(flag) else { return nil }
    guard let time = Duration(quantity: text) else {
      throw UsageError("--\(flag): '\(text)' is not a time, like 30d, 12h or 90")
    }
    return time.milliseconds / 1000
  }

  private static func bytes(_ invocation: Invocation, _ flag: String) throws(UsageError) -> Int64? {
    guard let text = invocation.value(flag) else { return nil }
    guard let bytes = ByteCount.parse(text) else {
      throw UsageError("--\(flag): '\(text)' is not a size, like 10GiB or 500MB")
    }
    return bytes
  }
}

/// What a collection has freed, as the server describes it.
private struct CollectionDocument: Decodable {
  var deleted_paths: Int64
  var freed_bytes: Int64
}
