internal import HTTPServer

extension OpenAPIDocument {
  /// `/openapi.json` and `/docs`, describing `routes`; both are made once, here.
  public func routes(describing routes: [Route]) -> [Route] {
    let json = json(routes)
    let page = DocumentationPage(document: self, routes: routes).html
    return [
      Route("GET", "/openapi.json", access: .open) { _ in
        .json(json, headers: ["Cache-Control": "public, max-age=60"])
      },
      Route("GET", "/docs", access: .open) { _ in .html(page) },
      Route("GET", "/docs/style.css", access: .open) { _ in
        HTTPResponse(
          status: 200, headers: ["Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=3600"],
          content: .bytes(Array(Self.style.utf8)))
      },
    ]
  }

  private static let style = """
    :root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #0b62c4; }
    @media (prefers-color-scheme: dark) { :root { --accent: #79b8ff; } }
    body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
    h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
    h4 { margin: 1rem 0 .25rem; } a { color: var(--accent); }
    nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; }
    details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: 0 .75rem; }
    details[open] { padding-bottom: .75rem; }
    summary { cursor: pointer; padding: .5rem 0; overflow-wrap: anywhere; }
    summary span { display: block; opacity: .8; font-size: .9em; }
    code, pre { font: .9em ui-monospace, monospace; }
    .method { display: inline-block; min-width: 4.5em; font-weight: 700; color: var(--accent); }
    pre { background: var(--soft); border-radius: .3rem; overflow-x: auto; padding: .75rem; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; } dd { margin: 0; }

    """
}
