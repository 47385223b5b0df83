internal import Documents
internal import Manifest
internal import Model
internal import Routing

/// What of a repository a request says; nil for what it does not.
struct RepositoryFields {
  var watch: RefPattern?
  var every: Int64?
  /// Empty to take one away.
  var manifest: String?

  /// Reads `branch`, `tag`, `every` and `manifest`; what is wrong with one is noted in `fields`.
  init(_ fields: inout JSONFields, limits: APILimits) {
    let (branch, tag) = (fields.string("branch"), fields.string("tag"))
    if branch != nil, let tag, !tag.isEmpty {
      fields.refuse("tag", "either a branch or a tag is watched, not both")
    } else if let tag, !tag.isEmpty {
      watch = .tags(tag)
    } else if let branch {
      watch = branch.isEmpty ? .defaultBranch : .branches(branch)
    } else if tag != nil {
      watch = .defaultBranch
    }
    every = fields.integer("every")
    manifest = fields.string("manifest", allowingNUL: true)
    if let manifest, !manifest.isEmpty { Self.check(manifest, &fields, limits) }
  }

  private static func check(_ text: String, _ fields: inout JSONFields, _ limits: APILimits) {
    guard text.utf8.count <= limits.manifestBytes else {
      return fields.refuse("manifest", "a manifest may hold at most \(limits.manifestBytes) bytes")
    }
    let result = Manifest.parse(Array(text.utf8), limits: ManifestLimits(bytes: limits.manifestBytes))
    if result.manifest != nil { return }
    for error in result.errors {
      fields.refuse("manifest", line: error.line, column: error.column, error.message)
    }
  }
}
