internal import Model
internal import Store

/// Decides which paths of a cache a collection deletes. A pure value.
struct GarbageSelection {
  private let paths: [CollectablePath]
  /// For each path the indices of those of the cache that it refers to, without itself.
  private let references: [[Int]]

  /// Over all paths of a cache.
  init(_ paths: [CollectablePath]) {
    let indices = Dictionary(paths.enumerated().map { ($1.hash, $0) }, uniquingKeysWith: { $1 })
    self.paths = paths
    references = paths.enumerated().map { index, path in
      Set(path.references.compactMap { indices[$0] }).subtracting([index]).sorted()
    }
  }

  /// The rows to delete, what refers to others before those: whoever is cut off in the middle leaves no path whose
  /// references are gone.
  func garbage(_ request: CollectionRequest, at now: Timestamp) -> [Int64] {
    var isKept = [Bool](repeating: true, count: paths.count)
    if let age = request.olderThan {
      let oldest = (now + .seconds(-max(0, min(age, Int64(1) << 33)))).milliseconds
      isKept = reachable(from: paths.indices.filter { paths[$0].isPinned || paths[$0].usedAt.milliseconds > oldest })
    }
    var order = deletable(isKept)
    if let limit = request.maxSize { order += shrink(&isKept, to: limit) }
    return order.map { paths[$0].id }
  }

  private func reachable(from roots: [Int]) -> [Bool] {
    var isReached = [Bool](repeating: false, count: paths.count)
    var stack = roots
    while let next = stack.popLast() {
      if isReached[next] { continue }
      isReached[next] = true
      stack += references[next]
    }
    return isReached
  }

  /// Those that are not kept; those that others refer to come after these, as far as references form no circle.
  private func deletable(_ isKept: [Bool]) -> [Int] {
    var referrers = counts { !isKept[$0] }
    var order = paths.indices.filter { !isKept[$0] && referrers[$0] == 0 }
    var next = 0
    while next < order.count {
      for reference in references[order[next]] where !isKept[reference] {
        referrers[reference] -= 1
        if referrers[reference] == 0 { order.append(reference) }
      }
      next += 1
    }
    let ordered = Set(order)
    return order + paths.indices.filter { !isKept[$0] && !ordered.contains($0) }
  }

  /// How many of those that `counts` refer to each path.
  private func counts(_ counts: (Int) -> Bool) -> [Int] {
    var referrers = [Int](repeating: 0, count: paths.count)
    for index in paths.indices where counts(index) { for reference in references[index] { referrers[reference] += 1 } }
    return referrers
  }

  /// Deletes of those that nothing refers to the one that was longest not asked for, until the rest fits.
  private func shrink(_ isKept: inout [Bool], to limit: Int64) -> [Int] {
    let isProtected = reachable(from: paths.indices.filter { paths[$0].isPinned })
    let kept = isKept
    var referrers = counts { kept[$0] }
    var size = paths.indices.reduce(Int64(0)) { kept[$1] ? $0 + paths[$1].size : $0 }
    var candidates = OldestFirst()
    for index in paths.indices where kept[index] && !isProtected[index] && referrers[index] == 0 {
      candidates.insert(index, usedAt: paths[index].usedAt)
    }
    var order: [Int] = []
    while size > limit, let index = candidates.removeFirst() {
      isKept[index] = false
      size -= paths[index].size
      order.append(index)
      for reference in references[index] {
        referrers[reference] -= 1
        if referrers[reference] == 0, kept[reference], !isProtected[reference] {
          candidates.insert(reference, usedAt: paths[reference].usedAt)
        }
      }
    }
    return order
  }
}

/// A binary heap of paths, the one that was longest not asked for first.
private struct OldestFirst {
  private var heap: [(usedAt: Timestamp, index: Int)] = []

  mutating func insert(_ index: Int, usedAt: Timestamp) {
    heap.append((usedAt, index))
    var child = heap.count - 1
    while child > 0, Self.isBefore(heap[child], heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() -> Int? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return first.index }
    heap[0] = last
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let child = children.min(by: { Self.isBefore(heap[$0], heap[$1]) }),
        Self.isBefore(heap[child], heap[parent])
      else { return first.index }
      heap.swapAt(child, parent)
      parent = child
    }
  }

  private static func isBefore(
    _ left: (usedAt: Timestamp, index: Int), _ right: (usedAt: Timestamp, index: Int)
  ) -> Bool {
    (left.usedAt.milliseconds, left.index) < (right.usedAt.milliseconds, right.index)
  }
}
