internal import Model
internal import Store

/// The page of a build. Parts with `data-live` are fetched anew on changes and put in where they differ.
struct BuildView: Sendable {
  var build: Build
  var jobs: [Job]
  /// The job whose log is shown.
  var job: Job?
  /// Whether the reader asked for that job; else the page goes on to whichever runs.
  var isChosen: Bool
  /// The first of them, by name.
  var artifacts: [Artifact]
  /// How many there are.
  var size: ArtifactSetSize
  var title: String
  var user: String
  var now: Timestamp
  var driver: String?
  var timeoutSeconds: Int64?
  var manifest: String?
  var plainLog: PlainLog?
  var showsAllJobs = false
  /// The registered repository that it was queued for.
  var repository: Repository?
  /// Why no agent has taken it yet.
  var obstacle: String?
  /// What was found in its logs and reports.
  var results = BuildResultsPart()
  /// What it has done with Nix.
  var nix: [NixProgress] = []
  /// The build that its artifacts are compared with.
  var previous: Build?

  var pageTitle: String { "\(build.status.title): #\(build.number) \(title)" }

  var html: HTML {
    """
    <div id="build" data-build="\(build.id.rawValue)" data-chosen="\(isChosen ? 1 : 0)">
    <nav class="crumbs" aria-label="Where you are"><a href="/builds">Builds</a></nav>
    <div data-live="head" data-status="\(build.status.rawValue)" data-final="\(build.status.isFinal ? 1 : 0)" \
    data-title="\(pageTitle)">\(head.html)</div>
    <div class="build-grid">
    <nav class="rail" aria-label="Jobs" data-live="jobs" data-selected="\(job?.id.rawValue ?? 0)">\
    \(JobRailView(build: build, jobs: jobs, selected: job?.id, now: now, showsAll: showsAllJobs).html)</nav>
    <div class="build-main">\(ServicePanel(build: build).html)\(log)\(NixView(progress: nix).html)\(MessagesView(build: build, part: results, path: path).html)\
    \(TestsView(build: build, part: results, path: path).html)
    <section class="panel" id="artifacts" aria-labelledby="artifacts-title" data-live="artifacts">\
    \(ArtifactsView(build: build, artifacts: artifacts, size: size, jobs: jobs, previous: previous, now: now).html)</section>
    <div class="part"\(manifestMark)>\(manifest.flatMap { $0.isEmpty ? nil : manifestPanel($0) })</div>
    <section class="panel" id="trigger" aria-labelledby="trigger-title">\
    \(DetailsView(build: build, user: user, driver: driver, timeoutSeconds: timeoutSeconds).html)</section>
    </div></div></div>
    """
  }

  /// True where the manifest is found out while the build runs; else it never changes, and refreshes leave it out.
  static func hasLiveManifest(_ build: Build) -> Bool { build.kind == .program || build.kind == .nix }

  private var manifestMark: HTML { Self.hasLiveManifest(build) ? " data-live=\"manifest\"" : "" }

  /// The page's path.
  private var path: String {
    isChosen ? "/builds/\(build.id)" + (job.map { "/jobs/\($0.id)" } ?? "") : "/builds/\(build.id)"
  }

  private var head: BuildHeadView {
    let wrong = [Status.failed, .passedWithFailures, .timedOut].contains(build.status)
    let culprit = wrong ? jobs.first { $0.status == .failed || $0.status == .timedOut } : nil
    return BuildHeadView(
      build: build, title: title, user: user, now: now, culprit: culprit, obstacle: obstacle,
      repository: repository)
  }

  private var log: HTML {
    guard let job else { return "<section class=\"panel\"><p class=\"empty\">This build has no jobs.</p></section>" }
    return LogPanelView(build: build, job: job, plain: plainLog, now: now).html
  }

  private var open: HTML { " open" }
  private var isProgram: Bool { build.kind == .program }
  private var export: HTML {
    """
    <a class="export" href="/api/v1/builds/\(build.id.rawValue)/manifest" download>\(Icon.download)Start from this manifest</a>
    """
  }

  private func manifestPanel(_ text: String) -> HTML {
    """
    <section class="panel" id="manifest" aria-labelledby="manifest-title"><details\(text.utf8.count < 4000 ? open : "")>\
    <summary><h2 id="manifest-title">Manifest</h2>\(isProgram ? export : "")</summary>\
    <pre class="code numbered" tabindex="0" aria-label="Manifest">\(ManifestHighlight.html(text))</pre></details></section>
    """
  }
}
