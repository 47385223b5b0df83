internal import Routing

/// The forms that submit a repository or a manifest. Scripts check it while it is written and send it to the API.
struct NewBuildView: Sendable {
  var entry: ManifestForm.Entry
  /// Why it was refused.
  var problem: Problem?

  var html: HTML {
    """
    <nav class="crumbs" aria-label="Where you are"><a href="/builds">Builds</a></nav>
    <div class="page-head"><h1>New build</h1></div>
    \(program)
    <form id="new-build" class="new-build" method="post" action="/builds/new" novalidate>
    <div class="editor-head"><label for="manifest">Manifest</label>\
    <span class="lint-state" id="lint-state" role="status"></span></div>
    <div class="editor"><pre class="editor-lines" id="editor-lines" aria-hidden="true">1</pre>\
    <textarea id="manifest" name="manifest" spellcheck="false" autocapitalize="none" autocomplete="off" \
    aria-describedby="lint" rows="18" wrap="off">
    \(entry.manifest ?? EmptyListView.example)</textarea></div>
    <ul class="lint" id="lint" aria-label="Problems in the manifest">\(places.map(item))</ul>
    <div class="form-row"><label class="field grow"><span>Comment</span>\
    <input name="comment" id="comment" maxlength="1000" autocomplete="off" placeholder="Why this build" \
    value="\(entry.comment)"></label>
    <label class="field"><span>Tags</span><input name="tags" id="tags" maxlength="400" autocomplete="off" \
    placeholder="nightly, release" value="\(entry.tags.joined(separator: ", "))"></label></div>
    \(alert)
    <div class="actions"><button class="primary" type="submit" id="submit">Submit</button>\
    <a class="button" href="/builds">Cancel</a></div></form>
    """
  }

  /// The form for a repository needs no scripts.
  private var program: HTML {
    """
    <form id="new-program" class="new-program panel" method="post" action="/builds/new">
    <div class="panel-head"><h2>A C program</h2></div>
    <p class="muted">The address of its git repository is enough: how it is built is found out.</p>
    <div class="form-row"><label class="field grow"><span>Repository</span>\
    <input name="url" required maxlength="4096" autocomplete="off" autocapitalize="none" spellcheck="false" \
    placeholder="https://example.org/hello.git" value="\(entry.url ?? "")"></label>
    <label class="field"><span>Branch, tag or commit</span><input name="ref" maxlength="250" autocomplete="off" \
    autocapitalize="none" spellcheck="false" placeholder="its default branch" value="\(entry.reference ?? "")"></label>
    <button class="primary" type="submit">Build</button></div>
    \(entry.url == nil ? "" : problem.map(refusal))</form>
    """
  }

  private func refusal(_ problem: Problem) -> HTML { "<p class=\"alert\" role=\"alert\">\(problem.detail)</p>" }

  private var alert: HTML {
    guard let problem, entry.url == nil else {
      return #"<p class="alert" id="submit-problem" role="alert" hidden></p>"#
    }
    return "<p class=\"alert\" id=\"submit-problem\" role=\"alert\">\(problem.detail)</p>"
  }

  /// What is wrong with the manifest, each with its place.
  private var places: [ProblemField] { problem?.errors.filter { $0.line != nil } ?? [] }

  private func item(_ field: ProblemField) -> HTML {
    """
    <li data-severity="error"><span>\(field.line ?? 1):\(field.column ?? 1)</span> <span>Error: \(field.detail)</span></li>
    """
  }
}
