internal import FoundationEssentials
internal import Model

/// `wright service build`: from the last saved revision to a merge request.
enum ServiceBuildCommand {
  static let command = Command(
    "build", "build a service's last saved revision into a merge request",
    details: """
      Generates the code of the last saved revision, pushes it as the branch wright/TAG, and opens a merge request with \
      the tag as its title. The same tag and revision again finds what is there. With --follow it shows the build live; \
      its last line is the address of the merge request, or why there is none.
      """,
    arguments: [Argument("NAME", "the service")],
    flags: [
      Flag("tag", .text("T"), "what the build is called; letters, digits, '.', '_' and '-'"),
      Flag("follow", .none, "show the build live and wait for its end"), CommonFlags.json, CommonFlags.server,
    ],
    examples: [("wright service build shop --tag v1 --follow", "and wait for its merge request")],
    statuses: [(1, "the server refused it; with --follow also: there is no merge request")]
  ) { invocation, console in
    guard let tag = invocation.value("tag") else {
      throw UsageError("--tag is missing: name the build, as in --tag v1")
    }
    let connection = try ServerConnection(invocation, console)
    let path = ServicePath.of(invocation.arguments[0]) + "/builds"
    do {
      let answer = try await connection.bytes("POST", path, body: Array(try JSONEncoder().encode(["tag": tag])))
      return try await show(answer, invocation, connection, console)
    } catch let refused as RefusedBody {
      try console.error(ServicePath.lines(refused, console))
      return 1
    }
  }

  private static func show(
    _ answer: [UInt8], _ invocation: Invocation, _ connection: ServerConnection, _ console: Console
  ) async throws -> Int32 {
    let status = try await FollowedBuild.show(answer, invocation, connection, console, verb: "queued")
    guard invocation.has("follow"), !invocation.has("json") else { return status }
    let id = try connection.decode(Document.self, from: answer).id
    let ended = try connection.decode(Document.self, from: try await connection.bytes("GET", "/builds/\(id)"))
    let line = ended.service.merge_request?.url ?? ended.service.reason ?? "the build has no merge request"
    try console.output(BuildRenderer.safe(line) + "\n")
    return status
  }

  /// A build of a service, as far as it is looked at.
  private struct Document: Decodable {
    struct MergeRequest: Decodable { var url: String }
    struct Service: Decodable {
      var merge_request: MergeRequest?
      var reason: String?
    }
    var id: Int64
    var service: Service
  }
}
