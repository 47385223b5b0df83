internal import Documents

extension ServiceCheck {
  /// Ends of links, and ways that lead back to where they began.
  mutating func checkLinks() {
    for link in document.links {
      for name in [link.from, link.to] where methods.component(name) == nil {
        report(
          .unknownMethod, link.from, field: "links",
          "a link leads from \(quoted(link.from)) to \(quoted(link.to)), and there is no component \(quoted(name))"
            + NameHints.suffix(name, in: document.components.lazy.map(\.name)))
      }
    }
    for way in LinkCycles(document).ways {
      report(
        .cycle, way.first, field: "links",
        "links lead back to where they began: \(way.joined(separator: " to ")); remove one of them")
    }
  }
}

/// The ways along links that lead back to where they began: one for each link that closes one. Never recursive, so that
/// a long way costs no stack.
struct LinkCycles {
  /// Names of components; the first is the last. Long ways are cut in their middle.
  private(set) var ways: [[String]] = []

  private var targets: [String: [String]] = [:]
  private var finished: Set<String> = []

  init(_ document: ServiceDocument) {
    let names = Set(document.components.lazy.map(\.name))
    var seen: Set<Link> = []
    for link in document.links where names.contains(link.from) && names.contains(link.to) {
      if seen.insert(link).inserted { targets[link.from, default: []].append(link.to) }
    }
    for component in document.components where !finished.contains(component.name) { walk(from: component.name) }
  }

  private static func shown(_ way: ArraySlice<String>) -> [String] {
    way.count > 8 ? way.prefix(4) + ["..."] + way.suffix(3) : Array(way)
  }

  private mutating func walk(from start: String) {
    var way = [start]
    var places = [start: 0]
    var next = [0]
    while let name = way.last, let number = next.last {
      let here = targets[name] ?? []
      guard number < here.count else {
        finished.insert(name)
        places[name] = nil
        way.removeLast()
        next.removeLast()
        continue
      }
      next[next.count - 1] += 1
      let target = here[number]
      if let place = places[target] {
        ways.append(Self.shown(way[place...]) + [target])
      } else if !finished.contains(target) {
        places[target] = way.count
        way.append(target)
        next.append(0)
      }
    }
  }
}
