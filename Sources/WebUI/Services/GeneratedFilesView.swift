internal import Archives
internal import Model
internal import Routing

/// The files that a service's build has generated: a tree, and one of them.
struct GeneratedFilesView: Sendable {
  var build: Build
  var generated: GeneratedFiles
  /// The path of the file that is shown.
  var chosen: String

  var title: String { "Files of \(build.service?.name ?? "") \(build.service?.tag ?? "")" }

  var html: HTML {
    """
    \(ServiceBuildHead(build: build, title: "Files", archive: generated.archive).html)
    <div class="files-grid"><nav class="panel file-tree" aria-label="Files">\(tree(generated.files.map(\.path), below: ""))</nav>
    <section class="panel file-text" aria-labelledby="file-name"><div class="panel-head"><h2 id="file-name">\
    <bdi>\(chosen)</bdi></h2><span class="muted">\(lines.count) lines</span></div>
    <pre class="code file-lines" tabindex="0" aria-label="\(chosen)">\(lines.map(line))</pre></section></div>
    """
  }

  private var lines: [Substring] {
    var lines = (generated.text(of: chosen) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private func line(_ text: Substring) -> HTML { "<span class=\"file-line\">\(text)\n</span>" }

  /// Folders first, then files; `paths` begin with `folder`.
  private func tree(_ paths: [String], below folder: String) -> HTML {
    var folders: [String] = []
    var files: [String] = []
    for path in paths {
      let rest = path.dropFirst(folder.count)
      guard let slash = rest.firstIndex(of: "/") else {
        files.append(path)
        continue
      }
      let name = String(rest[..<slash])
      if folders.last != name { folders.append(name) }
    }
    let parts = folders.map { name -> HTML in
      let inner = "\(folder)\(name)/"
      let content = tree(paths.filter { $0.hasPrefix(inner) }, below: inner)
      return "<li><details open><summary>\(name)/</summary>\(content)</details></li>"
    }
    return "<ul>\(parts)\(files.map { file($0, below: folder) })</ul>"
  }

  private func file(_ path: String, below folder: String) -> HTML {
    let current: HTML = path == chosen ? " aria-current=\"true\"" : ""
    return """
      <li><a href="/builds/\(build.id.rawValue)/files?path=\(QueryText.encode(path))"\(current)>\
      <bdi>\(path.dropFirst(folder.count))</bdi></a></li>
      """
  }
}

/// What a service's build has changed against the one before it.
struct GeneratedChangesView: Sendable {
  var build: Build
  var archive: String
  var previous: Build?
  var changes: GeneratedChanges?

  var title: String { "Changes of \(build.service?.name ?? "") \(build.service?.tag ?? "")" }

  /// More lines are not looked at on one page.
  private static let fileLimit = 200

  var html: HTML {
    "\(ServiceBuildHead(build: build, title: "Changes", archive: archive).html)\(content)"
  }

  private var content: HTML {
    guard let previous, let changes else {
      return
        "<div class=\"empty\"><h2>Nothing to compare with</h2><p>This is the service's first build, or the files of the one before are not kept any more.</p></div>"
    }
    let against: HTML = """
      <p class="lead">Against <a href="/builds/\(previous.id.rawValue)">#\(previous.number)</a>, tag \
      <bdi>\(previous.service?.tag ?? "")</bdi>, revision \(previous.service?.revision ?? 0): \(summary(changes)).</p>
      """
    return against + HTML(changes.files.prefix(Self.fileLimit).map(file))
  }

  private func summary(_ changes: GeneratedChanges) -> HTML {
    if changes.files.isEmpty { return "the same files" }
    let added = changes.files.reduce(0) { $0 + $1.difference.added }
    let removed = changes.files.reduce(0) { $0 + $1.difference.removed }
    return "\(changes.files.count) files, <span class=\"came\">+\(added)</span> <span class=\"went\">−\(removed)</span>"
  }

  private func file(_ file: GeneratedChanges.File) -> HTML {
    """
    <section class="panel file-change" aria-label="\(file.path)"><div class="panel-head"><h2><bdi>\(file.path)</bdi></h2>\
    <span class="muted">\(file.kind.rawValue)</span><span class="came">+\(file.difference.added)</span>\
    <span class="went">−\(file.difference.removed)</span></div>
    <pre class="code diff" tabindex="0" aria-label="Changes of \(file.path)">\(file.difference.hunks.map(hunk))</pre></section>
    """
  }

  private func hunk(_ lines: [LineDifference.Line]) -> HTML {
    "<span class=\"hunk\">\(lines.map(line))</span>"
  }

  private func line(_ line: LineDifference.Line) -> HTML {
    let (mark, kind): (HTML, HTML) =
      switch line.kind {
      case .same: (" ", "same")
      case .removed: ("-", "went-line")
      case .added: ("+", "came-line")
      }
    return
      "<span class=\"diff-line \(kind)\"><span class=\"diff-number\">\(line.number)</span>\(mark)\(line.text)\n</span>"
  }
}

/// What stands above the files and the changes of a build.
struct ServiceBuildHead: Sendable {
  var build: Build
  var title: HTML
  var archive: String

  var html: HTML {
    let service = build.service?.name ?? ""
    return """
      <nav class="crumbs" aria-label="Where you are"><a href="/services">Services</a>\
      <a href="/services/\(service)/builds">\(service)</a><a href="/builds/\(build.id.rawValue)">#\(build.number)</a></nav>
      <div class="page-head"><h1>\(title) <span class="muted"><bdi>\(build.service?.tag ?? "")</bdi></span></h1>\
      <div class="actions"><a class="button quiet" href="/builds/\(build.id.rawValue)/files">Files</a>\
      <a class="button quiet" href="/builds/\(build.id.rawValue)/changes">Changes</a>\
      <a class="button" href="/api/v1/builds/\(build.id.rawValue)/artifacts/\(PercentEncoding.path(archive))" download>\
      \(Icon.download)<span>Download</span></a></div></div>
      """
  }
}
