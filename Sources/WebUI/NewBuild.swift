internal import HTTPServer
internal import Routing

extension WebUI {
  /// The form that submits a manifest. With scripts it goes to the API; without them it is posted, and comes back with
  /// what is wrong.
  var newBuildRoutes: [Route] {
    [
      Route("GET", "/builds/new", access: .page) { request in
        newBuildPage(NewBuildView(entry: .init(manifest: EmptyListView.example)), try request.reader())
      },
      Route("POST", "/builds/new", access: .page) { request in
        let reader = try request.reader()
        // An escape takes three bytes.
        let form = try await request.form(limit: 3 * dependencies.manifestForm.manifestBytes + (64 << 10))
        let (url, reference) = (form["url"], form["ref"] ?? "")
        let entry = ManifestForm.Entry(
          manifest: url == nil ? Self.withPlainLineEnds(form["manifest"] ?? "") : nil, url: url,
          reference: url == nil || reference.isEmpty ? nil : reference, comment: form["comment"] ?? "",
          tags: Self.tagList(form["tags"] ?? ""))
        do {
          return Self.seeOther("/builds/\(try await dependencies.manifestForm.submit(entry, reader))")
        } catch let problem as Problem where problem.status < 500 {
          return newBuildPage(NewBuildView(entry: entry, problem: problem), reader, status: problem.status)
        }
      },
    ]
  }

  private func newBuildPage(_ view: NewBuildView, _ reader: Principal, status: Int = 200) -> HTTPResponse {
    respond(Page(title: "New build", name: "new-build", body: view.html), user: reader.name, status: status)
  }

  /// Browsers send a form's line ends as CR LF, whatever was written.
  static func withPlainLineEnds(_ text: String) -> String {
    String(decoding: Array(text.utf8).split(separator: 13, omittingEmptySubsequences: false).joined(), as: UTF8.self)
  }
}
