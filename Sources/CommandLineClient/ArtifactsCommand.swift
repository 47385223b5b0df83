internal import Model

/// `wright artifacts`: lists and fetches what builds have made.
struct ArtifactsCommand {
  static let command = Command(
    "artifacts", "list the artifacts of a build, or fetch one",
    details: """
      Without --get it lists the artifacts. With it, one is fetched into the current folder under the last part of \
      its name, or to the file that --output names. The file appears only once it is complete and its SHA-256 is right.
      """,
    arguments: [Argument("ID", "the build, as in 12 or #12")],
    flags: [
      Flag("get", .text("NAME"), "fetch this artifact"),
      Flag("output", .text("FILE"), "where to put it; - is standard output", standard: "the last part of NAME"),
      CommonFlags.json, CommonFlags.server,
    ],
    examples: [
      ("wright artifacts 12", "what build 12 has made"),
      ("wright artifacts 12 --get dist/app.tar.gz", "fetch it as app.tar.gz"),
      ("wright artifacts 12 --get app.tar.gz --output - | tar tz", "look into it"),
    ]
  ) { invocation, console in
    if invocation.has("output"), !invocation.has("get") { throw UsageError("--output goes with --get") }
    let connection = try ServerConnection(invocation, console)
    let id = try ServerConnection.number(invocation.arguments[0])
    let body = try await connection.bytes("GET", "/builds/\(id)/artifacts")
    let artifacts = try connection.decode([ArtifactDocument].self, from: body)
    if let name = invocation.value("get") {
      let artifact = try choose(name, of: artifacts, build: id)
      try await get(artifact, build: id, invocation, connection, console)
    } else if invocation.has("json") {
      try console.output(body + [0x0A])
    } else if artifacts.isEmpty {
      try console.error("build #\(id) has no artifacts\n")
    } else {
      try console.output(String(ShowCommand.table(of: artifacts, console.style).dropFirst()))
    }
    return 0
  }

  private static func choose(
    _ name: String, of artifacts: [ArtifactDocument], build: Int64
  ) throws(CommandFailure) -> ArtifactDocument {
    if let artifact = artifacts.first(where: { $0.name == name }) { return artifact }
    let names = artifacts.prefix(10).map(\.name).joined(separator: ", ")
    throw CommandFailure(
      BuildRenderer.safe(
        "build #\(build) has no artifact '\(name)'" + (names.isEmpty ? " and no other" : "; there are \(names)")))
  }

  private static func get(
    _ artifact: ArtifactDocument, build: Int64, _ invocation: Invocation, _ connection: ServerConnection,
    _ console: Console
  ) async throws {
    let path =
      "/builds/\(build)/artifacts/"
      + artifact.name.split(separator: "/").map { ServerAddress.encoded(String($0)) }.joined(separator: "/")
    let download = ArtifactDownload(connection: connection, console: console, path: path, artifact: artifact)
    let output = invocation.value("output") ?? artifact.name.split(separator: "/").last.map(String.init) ?? ""
    if output == "-" { return try await download.toOutput() }
    try await download.toFile(output)
    if invocation.has("json") { return }
    try console.output("\(BuildRenderer.safe(output))  \(ByteCount.text(artifact.size))  sha256 \(artifact.sha256)\n")
  }
}
