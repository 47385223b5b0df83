internal import FoundationEssentials
internal import Model

/// A repository as the server describes it.
struct RepositoryDocument: Decodable, Sendable {
  struct BuildReference: Decodable, Sendable {
    var id: Int64
    var number: Int64?
    var status: String
    var created_at: Timestamp
    var state: Status { Status(rawValue: status) ?? .running }
  }
  struct RefDocument: Decodable, Sendable {
    var name: String
    var commit: String
    var moved_at: Timestamp
    var deleted_at: Timestamp?
    var build_id: Int64?
  }

  var id: Int64
  var url: String
  var branch: String?
  var tag: String?
  var every: Int64
  var enabled: Bool
  var namespace: String?
  var last_commit: String?
  var last_build: BuildReference?
  var last_checked_at: Timestamp?
  var next_check_at: Timestamp?
  var error: String?
  var error_since: Timestamp?
  var notice: String?
  var refs: [RefDocument]?

  /// What is watched, in words.
  var watched: String { tag.map { "tags \($0)" } ?? branch ?? "default branch" }
}

/// Shows repositories. Pure.
struct RepositoryText {
  let style: Style
  let now: Timestamp

  /// A line a repository.
  func table(_ repositories: [RepositoryDocument], width: Int?) -> String {
    var table = TextTable(["REPO", "STATUS", "WATCHED", "COMMIT", "BUILD", "CHECK", "ADDRESS"], width: width)
    for repository in repositories {
      let state = repository.last_build?.state
      table.add([
        .init("\(repository.id)"),
        .init(
          state?.title ?? "Never built", paint: { text in state.map { style.status(text, $0) } ?? style.dim(text) }),
        .init(repository.watched), .init(String(repository.last_commit?.prefix(8) ?? "")),
        .init(repository.last_build.map { "#\($0.id), \((now - $0.created_at).age) ago" } ?? ""),
        .init(check(repository), paint: { repository.error == nil ? $0 : style.red($0) }), .init(repository.url),
      ])
    }
    return table.text(style)
  }

  private func check(_ repository: RepositoryDocument) -> String {
    if !repository.enabled { return "off" }
    if let since = repository.error_since { return "failing for \((now - since).age)" }
    guard let next = repository.next_check_at else { return "" }
    return next <= now ? "now" : "in \((next - now).age)"
  }

  /// All there is to say of one.
  func page(_ repository: RepositoryDocument) -> String {
    var rows: [(String, String?)] = [
      ("watched", repository.watched), ("every", Duration.seconds(repository.every).quantity),
    ]
    rows += [("checked", repository.enabled ? repository.last_checked_at?.rfc3339 ?? "not yet" : "disabled")]
    rows += [("next", repository.next_check_at?.rfc3339), ("error", repository.error), ("notice", repository.notice)]
    rows += [("namespace", repository.namespace), ("commit", repository.last_commit)]
    rows += [("build", repository.last_build.map { "#\($0.id) \($0.state.title)" })]
    let lines = rows.compactMap { name, value -> String? in
      guard let value, !value.isEmpty else { return nil }
      return "  \(style.dim(name))\(String(repeating: " ", count: 11 - name.count))\(BuildRenderer.safe(value))"
    }
    let title = style.bold("Repository \(repository.id)") + "  " + BuildRenderer.safe(repository.url)
    return ([title] + lines).joined(separator: "\n") + "\n" + refs(repository.refs ?? [])
  }

  private func refs(_ refs: [RepositoryDocument.RefDocument]) -> String {
    guard !refs.isEmpty else { return "" }
    var table = TextTable(["REF", "COMMIT", "MOVED", "BUILD"])
    for ref in refs {
      let gone = ref.deleted_at == nil ? "" : " (deleted)"
      table.add([
        .init(ref.name + gone), .init(String(ref.commit.prefix(12))), .init("\((now - ref.moved_at).age) ago"),
        .init(ref.build_id.map { "#\($0)" } ?? ""),
      ])
    }
    return "\n" + table.text(style)
  }
}

extension Timestamp {
  /// The time now.
  static var present: Timestamp {
    Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
  }
}
