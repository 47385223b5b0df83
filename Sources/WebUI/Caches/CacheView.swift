internal import Model
internal import NixFormat
internal import Store

/// The page of a binary cache.
struct CacheView: Sendable {
  var cache: BinaryCache
  var tokens: [CacheToken]
  var paths: [CachePath]
  var filter: CachePathFilter
  var hasMore: Bool
  var address: String
  /// A token that was made just now.
  var newToken: String?
  var now: Timestamp

  var title: String { cache.name }
  private var uri: String { "\(address)/cache/\(cache.name)" }

  var html: HTML {
    """
    <div id="cache" data-cache="\(cache.name)">
    <nav class="crumbs" aria-label="Where you are"><a href="/caches">Binary caches</a></nav>
    <div data-live="head">\(head)</div>
    <div class="repository-grid"><div class="repository-main">
    <section class="panel" aria-labelledby="use-title" data-live="use"><div class="panel-head">\
    <h2 id="use-title">Use it</h2></div>\(use)</section>
    <section class="panel" aria-labelledby="paths-title" data-live="paths"><div class="panel-head">\
    <h2 id="paths-title">Paths</h2><span class="count">\(cache.pathCount)</span></div>\
    \(CachePathsView(cache: cache, paths: paths, filter: filter, hasMore: hasMore, now: now).html)</section></div>
    <div class="repository-side">\
    <section class="panel" aria-labelledby="figures-title" data-live="figures"><div class="panel-head">\
    <h2 id="figures-title">Usage</h2></div>\(figures)</section>
    <section class="panel" aria-labelledby="tokens-title" data-live="tokens"><div class="panel-head">\
    <h2 id="tokens-title">Tokens</h2></div>\
    \(CacheTokensView(cache: cache, tokens: tokens, newToken: newToken, now: now).html)</section>
    <section class="panel" aria-labelledby="keys-title-2" data-live="keys"><div class="panel-head">\
    <h2 id="keys-title-2">Keys</h2></div>\(CacheKeysView(cache: cache).html)</section>
    \(CacheSettingsView(cache: cache).html)</div></div></div>
    """
  }

  private var head: HTML {
    """
    <header class="build-head"><div class="build-title"><h1>\(cache.name)</h1></div>
    <div class="facts"><span class="fact">\(cache.isPublic ? "Public" : "Private")</span>\
    <span class="fact">\(cache.pathCount) \(cache.pathCount == 1 ? "path" : "paths")</span>\
    <span class="fact">\(ByteCount.text(cache.byteCount))</span>\
    <span class="fact">\(CacheListView.signer(cache))</span>\
    <span class="fact">made \(Parts.ago(cache.createdAt, now: now))</span></div></header>
    """
  }

  // How it is used.

  private var use: HTML {
    """
    <h3>Fetch from it</h3><p class="hint">Lines for <code>nix.conf</code>:</p>\(block("nix-conf", configuration))
    \(cache.isPublic ? "" : netrc)<h3>Push to it</h3>\(block("push-commands", push))
    """
  }

  private var configuration: String {
    let keys = cache.keys.map(\.key.description)
    let trusted = keys.isEmpty ? "" : "\nextra-trusted-public-keys = " + keys.joined(separator: " ")
    return "extra-substituters = \(uri)" + trusted
  }

  private var netrc: HTML {
    let host = address.split(separator: "/").last.map { $0.split(separator: ":").first.map(String.init) ?? "" } ?? ""
    return """
      <p class="hint">It is private: the file that <code>netrc-file</code> in <code>nix.conf</code> names needs a \
      token.</p>\(block("netrc", "machine \(host) login any password TOKEN"))
      """
  }

  private var push: String {
    """
    export WRIGHT_SERVER=\(address) WRIGHT_TOKEN=...
    wright cache push \(cache.name) ./result
    """
  }

  private func block(_ id: HTML, _ text: String) -> HTML {
    """
    <div class="copy-block"><pre class="code" tabindex="0" id="\(id)">\(text)</pre>\
    <button class="icon-button copy js" type="button" data-copy="\(text)" aria-label="Copy" title="Copy">\
    \(Icon.copy)</button></div>
    """
  }

  private var figures: HTML {
    let use = cache.use
    let asked = use.hits + use.misses
    let rate: HTML = asked == 0 ? "nothing yet" : "\(use.hits * 100 / asked) % of \(asked)"
    let rows: [(HTML, HTML)] = [
      ("Found", rate), ("Downloaded", "\(use.downloads), \(ByteCount.text(use.downloadedBytes))"),
      ("Pushed", "\(use.uploads), \(ByteCount.text(use.uploadedBytes))"),
      ("Collected", "\(use.collectedPaths), \(ByteCount.text(use.collectedBytes))"),
    ]
    return "<dl class=\"details figures\">\(rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" })</dl>"
  }
}
