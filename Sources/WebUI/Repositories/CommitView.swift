internal import Model
internal import Routing
internal import Store

/// The artifacts of a commit, of several builds the newest that has each.
struct CommitView: Sendable {
  /// Artifacts of a page.
  static let limit = 500

  var set: ArtifactSet
  /// Newest first.
  var builds: [Build]
  /// The build before the newest one.
  var previous: Build?
  /// One more than the limit where there are more.
  var artifacts: [Artifact]
  var size: ArtifactSetSize
  var isFirst: Bool
  var now: Timestamp

  var title: String { "Artifacts of \(set.shortName)" }

  var html: HTML {
    """
    <nav class="crumbs" aria-label="Where you are"><a href="/builds">Builds</a></nav>
    <div class="build-title commit-title"><h1>Artifacts of <code>\(set.shortName)</code></h1>\(compareLink)</div>
    <div class="facts">\(builds.map(build))<span class="fact">\(size.count) \(size.count == 1 ? "artifact" : "artifacts"), \
    \(ByteCount.text(size.bytes))</span></div>
    <section class="panel">\(artifacts.isEmpty ? none : table)</section>\(pager)
    """
  }

  private var none: HTML { "<p class=\"empty\">No artifacts are kept.</p>" }

  private var compareLink: HTML {
    guard let previous, let name = previous.artifactSetName(beside: set) else { return "" }
    return """
      <p class="actions"><a class="button" href="/commits/\(name)/compare/\(set.name)">Compare with #\(previous.number)\
      </a></p>
      """
  }

  private func build(_ build: Build) -> HTML {
    """
    <span class="fact">\(Parts.badge(build.status)) <a href="/builds/\(build.id.rawValue)">#\(build.number)</a> \
    \(Parts.ago(build.createdAt, now: now))</span>
    """
  }

  private var table: HTML {
    """
    <div class="table-scroll"><table class="files"><thead><tr><th scope="col">Artifact</th><th scope="col">Kind</th>\
    <th scope="col" class="end">Size</th></tr></thead><tbody>\(artifacts.prefix(Self.limit).map(row))</tbody></table></div>
    """
  }

  private func row(_ artifact: Artifact) -> HTML {
    """
    <tr><th scope="row"><a href="/artifacts/\(set.name)/\(PercentEncoding.path(artifact.name))">\
    <bdi>\(artifact.name)</bdi></a></th><td>\(FileKindText.html(artifact.program))</td>\
    <td class="end">\(ByteCount.text(artifact.content.size))</td></tr>
    """
  }

  private var pager: HTML {
    guard artifacts.count > Self.limit || !isFirst else { return "" }
    let last = artifacts.prefix(Self.limit).last?.name ?? ""
    let next: HTML =
      artifacts.count > Self.limit
      ? "<a class=\"button\" rel=\"next\" href=\"/commits/\(set.name)?after=\(QueryText.encode(last))\">More</a>" : ""
    let first: HTML = isFirst ? "" : "<a class=\"button\" href=\"/commits/\(set.name)\">From the beginning</a>"
    return "<nav class=\"pager\" aria-label=\"Pages\">\(first)\(next)</nav>"
  }
}

/// How the artifacts of two commits differ.
struct ComparisonView: Sendable {
  /// Differences of each kind that are listed.
  static let limit = 500

  var before: ArtifactSet
  var after: ArtifactSet
  var comparison: ArtifactComparison
  var changes: [ArtifactChangeKind: [ArtifactChange]]

  var title: String { "\(before.shortName) and \(after.shortName)" }

