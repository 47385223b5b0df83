import Concurrency
import Crypto
import DatabasePostgres
import Lifecycle
import Model
import Queue
import Servers
import Store

/// This server among those that share a PostgreSQL database: whether it leads, who else is there, and when it has to begin
/// anew because another one leads.
final class Membership: Sendable {
  let seat: PostgresSeat
  let leadership: Leadership
  /// Signalled once another server leads although this one did.
  let overtaken = Wakeup()
  private let log: Logger
  /// How long a server that has begun to lead may take until it listens.
  private static let patience: Duration = .seconds(60)
  private static let pause: Duration = .milliseconds(250)

  private init(_ seat: PostgresSeat, _ leadership: Leadership, _ log: Logger) {
    self.seat = seat
    self.leadership = leadership
    self.log = log
  }

  /// Takes a seat at the database: leads where nobody does, and follows otherwise, where `configuration` allows it.
  static func join(
    _ address: String, _ configuration: Configuration, id: String, sealer: Sealer, log: Logger
  ) async throws -> Membership {
    let seat = try await PostgresSeat.take(address)
    do {
      let others = try await settle(seat, configuration, sealer)
      return Membership(
        seat, Leadership(id: id, role: others == nil ? .leading : .following, servers: others ?? []), log)
    } catch {
      await seat.close()
      throw error
    }
  }

  /// Nil where this server leads; the servers where another one does, with which this one fits together. A moment at start
  /// in which who leads is not known yet is waited for by looking again.
  private static func settle(
    _ seat: PostgresSeat, _ configuration: Configuration, _ sealer: Sealer
  ) async throws -> [ServerRecord]? {
    let store = Store(database: seat.database, sealer: sealer)
    let end = ContinuousClock.now + patience
    while true {
      if try await seat.tryToLead() { return nil }
      try configuration.checkSharing(seat.shown)
      // Where a server has just made the database, there is no such table yet.
      if let servers = try? await store.servers(), servers.leader?.address.isEmpty == false {
        try await store.checkFit()
        return servers
      }
      guard ContinuousClock.now < end else {
        throw ConfigurationError(
          "another server uses the database \(seat.shown) and does not say where it is: it is of another version, or "
            + "begins only now; stop it, or try again")
      }
      try await Task.sleep(for: pause)
    }
  }

  /// What this server is.
  var standing: ServerStanding {
    let view = leadership.now
    return ServerStanding(
      id: leadership.id, role: view.role.rawValue, leader: view.leader, count: max(1, view.servers.count))
  }

  /// Waits until this server leads.
  func waitToLead() async throws {
    try await seat.waitToLead()
    leadership.become(.changing)
    log.info("begins to lead", ["server": leadership.id])
  }

  /// This server leads in this term, as long as no other has one.
  func leads(in term: Int64) {
    seat.keep(while: { try $0.term() == term }, whenLost: lose)
    log.info("leads", ["server": leadership.id, "term": "\(term)"])
  }

  @Sendable private func lose() {
    leadership.become(.changing)
    log.warning("another server leads: nothing is written any more", ["server": leadership.id])
    overtaken.signal()
  }
}

extension Configuration {
  /// Throws where another server could not reach what this one stores.
  fileprivate func checkSharing(_ database: String) throws(ConfigurationError) {
    switch artifacts {
    case .bucket: return
    case .folder(.some) where logsPath != nil: return
    case .folder: break
    }
    throw ConfigurationError(
      "another server leads on the database \(database), and this one can only follow where all of them reach the same "
        + "artifacts and logs: give each --artifacts s3://BUCKET, or --artifacts DIR and --logs DIR on a file system "
        + "that all of them mount")
  }

  /// Where others reach this server, which listens at this port.
  func address(port: Int) -> String {
    if let advertised { return advertised }
    let isAny = ["0.0.0.0", "::", ""].contains(host)
    let name = isAny ? HostName.own : host
    return "http://\(name.contains(":") ? "[\(name)]" : name):\(port)"
  }
}
