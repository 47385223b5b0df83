internal import Store

/// Notices that the server that leads says nothing any more, by this server's own clock: a frozen one keeps its
/// connections, and with them its right to lead.
struct SilenceWatch {
  /// What the leader last said, and when it was first seen here.
  private var heard: (leader: ServerRecord, at: Duration)?
  private var lastLook: Duration?
  private let limit: Duration
  private let longestLook: Duration

  /// A leader is silent after `limit`, where it was looked at every `longestLook` at least.
  init(limit: Duration = .seconds(10), longestLook: Duration = .seconds(5)) {
    self.limit = limit
    self.longestLook = longestLook
  }

  /// The database said at `uptime` that this is the leader. True where that one is silent; once in each `limit`.
  mutating func isSilent(_ leader: ServerRecord, at uptime: Duration) -> Bool {
    defer { lastLook = uptime }
    // Who has not looked for a while, because he was frozen himself or the database away, has to begin anew.
    let hasLooked = lastLook.map { uptime - $0 <= longestLook } ?? false
    guard hasLooked, let heard, heard.leader == leader else {
      heard = (leader, uptime)
      return false
    }
    guard uptime - heard.at >= limit else { return false }
    self.heard = (leader, uptime)
    return true
  }
}
