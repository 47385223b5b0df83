internal import HTTPServer
internal import Model
internal import Routing
internal import Store

/// What was found in a build's logs and reports.
struct ResultRoutes {
  let dependencies: APIDependencies

  var routes: [Route] {
    [
      Route("GET", "/api/v1/builds/{id}/messages", documentation: Self.messagesDocumentation, messages),
      Route("GET", "/api/v1/builds/{id}/tests", documentation: Self.testsDocumentation, tests),
    ]
  }

  private static let messagesDocumentation = RouteDocumentation(
    "Compilers' and linkers' messages found in the logs of a build, in the order in which they were found",
    tag: "Builds",
    query: [
      ParameterDocumentation("severity", "Only messages as bad as this", schema: Schemas.messageSeverity),
      ParameterDocumentation(
        "new", "true: only messages that the build before (compared_with) did not have", schema: Schemas.truth),
    ] + ParameterDocumentation.page,
    responses: [.jsonList(200, "A page; Link names the next one", "Message")])

  private static let testsDocumentation = RouteDocumentation(
    "Tests in the reports (JUnit, TAP) that a build collected: those that failed first, then skipped ones",
    tag: "Builds",
    query: [ParameterDocumentation("status", "Only tests that ended so", schema: Schemas.testStatus)]
      + ParameterDocumentation.page,
    responses: [.jsonList(200, "A page; Link names the next one", "Test")])

  @Sendable private func messages(_ request: RouteRequest) async throws -> HTTPResponse {
    let (build, page) = (try await dependencies.build(of: request), try ListPage(request.http))
    var query = MessageQuery(owner: build.owner, build: build.id, after: page.cursor, limit: page.limit)
    if let severity: CompilerMessage.Severity = try request.choice("severity") { query.severities = [severity] }
    let new: Truth? = try request.choice("new")
    query.isNew = new == .true
    let found = try await dependencies.store.messages(query)
    let names = try await jobNames(of: build, unless: found.elements.isEmpty)
    return .json(headers: headers(page, found.next, request), capacity: 64 + 320 * found.elements.count) { writer in
      writer.beginArray()
      for message in found.elements { writer.message(message, of: build.id, job: names[message.job] ?? "") }
      writer.endArray()
    }
  }

  @Sendable private func tests(_ request: RouteRequest) async throws -> HTTPResponse {
    let (build, page) = (try await dependencies.build(of: request), try ListPage(request.http))
    let query = TestQuery(
      owner: build.owner, build: build.id, status: try request.choice("status"), after: page.cursor, limit: page.limit)
    let found = try await dependencies.store.tests(query)
    let names = try await jobNames(of: build, unless: found.elements.isEmpty)
    return .json(headers: headers(page, found.next, request), capacity: 64 + 320 * found.elements.count) { writer in
      writer.beginArray()
      for test in found.elements { writer.test(test, job: names[test.job] ?? "") }
      writer.endArray()
    }
  }

  private enum Truth: String, CaseIterable { case `true`, `false` }

  private func headers(_ page: ListPage, _ next: Int64?, _ request: RouteRequest) -> HTTPHeaders {
    var headers: HTTPHeaders = [:]
    if let next { headers.add("Link", page.next(next, of: request.http)) }
    return headers
  }

  private func jobNames(of build: Build, unless isEmpty: Bool) async throws -> [JobID: String] {
    if isEmpty { return [:] }
    let jobs = try await dependencies.store.jobs(of: build.id, owner: build.owner)
    return Dictionary(jobs.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
  }
}

extension JSONWriter {
  fileprivate mutating func message(_ stored: StoredMessage, of build: BuildID, job: String) {
    let message = stored.message
    beginObject()
    field("id", stored.id)
    field("job_id", stored.job.rawValue)
    field("job", job)
    field("severity", message.severity.rawValue)
    field("file", message.file)
    field("line", message.line)
    field("column", message.column)
    field("text", message.text)
    field("option", message.option)
    field("log_line", message.logLine)
    field("new", stored.isNew)
    field("page", "/builds/\(build)/jobs/\(stored.job)#L\(message.logLine)")
    endObject()
  }

  fileprivate mutating func test(_ stored: StoredTest, job: String) {
    let test = stored.test
    beginObject()
    field("id", stored.id)
    field("job_id", stored.job.rawValue)
    field("job", job)
    field("suite", test.suite)
    field("name", test.name)
    field("status", test.status.rawValue)
    key("duration")
    if let time = test.durationMicroseconds { raw(seconds(time)) } else { null() }
    field("message", test.message)
    endObject()
  }

  /// What was found in a build: counts as lists and events have them.
  mutating func fields(of results: BuildResults?) {
    let counts = results?.counts ?? ResultCounts()
    field("errors", counts.messages.errors)
    field("warnings", counts.messages.warnings)
    field("new_errors", results?.new.errors ?? 0)
    field("new_warnings", results?.new.warnings ?? 0)
    field("compared_with", results?.comparedWith?.rawValue)
    key("tests")
    guard let tests = counts.tests else { return null() }
    beginObject()
    field("passed", tests.passed)
    field("failed", tests.failed)
    field("errors", tests.errors)
    field("skipped", tests.skipped)
    endObject()
  }
}

/// Microseconds as seconds with six digits: `0.001500`.
private func seconds(_ microseconds: Int64) -> String {
  let digits = String(max(0, microseconds) % 1_000_000)
  return "\(max(0, microseconds) / 1_000_000).\(String(repeating: "0", count: 6 - digits.count))\(digits)"
}
