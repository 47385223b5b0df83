internal import Model
internal import Routing
internal import Store

/// What a build has left behind.
struct ArtifactsView: Sendable {
  /// So many are shown; all are on a page of their own.
  static let limit = 100

  var build: Build
  /// The first of them, by name.
  var artifacts: [Artifact]
  /// How many there are.
  var size: ArtifactSetSize
  var jobs: [Job]
  /// The build that they are compared with.
  var previous: Build?
  var now: Timestamp

  var html: HTML {
    """
    <div class="panel-head"><h2 id="artifacts-title">Artifacts</h2>\(artifacts.isEmpty ? "" : total)\
    \(artifacts.isEmpty ? nil : compare)</div>\
    \(artifacts.isEmpty ? none : table)
    """
  }

  private var total: HTML { "<span class=\"count\">\(size.count) · \(ByteCount.text(size.bytes))</span>" }

  private var compare: HTML? {
    let folder = artifactFolder(commit: build.commit, build: build.id)
    let all: HTML = "<a href=\"/commits/\(folder)\">By commit</a>"
    guard let previous else { return build.commit == nil ? nil : "<span class=\"panel-links\">\(all)</span>" }
    // Where the commit is the same, the builds themselves are compared.
    let isSame = previous.commit == build.commit
    let mine = isSame ? "build-\(build.id)" : folder
    let other = isSame ? "build-\(previous.id)" : artifactFolder(commit: previous.commit, build: previous.id)
    return """
      <span class="panel-links">\(all) <a href="/commits/\(other)/compare/\(mine)">Compare with previous build \
      #\(previous.number)</a></span>
      """
  }

  private var none: HTML {
    build.status.isFinal
      ? "<p class=\"muted\">This build has kept no artifacts.</p>"
      : "<p class=\"muted\">None yet. They appear after the job that makes them.</p>"
  }

  private var table: HTML {
    let names = Dictionary(jobs.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
    return """
      <ul class="artifacts\(hasKinds ? " has-kinds" : "")">\(artifacts.map { row($0, job: names[$0.job] ?? "") })</ul>\(rest)
      """
  }

  /// Where there are more than are shown.
  private var rest: HTML {
    guard size.count > artifacts.count else { return "" }
    return """
      <p class="muted">The first \(artifacts.count) by name. \
      <a href="/commits/build-\(build.id.rawValue)">All \(size.count) artifacts</a></p>
      """
  }

  private func row(_ artifact: Artifact, job: String) -> HTML {
    let path = PercentEncoding.path(artifact.name)
    let folder = artifactFolder(commit: build.commit, build: build.id)
    return """
      <li data-key="\(artifact.id.rawValue)"><a class="artifact-name" \
      href="/api/v1/builds/\(build.id.rawValue)/artifacts/\(path)">\(Icon.download)<bdi>\(artifact.name)</bdi></a>
      \(hasKinds ? kind(artifact.program) : "")<span class="artifact-size">\(ByteCount.text(artifact.content.size))</span>
      <span class="artifact-hash"><code title="SHA-256 \(artifact.content.sha256)">\
      \(artifact.content.sha256.prefix(12))</code><button class="quiet icon-button copy js" type="button" \
      data-copy="\(artifact.content.sha256)" aria-label="Copy the SHA-256 of \(artifact.name)" \
      title="Copy the SHA-256">\(Icon.copy)</button></span>
      <span class="artifact-from">after <bdi>\(job)</bdi></span>
      <a class="artifact-link" href="/artifacts/\(PercentEncoding.segment(folder))/\(path)" \
      title="The same by \(build.commit == nil ? "build" : "commit")">\
      \(build.commit == nil ? "build link" : "commit link")</a></li>
      """
  }

  /// Only what was built has a kind.
  private var hasKinds: Bool { artifacts.contains { $0.program != nil } }

  /// `executable · x86_64`
  private func kind(_ program: ProgramFile?) -> HTML {
    guard let program else { return "<span class=\"artifact-kind\"></span>" }
    let architecture: HTML = program.architecture.map { " · <bdi>\($0)</bdi>" } ?? ""
    return "<span class=\"artifact-kind\">\(program.kind.title)\(architecture)</span>"
  }
}
