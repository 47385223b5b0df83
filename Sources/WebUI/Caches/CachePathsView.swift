internal import Model
internal import NixFormat
internal import Store

/// The paths of a cache: a search, a table, and the way to the next page.
struct CachePathsView: Sendable {
  var cache: BinaryCache
  var paths: [CachePath]
  var filter: CachePathFilter
  var hasMore: Bool
  var now: Timestamp

  var html: HTML {
    """
    <form class="filter-form path-search" method="get" action="/caches/\(cache.name)" role="search" \
    aria-label="Paths"><label class="field inline grow"><span class="sr-only">Search</span>\(Icon.search)\
    <input type="search" name="search" id="search" value="\(filter.search ?? "")" placeholder="Name or hash…" \
    autocomplete="off" spellcheck="false" maxlength="200"></label><button type="submit">Search</button></form>
    \(paths.isEmpty ? empty : table)\(pager)
    """
  }

  private var empty: HTML {
    if filter.search != nil || filter.cursor != nil {
      return "<p class=\"muted\">No path matches. <a href=\"/caches/\(cache.name)\">All paths</a></p>"
    }
    return "<p class=\"muted\">Nothing has been pushed yet.</p>"
  }

  private var table: HTML {
    """
    <div class="table-scroll"><table class="paths"><thead><tr><th scope="col">Name</th><th scope="col" class="end">Size\
    </th><th scope="col">Pushed</th><th scope="col"><span class="sr-only">Actions</span></th></tr></thead>\
    <tbody>\(paths.map(row))</tbody></table></div>
    """
  }

  private func row(_ path: CachePath) -> HTML {
    """
    <tr data-key="\(path.path.hash)"><th scope="row"><bdi>\(path.path.name)</bdi>\
    <code class="path-hash" title="\(path.path.description)">\(path.path.hash)</code></th>\
    <td class="end" title="\(path.narSize) bytes unpacked">\(ByteCount.text(path.fileSize))</td>\
    <td>\(Parts.ago(path.createdAt, now: now))</td><td class="path-actions">\(pin(path))\(remove(path))</td></tr>
    """
  }

  private func pin(_ path: CachePath) -> HTML {
    let (action, words): (HTML, HTML) = path.isPinned ? ("unpin", "Pinned") : ("pin", "Pin")
    let title: HTML = path.isPinned ? "Let it be collected" : "Never collect it"
    return form(
      path, action,
      """
      <button class="quiet" type="submit" title="\(title)" aria-pressed="\(path.isPinned ? "true" : "false")">\
      \(Icon.pin)<span>\(words)</span><span class="sr-only"> \(path.path.name)</span></button>
      """)
  }

  private func remove(_ path: CachePath) -> HTML {
    """
    <details class="more confirm" data-pop><summary class="button quiet icon-button" role="button" \
    aria-label="Delete \(path.path.name)" title="Delete">\(Icon.cross)</summary>\
    \(form(path, "paths/delete", "<button class=\"danger-solid\" type=\"submit\">Yes, delete it</button>"))</details>
    """
  }

  private func form(_ path: CachePath, _ action: HTML, _ button: HTML) -> HTML {
    """
    <form method="post" action="/caches/\(cache.name)/\(action)\(filter.query)" data-action="\(action)">\
    <input type="hidden" name="path" value="\(path.path.hash)">\(button)</form>
    """
  }

  private var pager: HTML {
    guard hasMore || filter.cursor != nil else { return "" }
    let first: HTML =
      filter.cursor == nil
      ? "" : "<a class=\"button\" rel=\"first\" href=\"\(filter.target(after: nil))\">From the start</a>"
    let next = hasMore ? paths.last.map { filter.target(after: $0.id) } : nil
    return """
      <nav class="pager" aria-label="Pages">\(first)\
      \(next.map { "<a class=\"button\" rel=\"next\" href=\"\($0)\">More</a>" })</nav>
      """
  }
}
