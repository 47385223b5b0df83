internal import HTTPServer
internal import Model
internal import Routing
internal import Store

extension WebUI {
  /// The list of builds.
  var listRoutes: [Route] {
    [
      Route("GET", "/", access: .page) { try await list($0) },
      Route("GET", "/builds", access: .page) { try await list($0) },
    ]
  }

  private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let reader = try request.reader()
    let filter = BuildFilter(request.http)
    let page = try await dependencies.store.builds(filter.query(owner: reader.user))
    var rows: [BuildRow] = []
    for build in page.builds { rows.append(BuildRow(build: build, title: try await titles.title(of: build))) }
    let view = BuildListView(
      filter: filter, rows: rows, next: page.next, user: reader.name, address: request.http.address,
      tokenPath: dependencies.tokenPath, now: dependencies.clock())
    return respond(Page(title: view.title, name: "builds", body: view.html), user: reader.name)
  }
}

/// What a list of builds is narrowed to, and which page of it is shown; all of it stands in the address.
struct BuildFilter: Sendable, Hashable {
  var status: Status?
  var tag: String?
  var search: String?
  /// Only builds of this registered repository.
  var repository: RepositoryID?
  /// Only builds before this one.
  var cursor: Int64?
  /// The cursors of the pages before, for the way back; 0 for the first page.
  var back: [Int64] = []

  init(
    status: Status? = nil, tag: String? = nil, search: String? = nil, repository: RepositoryID? = nil,
    cursor: Int64? = nil, back: [Int64] = []
  ) {
    self.repository = repository
    self.status = status
    self.tag = tag
    self.search = search
    self.cursor = cursor
    self.back = back
  }

  /// From a query; what it does not understand it leaves out, because people edit addresses.
  init(_ request: HTTPRequest) {
    func text(_ name: String) -> String? {
      guard let value = request.query(name)?.prefix(200), !value.allSatisfy(\.isWhitespace) else { return nil }
      return String(value)
    }
    status = request.query("status").flatMap(Status.init).flatMap { $0.isBuildStatus ? $0 : nil }
    tag = text("tag")
    search = text("search")
    repository = request.query("repository").flatMap { Int64(digits: $0) }.map(RepositoryID.init(rawValue:))
    cursor = request.query("cursor").flatMap { Int64(digits: $0) }
    back = (request.query("back") ?? "").split(separator: ".").suffix(50).compactMap { Int64(digits: $0) }
  }

  var isNarrowed: Bool { status != nil || tag != nil || search != nil || repository != nil }

  func query(owner: UserID) -> BuildQuery {
    BuildQuery(
      owner: owner, status: status, tag: tag, repository: repository, search: search,
      before: cursor.map(BuildID.init(rawValue:)))
  }

  /// The address of this list.
  var target: String {
    QueryText.target(
      "/builds",
      [
        ("status", status?.rawValue), ("tag", tag), ("search", search),
        ("repository", repository.map { "\($0)" }), ("cursor", cursor.map { String($0) }),
        ("back", back.isEmpty ? nil : back.map { String($0) }.joined(separator: ".")),
      ])
  }

  /// The first page of the same builds with another status.
  func with(status: Status?) -> BuildFilter {
    BuildFilter(status: status, tag: tag, search: search, repository: repository)
  }

  /// The page after this one.
  func older(_ next: BuildID) -> BuildFilter {
    BuildFilter(
      status: status, tag: tag, search: search, repository: repository, cursor: next.rawValue,
      back: (back + [cursor ?? 0]).suffix(50))
  }

  /// The page before this one; nil on the first.
  var newer: BuildFilter? {
    guard cursor != nil else { return nil }
    let before = back.last ?? 0
    return BuildFilter(
      status: status, tag: tag, search: search, repository: repository, cursor: before == 0 ? nil : before,
      back: back.dropLast())
  }
}
