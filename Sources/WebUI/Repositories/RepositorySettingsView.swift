internal import Model

/// The form that changes a repository's settings.
struct RepositorySettingsView: Sendable {
  var repository: Repository

  var html: HTML {
    """
    <section class="panel" aria-labelledby="settings-title"><div class="panel-head">\
    <h2 id="settings-title">Settings</h2></div>
    <form class="settings stack" method="post" action="/repositories/\(repository.id.rawValue)/settings" \
    data-action="settings">
    <div class="form-row">\(WatchFields(kind: kind, pattern: repository.watch.pattern ?? "").html)</div>
    <label class="field short"><span>Check every</span><input name="every" \
    value="\(RepositoryForm.quantity(repository.everySeconds))" maxlength="20" autocomplete="off" required></label>
    <label class="check"><input type="checkbox" name="enabled" value="1"\(repository.isEnabled ? checked : "")>\
    <span>Check it, and build it when it moves</span></label>
    <details class="more"><summary>Manifest</summary><label class="field">\
    <span>Builds it so, whatever is found in it; empty for what is found</span>\
    <textarea name="manifest" rows="8" spellcheck="false" autocapitalize="none" autocomplete="off">
    \(repository.manifest ?? "")</textarea></label></details>
    <button type="submit">Save</button></form></section>
    """
  }

  private var checked: HTML { " checked" }

  private var kind: String {
    switch repository.watch {
    case .defaultBranch: "default"
    case .branches: "branch"
    case .tags: "tag"
    }
  }
}

/// How a forge is told to tell of pushes.
struct WebhookView: Sendable {
  var repository: Repository
  var secret: String
  var address: String

  var html: HTML {
    """
    <section class="panel" aria-labelledby="webhook-title"><div class="panel-head"><h2 id="webhook-title">Webhook</h2>\
    </div><p class="hint">With it a push is built at once instead of at the next check.</p>
    \(CopyField(id: "webhook-url", label: "Address", text: "\(address)/api/v1/hooks/\(repository.id)").html)
    \(CopyField(id: "webhook-secret", label: "Secret", text: secret, isSecret: true).html)
    <details class="more"><summary>Where to enter them</summary><dl class="forges">\
    <dt>GitHub</dt><dd>Settings, Webhooks, Add webhook: the address as <em>Payload URL</em>, \
    <code>application/json</code>, the secret as <em>Secret</em>, <em>Just the push event</em>.</dd>\
    <dt>GitLab</dt><dd>Settings, Webhooks, Add new webhook: the address as <em>URL</em>, the secret as \
    <em>Secret token</em>, <em>Push events</em> and <em>Tag push events</em>.</dd>\
    <dt>Gitea, Forgejo</dt><dd>Settings, Webhooks, Add webhook, Gitea: the address as <em>Target URL</em>, POST, \
    <code>application/json</code>, the secret as <em>Secret</em>, <em>Push events</em>.</dd></dl></details></section>
    """
  }
}
