internal import FoundationEssentials
internal import Manifest
internal import Model

/// `wright submit`: queues a build of a manifest, or of the program in a repository.
struct SubmitCommand {
  static let command = Command(
    "submit", "queue a build of a manifest or of a repository",
    details: """
      Sends a manifest to the server, which queues a build of it. Without FILE it takes .wright.yml, .djinn.yml, or \
      the only *.yml of .wright.

      Given the URL of a git repository that holds a C program, the server clones it, finds out how it is built, and \
      builds it. A folder of the server's machine is one too where the server allows `file`.

      With --follow it shows the build live and ends as the build does; leaving with \
      Ctrl-C lets the build go on.
      """,
    arguments: [Argument("FILE|URL", "the manifest, - for standard input; or a repository", isOptional: true)],
    flags: [
      BuildInput.referenceFlag,
      Flag("comment", .text("C"), "a remark, shown in the list of builds"),
      Flag("tag", .text("T"), "a word to find the build by", isRepeated: true),
      Flag("follow", .none, "show the build live and wait for its end"), CommonFlags.json, CommonFlags.server,
    ],
    examples: [
      ("wright submit", "build the manifest of this folder"),
      ("wright submit build.yml --tag nightly --follow", "tag it and watch it"),
      ("wright submit https://example.org/hello.git --ref v1.0", "build a C program"),
    ], statuses: [(1, "the server refused it; with --follow also: the build did not pass")]
  ) { invocation, console in
    let input = try BuildInput(invocation.arguments.first)
    var submission = SubmissionDocument(comment: invocation.value("comment") ?? "", tags: invocation.values("tag"))
    submission.ref = try input.reference(invocation)
    let name: String
    switch input {
    case .program(let url): (submission.url, name) = (url, "wright submit")
    case .manifest(let file):
      let bytes = try ManifestFiles.read(file)
      try warn(bytes, file, console)
      guard let text = String(validating: bytes, as: UTF8.self) else { return 1 }
      (submission.manifest, name) = (text, file)
    }
    let connection = try ServerConnection(invocation, console)
    do {
      let answer = try await connection.bytes("POST", "/builds", body: Array(try JSONEncoder().encode(submission)))
      return try await FollowedBuild.show(answer, invocation, connection, console, verb: "queued")
    } catch let refused as RefusedBody {
      try console.error(lines(refused, name, console.errorStyle))
      return 1
    }
  }

  /// Warnings are ours to show, because a server that accepts a manifest does not send them; errors are the server's,
  /// which may be newer. But what is not text cannot be sent.
  private static func warn(_ bytes: [UInt8], _ file: String, _ console: Console) throws {
    let result = Manifest.parse(bytes)
    let isText = String(validating: bytes, as: UTF8.self) != nil
    let shown = !isText ? result.errors : result.manifest != nil ? result.warnings : []
    try console.error(ManifestFiles.lines(shown, of: file, console.errorStyle))
  }

  private static func lines(_ refused: RefusedBody, _ file: String, _ style: Style) -> String {
    refused.errors.map { error in
      let place = error.line.map { ":\($0):\(error.column ?? 1)" } ?? ""
      return "\(style.bold(file + place + ":")) \(style.red("error:")) \(BuildRenderer.safe(error.detail))\n"
    }.joined()
  }
}

/// What `submit` and `rerun` do with the build that the server answered with.
enum FollowedBuild {
  static func show(
    _ answer: [UInt8], _ invocation: Invocation, _ connection: ServerConnection, _ console: Console, verb: String
  ) async throws -> Int32 {
    let build = try connection.decode(BuildDocument.self, from: answer)
    let isJSON = invocation.has("json")
    guard invocation.has("follow") else {
      let line = "build #\(build.id) \(verb): \(connection.address.base)/builds/\(build.id)\n"
      try console.output(isJSON ? answer + [0x0A] : Array(line.utf8))
      return 0
    }
    if !isJSON { try console.output("build #\(build.id) \(verb): \(connection.address.base)/builds/\(build.id)\n") }
    // With --json nothing but the ended build is printed.
    var follower = BuildFollower(connection, isJSON ? console.muted : console)
    let ended = try await follower.run(build.id)
    if isJSON {
      try console.output(try await connection.bytes("GET", "/builds/\(build.id)") + [0x0A])
    } else {
      try follower.showEnd(of: ended)
    }
    return ended.state == .passed || ended.state == .passedWithFailures ? 0 : 1
  }
}

/// Flags that many commands have.
enum CommonFlags {
  static let json = Flag("json", .none, "print the server's answer as JSON")
  static let server = Flag(
    "server", .text("URL"), "the server", standard: ServerAddress.standard, variable: "WRIGHT_SERVER")
}
