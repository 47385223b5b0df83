import API
import DatabasePostgres
import Lifecycle
import Model
import Queue
import Scheduling
import Servers
import Store

extension Server {
  /// This server among the others: what it changes they are told while it leads, and it hears the same while it follows.
  static func presence(
    of own: ServerRecord, _ membership: Membership, _ scheduler: Scheduler, _ authentication: TokenAuthentication,
    _ store: Store, log: Logger
  ) -> Presence {
    let revoked = "revoked "
    let (seat, leadership) = (membership.seat, membership.leadership)
    let presence = Presence(
      of: own, on: seat.link, leadership,
      hooks: Presence.Hooks(
        heard: { line in
          if line.hasPrefix(revoked), let token = Int64(line.dropFirst(revoked.count)) {
            authentication.noteRevoked(TokenID(rawValue: token))
          } else {
            await scheduler.hear(line)
          }
        },
        missed: {
          if leadership.isLeading { return }
          scheduler.missChanges()
          await authentication.noteGap()
        },
        overtaken: seat.giveUp,
        reconnected: {
          // The one that leads has its own connection again before another server takes its place.
          if leadership.isLeading { try? await store.touch() }
        }), clock: { SystemClock().now }, log: log)
    scheduler.relayChanges(to: presence.tell)
    authentication.whenRevoked { presence.tell("\(revoked)\($0)") }
    return presence
  }
}
