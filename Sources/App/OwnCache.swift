import Concurrency
import Crypto
import Model
import NixCache
import Store

/// The cache of this server's own that builds with Nix push to, where they name no other. The way in is a token that is
/// nowhere but in this process.
final class OwnCache: Sendable {
  private let name: String?
  private let owner: UserID
  private let token = SecureRandom.token()
  private let address = Lock<String?>(nil)

  /// The cache of this name; nil for none.
  init(name: String?, owner: UserID) {
    self.name = name
    self.owner = owner
  }

  /// Makes the cache where it is not there yet: private, with a key that signs.
  func prepare(in caches: NixCache) async throws {
    guard let name else { return }
    var new = NewCache(name: name)
    new.isPublic = false
    do { _ = try await caches.create(new, owner: owner, signs: true) } catch CacheError.taken {}
  }

  /// Says where the server listens: `host:port`.
  func listens(at address: String) { self.address.withLock { $0 = address } }

  /// The destination; nil without a name, and as long as nothing listens.
  @Sendable func push() -> NixPush? {
    guard let name, let address = address.withLock({ $0 }) else { return nil }
    return NixPush(target: "http://\(address)/cache/\(name)", token: token)
  }

  /// Its path on the server; nil without a name.
  var path: String? { name.map { "/cache/\($0)" } }

  /// Whether a cache of this name is this one, and `user`, whose agent's token was given, the server's own.
  func isOpen(_ cache: String, to user: UserID?) -> Bool { cache == name && user == owner }

  /// Whose token this is, where it is the one that was made here.
  func owner(of token: String) -> UserID? { ConstantTime.equal(token, self.token) ? owner : nil }
}
