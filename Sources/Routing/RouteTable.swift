/// The routes as a tree of path segments: a lookup costs one dictionary access a segment.
/// A literal segment wins over `{name}`, and that over `{name...}`.
struct RouteTable: Sendable {
  /// What a path leads to: the routes by method, and the values of its `{...}` parts in order.
  struct Match: Sendable {
    var endpoint: Endpoint
    var values: [String]
  }

  /// The routes of one path.
  struct Endpoint: Sendable {
    /// As the OpenAPI document and the metrics name it.
    var pattern: String
    /// The names of the `{...}` parts, for each method in its own words.
    var routes: [String: (route: Route, names: [String])] = [:]

    /// For `Allow`; HEAD comes with GET.
    var allowedMethods: String {
      var methods = Set(routes.keys).union(["OPTIONS"])
      if methods.contains("GET") { methods.insert("HEAD") }
      return methods.sorted().joined(separator: ", ")
    }
  }

  private final class Node {
    var literals: [String: Node] = [:]
    var parameter: Node?
    var endpoint: Endpoint?
    var restEndpoint: Endpoint?
  }

  /// The finished tree: nodes by index, so that it is a value.
  private struct FrozenNode: Sendable {
    var literals: [String: Int]
    var parameter: Int?
    var endpoint: Endpoint?
    var restEndpoint: Endpoint?
  }
  private var nodes: [FrozenNode] = []

  /// A table of these routes. Two routes of the same method and path are a mistake of the program.
  init(_ routes: [Route]) {
    let root = Node()
    for route in routes { Self.insert(route, below: root) }
    _ = freeze(root)
  }

  /// Where a path leads.
  func match(_ segments: [String]) -> Match? {
    // `/` may be given as no segment or as an empty one.
    let path = segments == [""] ? [] : segments[...]
    var values: [String] = []
    guard let endpoint = match(path, at: 0, &values) else { return nil }
    return Match(endpoint: endpoint, values: values)
  }

  private func match(_ path: ArraySlice<String>, at index: Int, _ values: inout [String]) -> Endpoint? {
    let node = nodes[index]
    guard let segment = path.first else { return node.endpoint }
    if let next = node.literals[segment], let found = match(path.dropFirst(), at: next, &values) { return found }
    if let next = node.parameter, !segment.isEmpty {
      values.append(segment)
      if let found = match(path.dropFirst(), at: next, &values) { return found }
      values.removeLast()
    }
    guard let rest = node.restEndpoint, path.last?.isEmpty == false else { return nil }
    values.append(path.joined(separator: "/"))
    return rest
  }

  private static func insert(_ route: Route, below root: Node) {
    var node = root
    var names: [String] = []
    for segment in segments(of: route.path) {
      switch segment {
      case .literal(let text):
        let next = node.literals[text] ?? Node()
        node.literals[text] = next
        node = next
      case .parameter(let name):
        names.append(name)
        let next = node.parameter ?? Node()
        node.parameter = next
        node = next
      case .rest(let name):
        names.append(name)
        add(route, names, to: &node.restEndpoint)
        return
      }
    }
    add(route, names, to: &node.endpoint)
  }

  private static func add(_ route: Route, _ names: [String], to endpoint: inout Endpoint?) {
    var found = endpoint ?? Endpoint(pattern: route.path)
    precondition(found.routes[route.method] == nil, "two routes answer \(route.method) \(route.path)")
    found.routes[route.method] = (route, names)
    endpoint = found
  }

  private mutating func freeze(_ node: Node) -> Int {
    let index = nodes.count
    nodes.append(FrozenNode(literals: [:], endpoint: node.endpoint, restEndpoint: node.restEndpoint))
    for (name, child) in node.literals { nodes[index].literals[name] = freeze(child) }
    if let child = node.parameter { nodes[index].parameter = freeze(child) }
    return index
  }
}

/// A part of a route's path.
enum PathSegment: Hashable {
  case literal(String)
  case parameter(String)
  case rest(String)
}

extension RouteTable {
  /// The parts of `/a/{b}/{c...}`.
  static func segments(of path: String) -> [PathSegment] {
    path.split(separator: "/", omittingEmptySubsequences: true).map { part in
      guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal(String(part)) }
      let name = part.dropFirst().dropLast()
      return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
    }
  }
}
