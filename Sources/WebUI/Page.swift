internal import Model

/// A page without what all pages share.
struct Page: Sendable {
  /// For the tab and the history.
  var title: String
  /// What the scripts should do with it: `builds`, `build`, `new-build`, or nothing.
  var name: HTML = ""
  /// Keys that this page has beside those of all pages.
  var keys: [(key: String, meaning: HTML)] = []
  /// The content of `<main>`.
  var body: HTML
}

/// What all pages share: the head, the bar above, the footer below.
struct Layout: Sendable {
  var page: Page
  var user: String?
  var assets: Assets
  var version: String
  var now: Timestamp

  var html: HTML {
    """
    <!doctype html>
    <html lang="en" data-now="\(now.milliseconds)">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(page.title) · Wright</title>
    <link rel="icon" href="\(assets.path("mark.svg"))" type="image/svg+xml">
    <script src="\(assets.path("theme.js"))"></script>
    <link rel="stylesheet" href="\(assets.path("tokens.css"))">
    <link rel="stylesheet" href="\(assets.path("base.css"))">
    <link rel="stylesheet" href="\(assets.path("pages.css"))">
    <link rel="stylesheet" href="\(assets.path("log.css"))">
    <link rel="stylesheet" href="\(assets.path("repositories.css"))">
    <link rel="stylesheet" href="\(assets.path("caches.css"))">
    <link rel="stylesheet" href="\(assets.path("agents.css"))">
    <link rel="stylesheet" href="\(assets.path("services.css"))">
    <link rel="stylesheet" href="\(assets.path("editor.css"))">
    <link rel="stylesheet" href="\(assets.path("service-builds.css"))">
    <script type="module" src="\(assets.path("app.js"))"></script>
    </head>
    <body data-page="\(page.name)">
    <a class="skip" href="#main">Skip to content</a>
    \(bar)
    <main id="main" tabindex="-1">\(page.body)</main>
    \(footer)
    <div class="sr-only" id="announcer" role="status"></div>
    <div class="toast" id="toast" role="alert" hidden></div>
    \(keys)
    </body>
    </html>

    """
  }

  private var bar: HTML {
    let navigation: HTML = """
      <nav class="bar-nav" aria-label="Main"><a href="/builds">Builds</a>\
      <a href="/repositories">Repositories</a><a href="/caches">Caches</a><a href="/services">Services</a>\
      <a href="/data-sources">Data sources</a><a href="/agents">Agents</a><a href="/builds/new">New build</a></nav>
      """
    return """
      <header class="bar"><div class="bar-in">
      <a class="brand" href="/" aria-label="Wright, all builds">\(Icon.mark)<span>Wright</span></a>
      \(user == nil ? "" : navigation)
      <div class="bar-end">
      <button class="quiet icon-button js" type="button" id="keys-button" aria-label="Keyboard shortcuts" \
      title="Keyboard shortcuts (?)">\(Icon.keyboard)</button>
      <button class="quiet icon-button js" type="button" id="theme-button" aria-label="Switch between light and dark" \
      title="Light or dark">\(Icon.theme)</button>
      \(user.map(signOut))
      </div></div></header>
      """
  }

  private func signOut(_ user: String) -> HTML {
    """
    <form method="post" action="/sign-out" class="who"><a class="who-name" href="/profile" title="Profile"><bdi>\(user)</bdi></a>\
    <button class="quiet" type="submit">Sign out</button></form>
    """
  }

  private var footer: HTML {
    """
    <footer class="foot"><div class="foot-in"><span>Wright \(version)</span>\
    <nav aria-label="More"><a href="/docs">API</a><a href="/metrics">Metrics</a></nav></div></footer>
    """
  }

  private var keys: HTML {
    let table: [(String, HTML)] = [
      ("/", "Search the list, or find in the log"), ("j", "Next in the list"), ("k", "Previous in the list"),
      ("Enter", "Open"), ("f", "Follow the log"), ("e", "Jump to the first error"), ("m", "Next compiler message"),
      ("M", "Previous compiler message"), ("g", "Start of the log"),
      ("G", "End of the log"), ("w", "Wrap the log's long lines"), ("?", "This list"),
    ]
    let own = page.keys.isEmpty ? table : page.keys.map { ($0.key, $0.meaning) } + [("?", "This list")]
    return """
      <dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keyboard shortcuts</h2><dl class="keys">\
      \(own.map { "<div><dt><kbd>\($0.0)</kbd></dt><dd>\($0.1)</dd></div>" })</dl>\
      <form method="dialog"><button class="primary" type="submit">Close</button></form></dialog>
      """
  }
}
