/// Times to come for many keys, each with at most one. Keys wait in buckets, one a tick; whole ticks since any moment.
///
/// Setting a later time for a key that waits already, or none, touches no bucket: the key is looked at when its old
/// time has come, and moved. So a connection that serves many requests a second costs as much as a silent one.
struct DeadlineWheel<Key: Hashable & Sendable>: Sendable {
  private struct Place {
    var deadline: Int64?
    /// Not after the deadline.
    var bucket: Int64?
  }

  private var places: [Key: Place] = [:]
  private var buckets: [Int64: Set<Key>] = [:]

  /// The tick at which there may be something to do.
  var next: Int64? { buckets.keys.min() }

  /// Sets a key's time, in place of an earlier one.
  mutating func set(_ key: Key, at deadline: Int64) {
    var place = places[key] ?? Place()
    place.deadline = deadline
    if place.bucket.map({ $0 > deadline }) ?? true {
      leaveBucket(key, place)
      place.bucket = deadline
      buckets[deadline, default: []].insert(key)
    }
    places[key] = place
  }

  /// Takes a key's time away; it keeps its place for the next one.
  mutating func clear(_ key: Key) { places[key]?.deadline = nil }

  /// Forgets a key.
  mutating func remove(_ key: Key) {
    guard let place = places.removeValue(forKey: key) else { return }
    leaveBucket(key, place)
  }

  /// Takes the times that have come, and returns whose they were.
  mutating func due(at now: Int64) -> [Key] {
    var due: [Key] = []
    for tick in buckets.keys.filter({ $0 <= now }).sorted() {
      for key in buckets.removeValue(forKey: tick) ?? [] {
        places[key]?.bucket = nil
        guard let deadline = places[key]?.deadline else { continue }
        if deadline > now {
          set(key, at: deadline)
        } else {
          places[key]?.deadline = nil
          due.append(key)
        }
      }
    }
    return due
  }

  private mutating func leaveBucket(_ key: Key, _ place: Place) {
    guard let bucket = place.bucket else { return }
    buckets[bucket]?.remove(key)
    if buckets[bucket]?.isEmpty == true { buckets[bucket] = nil }
  }
}
