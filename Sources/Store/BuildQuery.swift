public import Model

/// Which of a user's builds to list, newest first.
public struct BuildQuery: Sendable, Hashable {
  /// Whose builds.
  public var owner: UserID
  /// Only those in this status.
  public var status: Status?
  /// Only those of this kind.
  public var kind: BuildKind?
  /// Only those with exactly this tag.
  public var tag: String?
  /// Only those of the namespace with this path.
  public var namespace: String?
  /// Only those of this registered repository.
  public var repository: RepositoryID?
  /// Only those of this service.
  public var service: ServiceID?
  /// Only those that this agent runs or was the last to.
  public var agent: AgentID?
  /// Only those whose comment, commit, namespace, number (`#7`), tags or source addresses hold this text, in any case.
  public var search: String?
  /// Only those older than this build: the last of the page before.
  public var before: BuildID?
  /// At most so many, from 1 to 200; others are brought into that range.
  public var limit: Int

  /// A query; without filters, all of the owner's builds.
  public init(
    owner: UserID, status: Status? = nil, kind: BuildKind? = nil, tag: String? = nil, namespace: String? = nil,
    repository: RepositoryID? = nil, service: ServiceID? = nil, agent: AgentID? = nil, search: String? = nil,
    before: BuildID? = nil, limit: Int = 50
  ) {
    self.owner = owner
    self.status = status
    self.kind = kind
    self.tag = tag
    self.namespace = namespace
    self.repository = repository
    self.service = service
    self.agent = agent
    self.search = search
    self.before = before
    self.limit = limit
  }
}

/// A page of builds.
public struct BuildPage: Sendable, Hashable {
  /// Newest first.
  public var builds: [Build]
  /// What to give as `before` for the next page; nil where this is the last.
  public var next: BuildID?

  /// A page.
  public init(builds: [Build], next: BuildID?) {
    self.builds = builds
    self.next = next
  }
}

extension BuildQuery {
  /// The statement and its parameters. It asks for one row more than the limit, to learn whether a page follows.
  /// The text depends only on which filters are set, so that few statements are prepared.
  func statement() -> (sql: String, parameters: [DatabaseValue]) {
    var parameters: [DatabaseValue] = [.integer(owner.rawValue), .integer(before?.rawValue ?? .max)]
    func parameter(_ value: DatabaseValue) -> String {
      parameters.append(value)
      return "$\(parameters.count)"
    }
    var source = "FROM builds b LEFT JOIN namespaces n ON n.id = b.namespace "
    var conditions = ["b.owner = $1", "b.id < $2"]
    var order = "b.id"
    if let tag {
      source = "FROM build_tags t JOIN builds b ON b.id = t.build LEFT JOIN namespaces n ON n.id = b.namespace "
      conditions = ["t.owner = $1", "t.build < $2", "t.tag = \(parameter(.text(tag)))"]
      order = "t.build"
    }
    if let status { conditions.append("b.status = \(parameter(.text(status.rawValue)))") }
    if let kind { conditions.append("b.kind = \(parameter(.text(kind.rawValue)))") }
    if let namespace {
      let path = parameter(.text(namespace))
      conditions.append("b.namespace = (SELECT id FROM namespaces WHERE owner = $1 AND path = \(path))")
    }
    if let repository { conditions.append("b.repository = \(parameter(.integer(repository.rawValue)))") }
    if let service { conditions.append("b.service = \(parameter(.integer(service.rawValue)))") }
    if let agent { conditions.append("b.agent_id = \(parameter(.integer(agent.rawValue)))") }
    if let search, !search.isEmpty {
      conditions.append("b.search LIKE \(parameter(.text(SearchText.pattern(search)))) ESCAPE '\\'")
    }
    let limit = parameter(.integer(Int64(clampedLimit + 1)))
    let filter = conditions.joined(separator: " AND ")
    return ("SELECT \(Build.columns) \(source)WHERE \(filter) ORDER BY \(order) DESC LIMIT \(limit)", parameters)
  }

  /// True where it looks at builds one by one, as many as there are.
  var isSearch: Bool { search?.isEmpty == false }

  var clampedLimit: Int { min(max(limit, 1), 200) }
}
