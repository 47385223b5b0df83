/// What differs between two texts, line by line, as people read it: lines that went and came, with a few around them.
struct LineDifference: Sendable, Hashable {
  /// A line of a hunk.
  struct Line: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case same, removed, added }
    var kind: Kind
    var text: Substring
    /// Its number in the text that it is of, from 1; of one that is in both, in the newer.
    var number: Int
  }

  /// Lines that belong together, in order.
  var hunks: [[Line]]
  var added: Int
  var removed: Int

  /// How many lines around a change are shown.
  private static let context = 3
  /// Above so many lines that differ, finding the shortest difference would take too long: all of them went and came.
  private static let searchLimit = 4000

  /// From `old` to `new`.
  init(from old: String, to new: String) {
    let lines = Self.lines(Self.split(old), Self.split(new))
    added = lines.count { $0.kind == .added }
    removed = lines.count { $0.kind == .removed }
    hunks = Self.hunks(lines)
  }

  /// The lines of a text; what is behind the last line end is one only where something is there.
  private static func split(_ text: String) -> [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static func lines(_ old: [Substring], _ new: [Substring]) -> [Line] {
    let head = zip(old, new).prefix { $0 == $1 }.count
    let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }.count
    let (before, after) = (old[head..<(old.count - tail)], new[head..<(new.count - tail)])
    var gone: Set<Int> = Set(before.indices)
    var come: Set<Int> = Set(after.indices)
    if before.count + after.count <= searchLimit {
      (gone, come) = ([], [])
      for change in Array(after).difference(from: Array(before)) {
        switch change {
        case .remove(let offset, _, _): gone.insert(offset + head)
        case .insert(let offset, _, _): come.insert(offset + head)
        }
      }
    }
    return merged(old, new, gone, come)
  }

  private static func merged(_ old: [Substring], _ new: [Substring], _ gone: Set<Int>, _ come: Set<Int>) -> [Line] {
    var lines: [Line] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if gone.contains(left) {
        lines.append(Line(kind: .removed, text: old[left], number: left + 1))
        left += 1
      } else if come.contains(right) {
        lines.append(Line(kind: .added, text: new[right], number: right + 1))
        right += 1
      } else if right < new.count {
        lines.append(Line(kind: .same, text: new[right], number: right + 1))
        left += 1
        right += 1
      } else {
        left += 1
      }
    }
    return lines
  }

  private static func hunks(_ lines: [Line]) -> [[Line]] {
    var hunks: [[Line]] = []
    var end = -1
    for index in lines.indices where lines[index].kind != .same {
      let start = max(0, index - context)
      let stop = min(lines.count - 1, index + context)
      if start <= end + 1, var last = hunks.popLast() {
        if stop > end { last += lines[(end + 1)...stop] }
        hunks.append(last)
      } else {
        hunks.append(Array(lines[start...stop]))
      }
      end = max(end, stop)
    }
    return hunks
  }
}
