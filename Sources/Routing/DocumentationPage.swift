/// The route table as a page for people: no scripts, one style sheet, nothing from elsewhere.
struct DocumentationPage {
  let document: OpenAPIDocument
  let routes: [Route]

  var html: String {
    let tags = OpenAPIDocument.tags(routes)
    let links = tags.map { "<li><a href=\"#\(anchor($0))\">\(escape($0))</a></li>" }.joined()
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <title>\(escape(document.title))</title><link rel="stylesheet" href="/docs/style.css"></head>
      <body><header><h1>\(escape(document.title))</h1>
      <p>Version \(escape(document.version)) · <a href="/openapi.json">OpenAPI 3.1 document</a></p>
      \(paragraphs(document.description))
      <nav aria-label="Groups"><ul>\(links)<li><a href="#schemas">Schemas</a></li></ul></nav></header>
      <main>\(tags.map(section).joined())\(schemas)</main></body></html>

      """
  }

  private func section(_ tag: String) -> String {
    let operations = OpenAPIDocument.documented(routes).filter { $0.documentation?.tag == tag }
    return "<section id=\"\(anchor(tag))\"><h2>\(escape(tag))</h2>\(operations.map(operation).joined())</section>"
  }

  private func operation(_ route: Route) -> String {
    guard let documentation = route.documentation else { return "" }
    let body = documentation.requestSchema.map { "<h4>Body</h4>\(schema($0))" } ?? ""
    return """
      <details><summary><code class="method">\(escape(route.method))</code> <code>\(escape(route.path))</code>
      <span>\(escape(documentation.summary))</span></summary>
      \(access(route))\(parameters(documentation.query))\(body)
      <h4>Answers</h4>\(documentation.responses.map(response).joined())</details>
      """
  }

  private func access(_ route: Route) -> String {
    switch route.access {
    case .open: "<p>Needs no token.</p>"
    case .agent: "<p>Needs a token of the kind <code>agent</code>.</p>"
    case .user, .page: ""
    }
  }

  private func parameters(_ query: [ParameterDocumentation]) -> String {
    if query.isEmpty { return "" }
    let rows = query.map { parameter in
      "<dt><code>\(escape(parameter.name))</code></dt><dd>\(escape(parameter.description))</dd>"
    }
    return "<h4>Query</h4><dl>\(rows.joined())</dl>"
  }

  private func response(_ response: RouteAnswer) -> String {
    let type = response.contentType.map { " <code>\(escape($0))</code>" } ?? ""
    let body = response.schema.map(schema) ?? ""
    return "<p><strong>\(response.status)</strong> \(escape(response.description))\(type)</p>\(body)"
  }

  private var schemas: String {
    let all = document.schemas.map { schema in
      "<details id=\"schema-\(escape(schema.name))\"><summary><code>\(escape(schema.name))</code></summary>"
        + "\(self.schema(schema.json))</details>"
    }
    return "<section id=\"schemas\"><h2>Schemas</h2>\(all.joined())</section>"
  }

  /// A schema on indented lines; a mere reference becomes a link.
  private func schema(_ json: String) -> String {
    guard let value = try? JSONParser.parse(Array(json.utf8)) else { return "<pre>\(escape(json))</pre>" }
    if let name = Self.referredName(value) {
      return "<p><a href=\"#schema-\(escape(name))\"><code>\(escape(name))</code></a></p>"
    }
    return "<pre>\(escape(Self.indented(value, 0)))</pre>"
  }

  private static func referredName(_ value: JSONValue) -> String? {
    guard case .object(let members) = value, let member = members.first, member.name == "$ref",
      case .string(let path) = member.value
    else { return nil }
    return path.split(separator: "/").last.map(String.init)
  }

  private static func indented(_ value: JSONValue, _ depth: Int) -> String {
    let margin = String(repeating: "  ", count: depth + 1)
    let end = "\n" + String(repeating: "  ", count: depth)
    switch value {
    case .object(let members) where !members.isEmpty:
      if let name = referredName(value) { return name }
      let lines = members.map { "\(margin)\($0.name): \(indented($0.value, depth + 1))" }
      return "{\n" + lines.joined(separator: "\n") + end + "}"
    case .array(let values): return "[" + values.map { indented($0, depth) }.joined(separator: ", ") + "]"
    case .object: return "{}"
    case .string(let text): return text
    case .integer(let number): return String(number)
    case .number(let number): return String(number)
    case .boolean(let value): return String(value)
    case .null: return "null"
    }
  }

  private func paragraphs(_ text: String) -> String {
    text.split(separator: "\n\n").map { "<p>\(escape(String($0)))</p>" }.joined()
  }

  private func anchor(_ tag: String) -> String {
    "group-" + String(tag.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
  }

  private func escape(_ text: String) -> String { HTMLEscaping.escape(text) }
}
