internal import Model
internal import NixFormat
internal import Store

/// The tokens of a cache, with the form that makes one.
struct CacheTokensView: Sendable {
  var cache: BinaryCache
  var tokens: [CacheToken]
  var newToken: String?
  var now: Timestamp

  var html: HTML {
    """
    \(newToken.map(shown))\(list)
    <form method="post" action="/caches/\(cache.name)/tokens" data-action="token"><div class="form-row">\
    <label class="field short"><span>It may</span><select name="permission"><option value="read">read</option>\
    <option value="write">push</option><option value="admin">do all</option></select></label>\
    <label class="field grow"><span>For</span><input name="comment" maxlength="200" autocomplete="off" \
    placeholder="the build machine"></label></div><button type="submit">Make a token</button></form>
    """
  }

  private var list: HTML { tokens.isEmpty ? .empty : "<ul class=\"rows\">\(tokens.map(row))</ul>" }

  private func shown(_ token: String) -> HTML {
    """
    <div class="notice" role="status" id="new-token"><p>Keep it: it is not shown again.</p>\
    \(CopyField(id: "token", label: "New token", text: token).html)</div>
    """
  }

  private func row(_ token: CacheToken) -> HTML {
    let word: HTML =
      switch token.permission {
      case .read: "may read"
      case .write: "may push"
      case .admin: "may do all"
      }
    let used: HTML = token.lastUsedAt.map { "used \(Parts.ago($0, now: now))" } ?? "never used"
    return """
      <li data-key="\(token.id.rawValue)"><div><strong><bdi>\(token.comment.isEmpty ? "Token \(token.id)" : token.comment)\
      </bdi></strong><span class="muted">\(word), \(used)</span></div>\
      <form method="post" action="/caches/\(cache.name)/tokens/remove" data-action="tokens/remove">\
      <input type="hidden" name="token" value="\(token.id.rawValue)"><button class="quiet" type="submit">Revoke\
      <span class="sr-only"> \(token.comment)</span></button></form></li>
      """
  }
}

/// The keys of a cache, with the form that registers one.
struct CacheKeysView: Sendable {
  var cache: BinaryCache

  var html: HTML {
    """
    \(cache.keys.isEmpty ? none : "<ul class=\"rows\">\(cache.keys.map(row))</ul>")
    <details class="more"><summary>Register a public key</summary>\
    <form method="post" action="/caches/\(cache.name)/keys" data-action="keys"><label class="field"><span>Name and key, \
    as <code>nix-store --generate-binary-cache-key</code> writes them</span><input name="public_key" required maxlength="400" \
    spellcheck="false" autocapitalize="none" autocomplete="off" placeholder="name-1:…"></label>\
    <button type="submit">Register</button></form></details>
    """
  }

  private var none: HTML { "<p class=\"hint\">Without one, nothing can be pushed: a path has to be signed.</p>" }

  private func row(_ key: CacheKey) -> HTML {
    """
    <li data-key="\(key.key.keyName)"><div><strong><bdi>\(key.key.keyName)</bdi></strong>\
    <span class="muted">\(key.signs ? "the server signs with it" : "registered")</span>\
    <code class="key-text">\(key.key.description)</code></div>\
    <details class="more confirm" data-pop><summary class="button quiet icon-button" role="button" \
    aria-label="Take \(key.key.keyName) away" title="Take it away">\(Icon.cross)</summary>\
    <form method="post" action="/caches/\(cache.name)/keys/remove" data-action="keys/remove">\
    <input type="hidden" name="key" value="\(key.key.keyName)"><p>What it has signed stays.</p>\
    <button class="danger-solid" type="submit">Yes, take it away</button></form></details></li>
    """
  }
}

/// The settings of a cache, its collection and its end.
struct CacheSettingsView: Sendable {
  var cache: BinaryCache

  var html: HTML { settings + collection + removal }

  private var settings: HTML {
    """
    <section class="panel" aria-labelledby="settings-title"><div class="panel-head"><h2 id="settings-title">Settings</h2>\
    </div><form class="settings stack" method="post" action="/caches/\(cache.name)/settings" data-action="settings">
    <label class="check"><input type="checkbox" name="public" value="1"\(cache.isPublic ? checked : "")>\
    <span>Anybody may read it</span></label>
    <div class="form-row"><label class="field short"><span>Priority</span><input name="priority" inputmode="numeric" \
    value="\(cache.priority)" maxlength="7" required autocomplete="off"></label>
    <label class="field short"><span>Compression</span><select name="compression">\(option(.zstd))\(option(.xz))\
    </select></label></div>
    <div class="form-row"><label class="field short"><span>Keep unused for</span><input name="keep_age" \
    value="\(cache.keepSeconds.map(Self.age) ?? "")" maxlength="20" autocomplete="off" placeholder="for ever"></label>
    <label class="field short"><span>Keep at most</span><input name="keep_size" \
    value="\(cache.keepBytes.map(ByteCount.exact) ?? "")" maxlength="20" autocomplete="off" placeholder="all"></label></div>
    <button type="submit">Save</button></form></section>
    """
  }

  private var checked: HTML { " checked" }

  private func option(_ compression: NarInfo.Compression) -> HTML {
    let selected: HTML = cache.compression == compression ? " selected" : ""
    return "<option value=\"\(compression.rawValue)\"\(selected)>\(compression.rawValue)</option>"
  }

  private static func age(_ seconds: Int64) -> String {
    seconds >= 86_400 && seconds % 86_400 == 0 ? "\(seconds / 86_400)d" : RepositoryForm.quantity(seconds)
  }

  private var collection: HTML {
    """
    <section class="panel" aria-labelledby="gc-title"><div class="panel-head"><h2 id="gc-title">Make room</h2></div>
    <p class="hint">Deletes what nobody asked for in a time, or as much of it as is too much. What is pinned stays, with \
    all that it refers to.</p>
    <form class="stack" method="post" action="/caches/\(cache.name)/gc" data-action="gc"><div class="form-row">\
    <label class="field short"><span>Older than</span><input name="older_than" maxlength="20" autocomplete="off" \
    placeholder="30d"></label><label class="field short"><span>At most</span><input name="max_size" \
    maxlength="20" autocomplete="off" placeholder="10 GiB"></label></div>\
    <button class="danger" type="submit">Delete paths</button></form></section>
    """
  }

  private var removal: HTML {
    """
    <section class="panel" aria-labelledby="delete-title"><div class="panel-head"><h2 id="delete-title">Delete</h2></div>
    <p class="hint">All of its paths, keys and tokens are gone then.</p>
    <details class="more" id="delete"><summary class="button danger" role="button">Delete this cache</summary>\
    <form method="post" action="/caches/\(cache.name)/delete"><p>Delete <strong>\(cache.name)</strong>?</p>\
    <button class="danger-solid" type="submit">Yes, delete it</button></form></details></section>
    """
  }
}

extension ByteCount {
  /// As a setting has it: a whole number of the largest unit that fits.
  fileprivate static func exact(_ bytes: Int64) -> String {
    let units: [(String, Int64)] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    guard bytes > 0, let unit = units.first(where: { bytes % $0.1 == 0 }) else { return "\(bytes)" }
    return "\(bytes / unit.1) \(unit.0)"
  }
}
