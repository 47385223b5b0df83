internal import HTTPServer
internal import Model
internal import Routing
internal import Store

/// What the list of repositories is narrowed to, and which page of it is shown; all of it stands in the address.
struct RepositoryFilter: Sendable, Hashable {
  var status: Status?
  var search: String?
  /// Only repositories registered before this one.
  var cursor: Int64?
  /// The cursors of the pages before, for the way back; 0 for the first page.
  var back: [Int64] = []

  init(status: Status? = nil, search: String? = nil, cursor: Int64? = nil, back: [Int64] = []) {
    self.status = status
    self.search = search
    self.cursor = cursor
    self.back = back
  }

  /// From a query; what it does not understand it leaves out, because people edit addresses.
  init(_ request: HTTPRequest) {
    let builds = BuildFilter(request)
    self.init(status: builds.status, search: builds.search, cursor: builds.cursor, back: builds.back)
  }

  var isNarrowed: Bool { status != nil || search != nil }

  func query(owner: UserID) -> RepositoryQuery {
    RepositoryQuery(
      owner: owner, search: search, status: status, after: cursor.flatMap { RepositoryCursor(text: "\($0):") })
  }

  /// The address of this list.
  var target: String {
    QueryText.target(
      "/repositories",
      [
        ("status", status?.rawValue), ("search", search), ("cursor", cursor.map { String($0) }),
        ("back", back.isEmpty ? nil : back.map { String($0) }.joined(separator: ".")),
      ])
  }

  /// The first page of the same repositories with another status.
  func with(status: Status?) -> RepositoryFilter { RepositoryFilter(status: status, search: search) }

  /// The page after this one.
  func after(_ next: RepositoryID) -> RepositoryFilter {
    RepositoryFilter(
      status: status, search: search, cursor: next.rawValue, back: (back + [cursor ?? 0]).suffix(50))
  }

  /// The page before this one; nil on the first.
  var before: RepositoryFilter? {
    guard cursor != nil else { return nil }
    let last = back.last ?? 0
    return RepositoryFilter(
      status: status, search: search, cursor: last == 0 ? nil : last, back: back.dropLast())
  }
}
