internal import Model
internal import NixFormat
internal import Store

/// The list of binary caches, with the form that makes one.
struct CacheListView: Sendable {
  var caches: [BinaryCache]

  var title: String { "Binary caches" }

  var html: HTML {
    """
    <div class="page-head"><h1>Binary caches</h1></div>
    <p class="lead">They hold what Nix has built, so that other machines fetch it instead of building it again.</p>
    \(caches.isEmpty ? "" : list)
    <section class="panel new-cache" aria-labelledby="new-title"><div class="panel-head"><h2 id="new-title">\
    \(caches.isEmpty ? "Make the first one" : "Make another one")</h2></div>\(form)</section>
    """
  }

  private var list: HTML { "<ol class=\"builds caches\">\(caches.map(row))</ol>" }

  private func row(_ cache: BinaryCache) -> HTML {
    """
    <li class="build-row cache-row" data-key="\(cache.name)"><div class="row-main">\
    <a class="row-link" href="/caches/\(cache.name)"><span class="row-title">\(cache.name)</span></a>\
    <div class="row-meta"><span>\(cache.isPublic ? "Public" : "Private")</span><span>\(Self.signer(cache))</span></div></div>
    <div class="cache-count"><span class="figure">\(cache.pathCount)</span> \(cache.pathCount == 1 ? "path" : "paths")</div>
    <div class="cache-count"><span class="figure">\(ByteCount.text(cache.byteCount))</span></div></li>
    """
  }

  static func signer(_ cache: BinaryCache) -> HTML {
    if cache.keys.contains(where: \.signs) { return "signs with its own key" }
    return cache.keys.isEmpty ? "no key yet" : "signed by who pushes"
  }

  private var form: HTML {
    """
    <form method="post" action="/caches" class="stack" data-action="create"><div class="form-row">
    <label class="field grow"><span>Name</span><input name="name" required maxlength="63" \
    pattern="[a-z0-9][a-z0-9\\-]*" title="small letters, digits and dashes" spellcheck="false" autocapitalize="none" \
    autocomplete="off" placeholder="tools"></label>
    <label class="field short"><span>Signed by</span><select name="key"><option value="generate">The server</option>\
    <option value="none">Who pushes</option></select></label>
    <label class="field short"><span>Compression</span><select name="compression"><option value="zstd">zstd</option>\
    <option value="xz">xz</option></select></label></div>
    <label class="check"><input type="checkbox" name="private" value="1"><span>Only who has a token may read it</span>\
    </label>
    <button class="primary" type="submit">Make the cache</button></form>
    """
  }
}
