internal import Model

/// What a build has built, fetched and pushed with Nix; what runs, and what failed, first.
struct NixView: Sendable {
  var progress: [NixProgress]
  /// How many are shown; a large build has thousands.
  private static let limit = 60

  /// Always there, so that the first derivation can appear while the build runs.
  var html: HTML {
    """
    <section class="panel" id="nix" aria-labelledby="nix-title" data-live="nix"\
    \(progress.isEmpty ? " hidden" : "")>\(progress.isEmpty ? "" : content)</section>
    """
  }

  private func sum(_ number: KeyPath<NixProgress, Int64>) -> Int64 { progress.reduce(0) { $0 + $1[keyPath: number] } }

  private var content: HTML {
    """
    <div class="panel-head"><h2 id="nix-title">Derivations</h2><span class="count">\(counts)</span></div>\
    \(progress.compactMap(\.push).map(push))\(list)
    """
  }

  private var counts: HTML {
    var parts: [HTML] = ["\(sum(\.built)) built"]
    if sum(\.failed) > 0 { parts.append("\(sum(\.failed)) failed") }
    if sum(\.fetched) > 0 {
      let bytes = sum(\.fetchedBytes)
      parts.append("\(sum(\.fetched)) fetched\(bytes > 0 ? ", \(ByteCount.text(bytes))" : "")")
    }
    return parts.dropFirst().reduce(parts[0]) { "\($0) · \($1)" }
  }

  private func push(_ push: NixProgress.Push) -> HTML {
    let words: HTML = push.isOver ? "Pushed" : "Pushing:"
    return """
      <p class="nix-push">\(words) \(push.pushed) paths, \(ByteCount.text(push.bytes)) sent as \
      \(ByteCount.text(push.sentBytes)), to <bdi>\(push.target)</bdi>; \(push.present) were there.</p>
      """
  }

  /// The newest of each state: what runs, what failed, what is done.
  private var items: [NixProgress.Item] {
    let all = progress.flatMap(\.items)
    let order: [NixProgress.Item.State] = [.running, .failed, .done]
    return order.flatMap { state in all.reversed().filter { $0.state == state } }
  }

  private var list: HTML {
    let items = items
    if items.isEmpty { return "<p class=\"muted\">Nothing had to be built or fetched.</p>" }
    let named = progress.reduce(0) { $0 + Int64($1.items.count) }
    let all = max(named, sum(\.built) + sum(\.failed) + sum(\.fetched))
    let rest = all - Int64(min(items.count, Self.limit))
    return """
      <ol class="tests nix">\(items.prefix(Self.limit).map(row))</ol>\
      \(rest > 0 ? "<p class=\"muted\">and \(rest) more; the log has all of them</p>" : "")
      """
  }

  private func row(_ item: NixProgress.Item) -> HTML {
    let status = Self.status(item.state)
    let facts = [item.bytes.map { ByteCount.text($0) }, item.milliseconds.map { Duration.milliseconds($0).quantity }]
      .compactMap(\.self).joined(separator: " · ")
    return """
      <li data-key="n\(item.kind.rawValue)\(item.path)" data-status="\(status.rawValue)"><span class="status">\
      \(Icon.status(status))<span>\(Self.word(item))</span></span><div class="test-line"><span class="test-name" \
      title="/nix/store/\(item.path)"><bdi>\(item.name)</bdi></span><span class="test-time">\(facts)</span></div></li>
      """
  }

  private static func status(_ state: NixProgress.Item.State) -> Status {
    switch state {
    case .running: .running
    case .done: .passed
    case .failed: .failed
    }
  }

  private static func word(_ item: NixProgress.Item) -> HTML {
    switch (item.kind, item.state) {
    case (.build, .running): "Building"
    case (.build, .done): "Built"
    case (.fetch, .running): "Fetching"
    case (.fetch, .done): "Fetched"
    case (_, .failed): "Failed"
    }
  }
}
