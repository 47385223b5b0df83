import Crypto
import Lifecycle
import Model
import Queue
import Store

/// Makes the first user and its token.
struct Administrator {
  var store: Store
  var folder: DataFolder
  var log: Logger

  /// Makes the user `admin` where it is missing, and a token where the file holds none that is valid. A file that was
  /// deleted or a token that was revoked is thus the way to get a new one. Returns the user.
  func prepare() async throws -> UserID {
    let now = SystemClock().now
    let admin = try await store.ensureUser(name: "admin", at: now)
    if let token = try folder.adminToken(), try await isValid(token) { return admin.id }
    let token = SecureRandom.token()
    _ = try await store.createToken(
      owner: admin.id, kind: .user, hash: try SHA256.hash(token), comment: "made by the server", at: now)
    try folder.keepAdminToken(token)
    log.info("admin token made", ["file": folder.adminTokenFile])
    return admin.id
  }

  /// The user, whom another server has made.
  func find() async throws -> UserID {
    guard let admin = try await store.user(named: "admin") else { throw StoreError.missing(table: "users", id: 0) }
    return admin.id
  }

  private func isValid(_ token: String) async throws -> Bool {
    try await store.findToken(hash: try SHA256.hash(token), at: SystemClock().now) != nil
  }
}
