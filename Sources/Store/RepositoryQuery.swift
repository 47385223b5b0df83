public import Model

/// Which of a user's repositories to list.
public struct RepositoryQuery: Sendable, Hashable {
  /// In which order.
  public enum Order: String, Sendable, CaseIterable {
    /// The last registered first.
    case newest
    /// By address.
    case name
  }

  /// Whose repositories.
  public var owner: UserID
  /// In which order.
  public var order: Order
  /// Only those whose address holds this text, in any case.
  public var search: String?
  /// Only those whose newest build is in this status.
  public var status: Status?
  /// Only those after this one: `RepositoryPage.next` of the page before, in the same order.
  public var after: RepositoryCursor?
  /// At most so many, from 1 to 200; others are brought into that range.
  public var limit: Int

  /// A query; without filters, all of the owner's repositories.
  public init(
    owner: UserID, order: Order = .newest, search: String? = nil, status: Status? = nil,
    after: RepositoryCursor? = nil, limit: Int = 50
  ) {
    self.owner = owner
    self.order = order
    self.search = search
    self.status = status
    self.after = after
    self.limit = limit
  }
}

/// A place in a list of repositories, which stays where it is when the repository goes.
public struct RepositoryCursor: Sendable, Hashable {
  /// The repository before it.
  public var id: RepositoryID
  /// That repository's `url`.
  public var url: String

  /// The place after this repository.
  public init(_ repository: Repository) {
    id = repository.id
    url = repository.url
  }

  /// From `text`; nil for any other.
  public init?(text: String) {
    guard let colon = text.firstIndex(of: ":"), let number = Int64(text[..<colon]) else { return nil }
    id = RepositoryID(rawValue: number)
    url = String(text[text.index(after: colon)...])
  }

  /// For a link to the next page, not yet escaped for one.
  public var text: String { "\(id):\(url)" }
}

/// A page of repositories.
public struct RepositoryPage: Sendable, Hashable {
  /// In the order asked for.
  public var repositories: [RepositoryOverview]
  /// What to give as `after` for the next page; nil where this is the last.
  public var next: RepositoryCursor?
}

/// A repository with what a list says of it.
public struct RepositoryOverview: Sendable, Hashable {
  /// The repository.
  public var repository: Repository
  /// Its newest build.
  public var lastBuild: Build?
  /// Of the refs that exist, the one that moved last.
  public var lastRef: RepositoryRef?

  /// A repository with these.
  public init(repository: Repository, lastBuild: Build? = nil, lastRef: RepositoryRef? = nil) {
    self.repository = repository
    self.lastBuild = lastBuild
    self.lastRef = lastRef
  }
}

extension RepositoryQuery {
  /// The statement and its parameters. It asks for one row more than the limit, to learn whether a page follows.
  func statement() -> (sql: String, parameters: [DatabaseValue]) {
    var parameters: [DatabaseValue] = [.integer(owner.rawValue)]
    func parameter(_ value: DatabaseValue) -> String {
      parameters.append(value)
      return "$\(parameters.count)"
    }
    var conditions = ["r.owner = $1"]
    switch order {
    case .newest: conditions.append("r.id < \(parameter(.integer(after?.id.rawValue ?? .max)))")
    case .name:
      let (url, id) = (parameter(.text(after?.url ?? "")), parameter(.integer(after?.id.rawValue ?? 0)))
      conditions.append("(r.url, r.id) > (\(url), \(id))")
    }
    if let search, !search.isEmpty {
      conditions.append("LOWER(r.url) LIKE \(parameter(.text(SearchText.pattern(search)))) ESCAPE '\\'")
    }
    if let status { conditions.append("b.status = \(parameter(.text(status.rawValue)))") }
    let columns = "\(Repository.columns), \(RepositoryRef.columns), \(Build.columns)"
    return (
      """
      SELECT \(columns) \(Repository.overviewSource)
      WHERE \(conditions.joined(separator: " AND "))
      ORDER BY \(order == .newest ? "r.id DESC" : "r.url, r.id") LIMIT \(parameter(.integer(Int64(clampedLimit + 1))))
      """, parameters
    )
  }

  var clampedLimit: Int { min(max(limit, 1), 200) }
}
