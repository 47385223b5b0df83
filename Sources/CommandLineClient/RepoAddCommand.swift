internal import FoundationEssentials
internal import HTTPClient
internal import Manifest
internal import Model

/// `wright repo add`: registers a repository.
enum RepoAddCommand {
  static let command = Command(
    "add", "register a repository: it is built at once, then whenever it moves",
    details: """
      URL is what `git clone` takes, of a kind that the server allows: https://, ssh://, git@host:path, git://. Without \
      --branch and --tag its default branch is watched. With --follow it shows the first build and ends as that does.
      """,
    arguments: [Argument("URL", "the repository")],
    flags: [
      Flag("branch", .text("B"), "watch this branch; * and ? stand for any characters"),
      Flag("tag", .text("T"), "watch tags instead; * and ? stand for any characters"),
      Flag("every", .text("60s"), "how often it is checked: 30s, 5m, or seconds", standard: "60s"),
      Flag("manifest", .text("FILE"), "build it so, whatever is found in it"),
      Flag("namespace", .text("PATH"), "of its builds; made where it does not exist"),
      Flag("follow", .none, "show its first build live and wait for its end"), CommonFlags.json, CommonFlags.server,
    ],
    examples: [
      ("wright repo add https://example.org/hello.git --follow", "register it and watch its first build"),
      ("wright repo add git@example.org:me/tool.git --branch 'release-*' --every 5m", "every release branch"),
      ("wright repo add https://example.org/hello.git --tag 'v*' --manifest build.yml", "every version, in our way"),
    ], statuses: [(1, "it did not work; with --follow also: the build did not pass")]
  ) { invocation, console in
    let request = try request(invocation)
    let connection = try ServerConnection(invocation, console)
    let answer: [UInt8]
    do {
      answer = try await connection.bytes("POST", "/repositories", body: Array(try JSONEncoder().encode(request)))
    } catch let refused as RefusedBody {
      try console.error(lines(refused, invocation.value("manifest") ?? "", console.errorStyle))
      return 1
    }
    let repository = try connection.decode(RepositoryDocument.self, from: answer)
    let isJSON = invocation.has("json")
    if !isJSON {
      try console.output(
        "repository \(repository.id) registered: \(connection.address.base)/repositories/\(repository.id)\n")
    }
    guard invocation.has("follow") else {
      if isJSON { try console.output(answer + [0x0A]) }
      return 0
    }
    let build = try await FirstBuild(connection: connection, repository: repository.id).wait()
    return try await FollowedBuild.show(build, invocation, connection, console, verb: "queued")
  }

  private struct Request: Encodable {
    var url: String
    var branch: String?
    var tag: String?
    var every: Int64?
    var namespace: String?
    var manifest: String?
  }

  private static func request(_ invocation: Invocation) throws -> Request {
    if invocation.has("branch"), invocation.has("tag") {
      throw UsageError("either --branch or --tag is watched, not both")
    }
    var request = Request(url: invocation.arguments[0])
    (request.branch, request.tag) = (invocation.value("branch"), invocation.value("tag"))
    request.namespace = invocation.value("namespace")
    if let text = invocation.value("every") {
      guard let every = Duration(quantity: text), every >= .seconds(1), every.milliseconds % 1000 == 0 else {
        throw UsageError("--every: '\(text)' is not a time in whole seconds, like 60s, 5m or 90")
      }
      request.every = every.milliseconds / 1000
    }
    if let file = invocation.value("manifest") {
      guard let text = String(validating: try ManifestFiles.read(file), as: UTF8.self) else {
        throw CommandFailure("\(file) is not text in UTF-8")
      }
      request.manifest = text
    }
    return request
  }

  /// Where the manifest is wrong, its places; else what is wrong with the request.
  private static func lines(_ refused: RefusedBody, _ file: String, _ style: Style) -> String {
    refused.errors.map { error in
      guard let line = error.line else {
        return BuildRenderer.safe("wright: \(error.pointer.map { $0.dropFirst() + ": " } ?? "")\(error.detail)") + "\n"
      }
      let place = style.bold("\(file):\(line):\(error.column ?? 1):")
      return "\(place) \(style.red("error:")) \(BuildRenderer.safe(error.detail))\n"
    }.joined()
  }
}

/// Waits until the first build of a repository is queued.
struct FirstBuild {
  let connection: ServerConnection
  let repository: Int64
  var retry = Retry()

  /// The build's JSON. A `CommandFailure` where the repository was checked and there is nothing to build.
  func wait() async throws -> [UInt8] {
    var retry = retry
    while true {
      do {
        // Listening before asking: what happens in between is heard.
        let events = try await connection.request("GET", "/events", headers: ["Accept": "text/event-stream"])
        if let build = try await present() { return build }
        var parser = EventStreamParser()
        for try await bytes in events.body {
          retry.succeeded()
          let isNews = try parser.take(bytes).contains { ["repository", "build", "missed"].contains($0.event) }
          if isNews, let build = try await present() { return build }
        }
        throw TransferFailure("the server closed its events")
      } catch {
        try await retry.recover(from: error)
      }
    }
  }

  private func present() async throws -> [UInt8]? {
    let body = try await connection.bytes("GET", "/repositories/\(repository)")
    let document = try connection.decode(RepositoryDocument.self, from: body)
    if let build = document.last_build { return try await connection.bytes("GET", "/builds/\(build.id)") }
    if let error = document.error { throw CommandFailure(BuildRenderer.safe(error)) }
    guard document.last_checked_at != nil else { return nil }
    throw CommandFailure(BuildRenderer.safe(document.notice ?? "there is nothing to build yet"))
  }
}
