internal import Concurrency
internal import Model
internal import Store

/// What a build is called in lists: its comment, else its namespace, else its first source. Sources stand in the plan,
/// which never changes, so what was found once is remembered.
struct BuildTitles: Sendable {
  private static let rememberedLimit = 10_000
  private let store: Store
  private let remembered: Lock<[BuildID: String]>
  private let sources: Lock<[BuildID: String]>

  init(store: Store) {
    self.store = store
    remembered = Lock([:])
    sources = Lock([:])
  }

  /// The name of a build's first source, without a password; nil where it has none.
  func source(of build: Build) async throws -> String? {
    if let known = sources.withLock({ $0[build.id] }) { return known.isEmpty ? nil : known }
    let source = try await store.plan(of: build.id, owner: build.owner)?.sources.first.map { Self.sourceName($0.url) }
    sources.withLock { sources in
      if sources.count >= Self.rememberedLimit { sources.removeAll() }
      sources[build.id] = source ?? ""
    }
    return source
  }

  /// The title of a build.
  func title(of build: Build) async throws -> String {
    if let comment = Self.firstLine(build.trigger.comment) { return comment }
    if let namespace = build.namespace { return namespace }
    if let known = remembered.withLock({ $0[build.id] }) { return known }
    var title = Self.title(of: try await store.plan(of: build.id, owner: build.owner), kind: build.kind)
    if let command = NixRequestText(build.trigger)?.command {
      title = try await source(of: build).map { "\($0) · \(command)" } ?? command
    }
    remembered.withLock { remembered in
      if remembered.count >= Self.rememberedLimit { remembered.removeAll() }
      remembered[build.id] = title
    }
    return title
  }

  static func title(of plan: Plan?, kind: BuildKind) -> String {
    if let source = plan?.sources.first { return sourceName(source.url) }
    if let job = plan?.jobs.first(where: { $0.stage.name != setupStageName }) {
      return "\(job.stage.name) · \(job.job.name)"
    }
    return "\(kind.rawValue) build"
  }

  /// `host/owner/project` of an address, without a password that it may hold.
  static func sourceName(_ url: String) -> String {
    var text = url[...]
    if let scheme = text.range(of: "://") { text = text[scheme.upperBound...] }
    let authority = text.prefix { $0 != "/" }
    if let at = authority.lastIndex(of: "@") { text = text[text.index(after: at)...] }
    if text.hasSuffix(".git") { text = text.dropLast(4) }
    while text.hasSuffix("/") { text = text.dropLast() }
    return text.isEmpty ? url : String(text)
  }

  private static func firstLine(_ text: String) -> String? {
    let line = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
    return line.map { String($0.prefix(200)) }
  }
}

extension Substring {
  /// Where `text` first stands.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      formIndex(after: &start)
    }
    return nil
  }
}