  var html: HTML {
    """
    <nav class="crumbs" aria-label="Where you are"><a href="/commits/\(after.name)">Artifacts of \(after.shortName)</a></nav>
    <div class="build-title commit-title"><h1><code>\(before.shortName)</code> → <code>\(after.shortName)</code></h1>\
    <p class="actions"><a class="button" href="/commits/\(after.name)/compare/\(before.name)">The other way</a></p></div>
    <div class="facts"><span class="fact">\(comparison.added) added</span><span class="fact">\(comparison.removed) removed\
    </span><span class="fact">\(comparison.changed) changed</span><span class="fact">\(comparison.unchanged) unchanged</span>\
    <span class="fact">\(ByteCount.text(comparison.before.bytes)) → \(ByteCount.text(comparison.after.bytes)) \
    \(delta(comparison.after.bytes - comparison.before.bytes))</span></div>
    \(isSame ? same : HTML([ArtifactChangeKind.changed, .added, .removed].map(section)))
    """
  }

  private var isSame: Bool { comparison.added + comparison.removed + comparison.changed == 0 }
  private var same: HTML {
    "<section class=\"panel\"><p class=\"empty\">Nothing differs: every artifact has the same bytes.</p></section>"
  }

  private func section(_ kind: ArtifactChangeKind) -> HTML {
    let count = comparison[kind]
    guard count > 0 else { return "" }
    let rows = changes[kind] ?? []
    let rest: HTML =
      count > Int64(rows.count)
      ? """
      <p class="hint">The first \(rows.count) of \(count) by name. \
      <a href="/api/v1/commits/\(before.name)/compare/\(after.name)">All of them as JSON</a></p>
      """ : ""
    return """
      <section class="panel" aria-labelledby="\(kind.rawValue)-title"><div class="panel-head">\
      <h2 id="\(kind.rawValue)-title">\(kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst())</h2>\
      <span class="count">\(count)</span></div><div class="table-scroll"><table class="files"><thead><tr>\
      <th scope="col">Artifact</th><th scope="col">Kind</th><th scope="col" class="end">Size</th>\
      <th scope="col" class="end">Change</th></tr></thead><tbody>\(rows.map(row))</tbody></table></div>\(rest)</section>
      """
  }

  private func row(_ change: ArtifactChange) -> HTML {
    let set = change.kind == .removed ? before : after
    return """
      <tr data-change="\(change.kind.rawValue)"><th scope="row">\
      <a href="/artifacts/\(set.name)/\(PercentEncoding.path(change.name))"><bdi>\(change.name)</bdi></a></th>\
      <td>\(FileKindText.html(change.program))</td><td class="end">\(sizes(change))</td>\
      <td class="end">\(delta(change.delta))</td></tr>
      """
  }

  private func sizes(_ change: ArtifactChange) -> HTML {
    let texts = [change.before, change.after].compactMap { $0.map { ByteCount.text($0.content.size) } }
    return "\(texts.joined(separator: " → "))"
  }

  private func delta(_ bytes: Int64) -> HTML {
    "<span class=\"delta\" data-sign=\"\(bytes.signum())\">\(ByteCount.difference(bytes))</span>"
  }
}

/// What a file is, in words.
enum FileKindText {
  static func html(_ program: ProgramFile?) -> HTML {
    guard let program else { return "" }
    let name: HTML =
      switch program.kind {
      case .executable: "Executable"
      case .sharedLibrary: "Shared library"
      case .staticLibrary: "Static library"
      case .object: "Object"
      }
    return "\(name)\(program.architecture.map { " <span class=\"muted\">\($0)</span>" })"
  }
}

extension ArtifactSet {
  /// For people: the first ten digits of a commit, or `build-12`.
  var shortName: String {
    switch self {
    case .commit(let commit): String(commit.prefix(10))
    case .build: name
    }
  }
}

extension Build {
  /// What names its artifacts where they are compared with those of `other`: its commit, or the build alone where it
  /// has none or the same; nil where `other` is that too.
  func artifactSetName(beside other: ArtifactSet) -> String? {
    let name = commit.map { $0 == other.name ? "build-\(id)" : $0 } ?? "build-\(id)"
    return name == other.name ? nil : name
  }
}
