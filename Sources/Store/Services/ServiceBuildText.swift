internal import FoundationEssentials
internal import Model

/// What a service's build is about, as the column `builds.service_build` holds it: JSON.
enum ServiceBuildText {
  static func encode(_ build: ServiceBuild) throws -> String {
    String(decoding: try JSONEncoder().encode(build), as: UTF8.self)
  }

  /// `id` is the build's number, for the error.
  static func decode(_ text: String, _ id: Int64) throws -> ServiceBuild {
    do { return try JSONDecoder().decode(ServiceBuild.self, from: Data(text.utf8)) } catch {
      throw StoreError.damaged(table: "builds", id: id, detail: "what it says about its service is not valid: \(error)")
    }
  }
}

extension DatabaseConnection {
  /// Stores what of a service's build is on the forge.
  func store(_ progress: ServiceProgress, of build: BuildID) throws {
    guard var service = try self.build(build)?.service else {
      throw StoreError.missing(table: "builds", id: build.rawValue)
    }
    service.progress = progress
    try execute(
      "UPDATE builds SET service_build = $2 WHERE id = $1",
      [.integer(build.rawValue), .text(try ServiceBuildText.encode(service))])
  }
}
