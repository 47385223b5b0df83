internal import FoundationEssentials
internal import Manifest
internal import Model

/// `wright repo`: registers repositories, which are built whenever they move.
enum RepoCommand {
  static let command = Command(
    "repo", "build repositories whenever they move",
    details: """
      A registered repository is built at once, and again whenever what is watched of it moves: its default branch, \
      branches or tags by a pattern. A repository is named by its number or by its address.
      """,
    examples: [
      ("wright repo add https://example.org/hello.git", "build its default branch, now and whenever it moves"),
      ("wright repo list", "what is watched, and how it stands"),
      ("wright repo build 3 --follow", "build repository 3 now and watch"),
    ], subcommands: [RepoAddCommand.command, list, show, build, check, enable, disable, remove])

  static let repository = Argument("REPO", "its number in `wright repo list`, or its address")

  private static let show = Command(
    "show", "show a repository with its refs", arguments: [repository], flags: [CommonFlags.json, CommonFlags.server],
    examples: [("wright repo show 3", "how repository 3 stands")]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let id = try await RepositoryReference.find(invocation.arguments[0], connection)
    let body = try await connection.bytes("GET", "/repositories/\(id)")
    if invocation.has("json") {
      try console.output(body + [0x0A])
    } else {
      let repository = try connection.decode(RepositoryDocument.self, from: body)
      try console.output(RepositoryText(style: console.style, now: .present).page(repository))
    }
    return 0
  }

  private static let list = Command(
    "list", "list registered repositories",
    flags: [
      Flag("search", .text("TEXT"), "only those whose address holds this"), CommonFlags.json, CommonFlags.server,
    ],
    examples: [("wright repo list", "all of them"), ("wright repo list --search hello --json", "for a script")]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let search = invocation.value("search").map { "&search=" + ServerAddress.encoded($0) } ?? ""
    var pages: [[UInt8]] = []
    var repositories: [RepositoryDocument] = []
    _ = try await connection.pages("/repositories?limit=200" + search) { body in
      repositories += try connection.decode([RepositoryDocument].self, from: body)
      pages.append(body)
      return true
    }
    if invocation.has("json") {
      try console.output(try JSONArrays.joined(pages, limit: .max, count: repositories.count) + [0x0A])
    } else if repositories.isEmpty {
      try console.error("no repositories; `wright repo add URL` registers one\n")
    } else {
      let width = console.outputIsTerminal ? console.width : nil
      try console.output(RepositoryText(style: console.style, now: .present).table(repositories, width: width))
    }
    return 0
  }

  private struct BuildRequest: Encodable { var ref: String?, comment: String }

  private static let build = Command(
    "build", "build a repository now, whether it has moved or not", arguments: [repository],
    flags: [
      Flag("ref", .text("REF"), "a branch or tag", standard: "the one that is watched"),
      Flag("comment", .text("C"), "a remark, shown in the list of builds"),
      Flag("follow", .none, "show the build live and wait for its end"), CommonFlags.json, CommonFlags.server,
    ], examples: [("wright repo build 3 --ref v1.2 --follow", "build the tag v1.2 and watch it")],
    statuses: [(1, "it did not work; with --follow also: the build did not pass")]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let id = try await RepositoryReference.find(invocation.arguments[0], connection)
    let request = BuildRequest(ref: invocation.value("ref"), comment: invocation.value("comment") ?? "")
    let answer = try await connection.bytes(
      "POST", "/repositories/\(id)/build", body: Array(try JSONEncoder().encode(request)))
    return try await FollowedBuild.show(answer, invocation, connection, console, verb: "queued")
  }

  private static let check = action(
    "check", "check a repository now, before its time", done: "is being checked", "POST", "/check")
  private static let enable = action(
    "enable", "check a repository again", done: "is checked", "PATCH", body: #"{"enabled":true}"#)
  private static let disable = action(
    "disable", "check a repository no longer, and keep it", done: "is not checked any more", "PATCH",
    body: #"{"enabled":false}"#)
  private static let remove = action(
    "remove", "forget a repository; its builds stay", done: "is forgotten", "DELETE")

  private static func action(
    _ name: String, _ summary: String, done: String, _ method: String, _ path: String = "", body: String? = nil
  ) -> Command {
    let isSilent = method == "DELETE"
    let flags = isSilent ? [CommonFlags.server] : [CommonFlags.json, CommonFlags.server]
    return Command(
      name, summary, arguments: [repository], flags: flags, examples: [("wright repo \(name) 3", summary)]
    ) { invocation, console in
      let connection = try ServerConnection(invocation, console)
      let id = try await RepositoryReference.find(invocation.arguments[0], connection)
      let answer = try await connection.bytes(method, "/repositories/\(id)\(path)", body: body.map { Array($0.utf8) })
      try console.output(invocation.has("json") ? answer + [0x0A] : Array("repository \(id) \(done)\n".utf8))
      return 0
    }
  }
}

/// A repository as people name it.
enum RepositoryReference {
  /// The number in `3` or `#3`, or that of the repository with this address.
  static func find(_ text: String, _ connection: ServerConnection) async throws -> Int64 {
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    if !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) {
      guard let number = Int64(digits), number > 0 else {
        throw UsageError("'\(text)' is not the number of a repository; see `wright repo list`")
      }
      return number
    }
    var found: [Int64] = []
    _ = try await connection.pages("/repositories?limit=200&search=" + ServerAddress.encoded(text)) { body in
      found += try connection.decode([RepositoryDocument].self, from: body).filter { $0.url == text }.map(\.id)
      return true
    }
    guard let first = found.first else {
      throw CommandFailure(BuildRenderer.safe("no repository with the address '\(text)' is registered"))
    }
    guard found.count == 1 else {
      let numbers = found.map(String.init).joined(separator: ", ")
      throw CommandFailure(
        BuildRenderer.safe("'\(text)' is registered several times: give one of the numbers \(numbers)"))
    }
    return first
  }
}
