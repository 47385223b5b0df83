internal import Concurrency
internal import Files

/// Hands out a user number for each environment, so that builds that run at the same time share neither files nor
/// limits. Used where the server is root.
final class BuildUsers: Sendable {
  private let first: UInt32
  private let taken = Lock<Set<UInt32>>([])

  /// Numbers from `first` on; nil for the highest range that this machine (or container) has.
  init(first: UInt32? = nil) { self.first = first ?? Self.standardFirst() }

  func take() -> UInt32 {
    taken.withLock { taken in
      var number = first
      while taken.contains(number) { number += 1 }
      taken.insert(number)
      return number
    }
  }

  func giveBack(_ number: UInt32) { taken.withLock { _ = $0.remove(number) } }

  /// Above the ranges that Debian and systemd give to people, services and containers. A container may have only the
  /// first 65,536 numbers; then a range that Debian keeps free.
  private static func standardFirst() -> UInt32 {
    let high: UInt64 = 1_900_000_000
    let map = (try? FileTree.contents(of: "/proc/self/uid_map", limit: 4096)) ?? []
    for line in String(decoding: map, as: UTF8.self).split(separator: "\n") {
      let numbers = line.split(separator: " ").compactMap { UInt64($0) }
      if numbers.count == 3, numbers[0] <= high, high + 100_000 < numbers[0] + numbers[2] { return UInt32(high) }
    }
    return 59_000
  }
}
