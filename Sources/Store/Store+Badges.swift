internal import Crypto
public import Model

extension Store {
  /// What names the repository in addresses of its badge, which open without a token: its number, and a code that
  /// nobody can make without its secret. It is another one when the secret is. nil where the owner has no such
  /// repository.
  public func badgeName(of repository: RepositoryID, owner: UserID) async throws -> String? {
    guard let secret = try await webhookSecret(of: repository, owner: owner) else { return nil }
    return try Self.badgeName(repository, secret)
  }

  /// What a badge shows; nil for a name that is none. `branch` is a branch or tag by its short name; nil for any ref.
  public func badge(named name: String, branch: String?) async throws -> (repository: Repository, build: Build?)? {
    let number = name.prefix { $0 != "-" }
    guard let id = Int64(number).map(RepositoryID.init(rawValue:)), name.utf8.count < 100,
      let secret = try await webhookSecret(of: id), ConstantTime.equal(name, try Self.badgeName(id, secret))
    else { return nil }
    return try await database.read { connection in
      guard let repository = try connection.repository(id) else { return nil }
      return (repository, try connection.lastFinishedBuild(of: repository, branch: branch))
    }
  }

  private static func badgeName(_ repository: RepositoryID, _ secret: String) throws -> String {
    // The secret signs forges' messages too: what is signed here says that it is for a badge.
    var code = try HMACSHA256(key: Array(secret.utf8))
    code.update(Array("badge of repository \(repository)".utf8))
    return "\(repository)-" + Hexadecimal.string(Array(try code.finish().prefix(20)))
  }
}

extension DatabaseConnection {
  fileprivate func lastFinishedBuild(of repository: Repository, branch: String?) throws -> Build? {
    let final = Status.allCases.filter(\.isFinal).map { "'\($0.rawValue)'" }.joined(separator: ", ")
    var values: [DatabaseValue] = [.integer(repository.owner.rawValue), .integer(repository.id.rawValue)]
    var condition = "b.owner = $1 AND b.repository = $2 AND b.status IN (\(final))"
    if let branch {
      condition += " AND b.ref IN ($3, $4)"
      values += [.text("refs/heads/" + branch), .text("refs/tags/" + branch)]
    }
    return try first(
      Build.selection + "WHERE \(condition) ORDER BY b.id DESC LIMIT 1", values, Build.init(row:))
  }
}
