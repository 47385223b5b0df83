internal import Crypto
internal import FoundationEssentials
public import Model

extension Sealer.Purpose {
  /// Tokens and all else that a service's builds need.
  static let buildConfiguration = Self(rawValue: "build_configurations.configuration")
}

extension Store {
  /// What a service's builds need to know, secrets included; empty where nobody has given anything.
  public func buildConfiguration(of service: ServiceID) async throws -> BuildConfiguration {
    let sealed = try await database.read { connection in
      try connection.first(
        "SELECT configuration FROM build_configurations WHERE service = $1", [.integer(service.rawValue)]
      ) { $0.bytes(0) ?? [] }
    }
    guard let sealed else { return BuildConfiguration() }
    do {
      let json = try sealer.open(sealed, for: .buildConfiguration)
      return try JSONDecoder().decode(BuildConfiguration.self, from: Data(json.utf8))
    } catch {
      throw StoreError.damaged(table: "build_configurations", id: service.rawValue, detail: "\(error)")
    }
  }

  /// Changes what a service's builds need to know, as a whole; nobody else changes it meanwhile. Returns it as it is then.
  public func changeBuildConfiguration(
    of service: ServiceID, owner: UserID, at now: Timestamp,
    _ change: @escaping @Sendable (BuildConfiguration) -> BuildConfiguration
  ) async throws -> BuildConfiguration {
    let sealer = sealer
    return try await database.write { connection in
      let sealed = try connection.first(
        "SELECT configuration FROM build_configurations WHERE service = $1", [.integer(service.rawValue)]
      ) { $0.bytes(0) ?? [] }
      let present = try sealed.map { sealed in
        try JSONDecoder().decode(
          BuildConfiguration.self, from: Data(try sealer.open(sealed, for: .buildConfiguration).utf8))
      }
      let changed = change(present ?? BuildConfiguration())
      let text = String(decoding: try JSONEncoder().encode(changed), as: UTF8.self)
      try connection.execute(
        """
        INSERT INTO build_configurations (service, owner, configuration, saved_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (service) DO UPDATE SET configuration = excluded.configuration, saved_at = excluded.saved_at
        """,
        [
          .integer(service.rawValue), .integer(owner.rawValue),
          .bytes(try sealer.seal(text, for: .buildConfiguration)), .integer(now.milliseconds),
        ])
      return changed
    }
  }
}
