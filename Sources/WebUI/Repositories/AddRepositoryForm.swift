internal import Model
internal import Routing

/// The form that registers a repository; it works without scripts.
struct AddRepositoryForm: Sendable {
  /// What was written before it was refused.
  var entry: [String: String] = [:]
  /// Why it was refused.
  var problem: Problem?

  var html: HTML {
    """
    <form class="add-repository" method="post" action="/repositories">
    \(problem.map(alert))
    <label class="field"><span>Address</span><input name="url" id="url" required maxlength="4000" spellcheck="false" \
    autocapitalize="none" autocomplete="off" placeholder="https://example.org/hello.git" value="\(entry["url"] ?? "")"\
    \(problem == nil ? "" : wrong)></label>
    <div class="form-row">\(WatchFields(kind: entry["watch"] ?? "", pattern: entry["pattern"] ?? "").html)
    <label class="field short"><span>Check every</span><input name="every" value="\(entry["every"] ?? "60s")" \
    maxlength="20" autocomplete="off"></label></div>
    <details class="more"\(hasMore ? open : "")><summary>Namespace, manifest</summary>
    <label class="field"><span>Namespace of its builds</span><input name="namespace" maxlength="200" \
    autocomplete="off" value="\(entry["namespace"] ?? "")"></label>
    <label class="field"><span>Manifest, instead of what is found in the repository</span>\
    <textarea name="manifest" rows="8" spellcheck="false" autocapitalize="none" autocomplete="off">
    \(entry["manifest"] ?? "")</textarea></label></details>
    <div class="actions"><button class="primary" type="submit">Add repository</button></div></form>
    """
  }

  private var hasMore: Bool { !(entry["namespace"] ?? "").isEmpty || !(entry["manifest"] ?? "").isEmpty }
  private var open: HTML { " open" }
  private var wrong: HTML { #" aria-describedby="add-problem""# }

  private func alert(_ problem: Problem) -> HTML {
    let places = problem.errors.compactMap { field in field.line.map { (field, $0) } }
    let list: [HTML] = places.map { "<li>Line \($1), column \($0.column ?? 1): \($0.detail)</li>" }
    return """
      <div class="alert" id="add-problem" role="alert">\(Icon.status(.failed))<div>\
      \(list.isEmpty ? "\(problem.detail)" : "<ul>\(list)</ul>")</div></div>
      """
  }
}

/// What of a repository is watched, as fields of a form.
struct WatchFields: Sendable {
  /// `default`, `branch` or `tag`.
  var kind: String
  var pattern: String

  var html: HTML {
    """
    <label class="field short"><span>Watch</span><select name="watch">\(option("default", "Default branch"))\
    \(option("branch", "Branches"))\(option("tag", "Tags"))</select></label>
    <label class="field grow"><span>Name or pattern, of branches or tags</span><input name="pattern" maxlength="250" \
    spellcheck="false" autocapitalize="none" autocomplete="off" placeholder="main, release-*" value="\(pattern)"></label>
    """
  }

  private func option(_ value: String, _ title: String) -> HTML {
    let selected: HTML = value == kind ? " selected" : ""
    return "<option value=\"\(value)\"\(selected)>\(title)</option>"
  }
}
