public import Model

extension Store {
  /// Keeps a build's artifacts from curation, or no longer. nil where there is no such build.
  public func setPinned(_ id: BuildID, _ pinned: Bool) async throws -> Build? {
    try await database.write { connection in
      try connection.execute(
        "UPDATE builds SET pinned = $2 WHERE id = $1", [.integer(id.rawValue), .integer(pinned ? 1 : 0)])
      return try connection.build(id)
    }
  }

  /// Adds tags after those that are there; one that is there already is left. nil where there is no such build.
  public func addTags(_ id: BuildID, _ tags: [String]) async throws -> Build? {
    try await database.write { connection in
      guard let build = try connection.build(id) else { return nil }
      var all = build.tags
      for tag in tags where !all.contains(tag) { all.append(tag) }
      guard all != build.tags else { return build }
      try connection.insertTags(tags, build: id, owner: build.owner)
      return try connection.setTags(all, of: build)
    }
  }

  /// Removes a tag; an absent one is fine. nil where there is no such build.
  public func removeTag(_ id: BuildID, _ tag: String) async throws -> Build? {
    try await database.write { connection in
      guard let build = try connection.build(id) else { return nil }
      guard build.tags.contains(tag) else { return build }
      try connection.execute(
        "DELETE FROM build_tags WHERE build = $1 AND tag = $2", [.integer(id.rawValue), .text(tag)])
      return try connection.setTags(build.tags.filter { $0 != tag }, of: build)
    }
  }
}

extension DatabaseConnection {
  /// Writes the tags that lists show and searches find; `build_tags` has been changed already.
  fileprivate func setTags(_ tags: [String], of build: Build) throws -> Build {
    var build = build
    build.tags = tags
    try execute(
      "UPDATE builds SET tags = $2 WHERE id = $1",
      [.integer(build.id.rawValue), tags.isEmpty ? .null : .text(TextFields.encode(tags))])
    try refreshSearch(of: build)
    return build
  }

  /// Makes a search find the build's present tags and commit.
  func refreshSearch(of build: Build) throws {
    let text = try first("SELECT search FROM builds WHERE id = $1", [.integer(build.id.rawValue)]) { $0.text(0) ?? "" }
    try execute(
      "UPDATE builds SET search = $2 WHERE id = $1",
      [
        .integer(build.id.rawValue),
        .text(SearchText.replacing(text ?? "", tags: build.tags, commit: build.commit)),
      ])
  }
}
