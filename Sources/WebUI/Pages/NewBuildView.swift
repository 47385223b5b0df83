/// The form that submits a manifest. The scripts check it while it is written and send it to the API.
struct NewBuildView: Sendable {
  var address: String

  var html: HTML {
    """
    <nav class="crumbs" aria-label="Where you are"><a href="/builds">Builds</a></nav>
    <div class="page-head"><h1>New build</h1></div>
    <noscript><p class="alert">This form needs scripts. From a terminal: \
    <code>WRIGHT_SERVER=\(address) wright submit FILE</code></p></noscript>
    <form id="new-build" class="new-build" novalidate>
    <div class="editor-head"><label for="manifest">Manifest</label>\
    <span class="lint-state" id="lint-state" role="status"></span></div>
    <div class="editor"><pre class="editor-lines" id="editor-lines" aria-hidden="true">1</pre>\
    <textarea id="manifest" name="manifest" spellcheck="false" autocapitalize="none" autocomplete="off" \
    aria-describedby="lint" rows="18" wrap="off">\(EmptyListView.example)</textarea></div>
    <ul class="lint" id="lint" aria-label="Problems in the manifest"></ul>
    <div class="form-row"><label class="field grow"><span>Comment</span>\
    <input name="comment" id="comment" maxlength="1000" autocomplete="off" placeholder="Why this build"></label>
    <label class="field"><span>Tags</span><input name="tags" id="tags" maxlength="400" autocomplete="off" \
    placeholder="nightly, release"></label></div>
    <p class="alert" id="submit-problem" role="alert" hidden></p>
    <div class="actions"><button class="primary" type="submit" id="submit">Submit</button>\
    <a class="button" href="/builds">Cancel</a></div></form>
    """
  }
}
