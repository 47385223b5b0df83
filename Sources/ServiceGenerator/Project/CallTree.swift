internal import ServiceModel

/// What a call of a method may lead to, as far as it can be known without reading code: all actions and middlewares on
/// the way. Calls of functions are not followed.
struct CallTree {
  private(set) var actions: [MethodAction] = []
  private(set) var middlewares: [MiddlewareSettings] = []

  init(_ method: ResolvedMethod, of service: ResolvedService) {
    var seen: Set<MethodReference> = []
    var rest = [method]
    while let next = rest.popLast() {
      actions.append(next.action)
      if case .orchestration(_, let request, let response) = next.action {
        middlewares += (request + response).compactMap { service.component($0)?.middleware }
      }
      rest += next.action.calls.filter { seen.insert($0).inserted }.compactMap { service.method($0) }
    }
  }

  /// True where a token is asked for.
  var needsToken: Bool {
    middlewares.contains { if case .auth = $0 { true } else { false } }
  }

  /// True where there may be too many requests.
  var isLimited: Bool {
    middlewares.contains { if case .rateLimit = $0 { true } else { false } }
  }

  /// True where a row may be there already.
  var mayConflict: Bool {
    actions.contains { action in
      if case .sql(let query) = action { query.kind != .read && query.kind != .delete } else { false }
    }
  }

  /// True where a data source may be away.
  var usesDataSource: Bool {
    actions.contains { action in
      switch action {
      case .sql, .redis, .file, .function: true
      default: false
      }
    }
  }
}
