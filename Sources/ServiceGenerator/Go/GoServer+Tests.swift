internal import ServiceModel

extension GoServer {
  /// The tests of all methods, with stand-ins for those that are called.
  var tests: GoFile {
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package)_test.go", package: component.package)
    guard !routes.isEmpty else { return file }
    file.use(["net/http", "net/http/httptest", "reflect", "strings", "testing", "time"])
    file.use(["fault", "httpapi", "journal", "metrics"].map(service.platform))
    file.add(Self.asking)
    clients.addStubs(to: &file)
    for route in routes { file.add(test(route, in: &file)) }
    GoSamples(service: service).addRows(to: &file)
    return file
  }

  private static let asking = """
    // options are those of a server in a test.
    func options() httpapi.Options {
    \treturn httpapi.Options{
    \t\tLogger: journal.Discard(), Metrics: metrics.NewRegistry(), Timeout: time.Minute, MaxBody: 1 << 20,
    \t}
    }

    // ask sends a request to the server, and returns the status and the body of the answer.
    func ask(server http.Handler, method, target, body string) (int, string) {
    \trecorder := httptest.NewRecorder()
    \tserver.ServeHTTP(recorder, httptest.NewRequest(method, target, strings.NewReader(body)))
    \treturn recorder.Code, strings.TrimSpace(recorder.Body.String())
    }
    """

  private func test(_ route: GoRoute, in file: inout GoFile) -> String {
    let method = route.method
    let call = route.forwarding.call
    let stub = call.component.fake
    let sample = GoSampleRequest(route, service)
    let asked = "ask(server, \(route.verb), \(GoText.literal(sample.target)), \(GoText.literal(sample.body)))"
    let body = GoSamples(service: service).json(responding: method, from: call)
    return """
      func Test\(method.goName)(t *testing.T) {
      \(clients.stubStatements)\tserver := Handler(New(\(clients.stubArguments.joined(separator: ", "))), options())
      \tif status, body := \(asked); status != http.StatusOK || body != \(GoText.literal(body)) {
      \t\tt.Errorf("got %d %s", status, body)
      \t}
      \tif want := (\(call.sample(of: method.request, in: &file, service))); !reflect.DeepEqual(\(stub).request, want) {
      \t\tt.Errorf("asked for %+v", \(stub).request)
      \t}
      \(sample.bad.map { refusal(route, $0) } ?? "")\t\(stub).err = fault.New(fault.Unavailable, "away")
      \tif status, body := \(asked); status != http.StatusServiceUnavailable {
      \t\tt.Errorf("a component that is away: %d %s", status, body)
      \t}
      }
      """
  }

  /// What follows from a request that cannot be read.
  private func refusal(_ route: GoRoute, _ bad: (target: String, body: String)) -> String {
    """
    \tif status, body := ask(server, \(route.verb), \(GoText.literal(bad.target)), \(GoText.literal(bad.body))); status != http.StatusBadRequest {
    \t\tt.Errorf("a bad request: %d %s", status, body)
    \t}

    """
  }
}

extension GoSamples {
  /// The body of an answer that is made of a call's sample response.
  func json(responding method: GoMethod, from call: GoCall) -> String {
    let members = method.response.compactMap { field -> String? in
      guard let index = call.method.response.firstIndex(where: { $0.name == field.name }) else { return nil }
      return "\"\(field.name)\":\(json(field, index + 1))"
    }
    return "{" + members.joined(separator: ",") + "}"
  }
}

/// A request of a route with sample values, and one that cannot be read.
struct GoSampleRequest {
  /// Path and query.
  let target: String
  let body: String
  /// Nil where nothing can be wrong.
  let bad: (target: String, body: String)?

  init(_ route: GoRoute, _ service: GoService) {
    let samples = GoSamples(service: service)
    let fields = Array(route.method.request.enumerated())
    let text = { (index: Int, field: GoField) in
      Self.escaped(field.type.scalar.map(GoSample(index + 1).text) ?? samples.json(field, index + 1))
    }
    let parts = route.route.path.map { part -> String in
      switch part {
      case .text(let text): return text
      case .field(let name):
        guard let (index, field) = fields.first(where: { $0.element.name == name }) else { return "x" }
        return text(index, field)
      }
    }
    let path = "/" + parts.joined(separator: "/")
    let query = fields.filter { route.place(of: $1) == .query }.map { "\($1.name)=\(text($0, $1))" }
    let members = fields.filter { route.place(of: $1) == .body }
      .map { "\"\($1.name)\":\(samples.json($1, $0 + 1))" }
    target = path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    body = members.isEmpty ? "" : "{" + members.joined(separator: ",") + "}"
    bad = Self.bad(route, path: path, target: target, body: body)
  }

  private static func bad(
    _ route: GoRoute, path: String, target: String, body: String
  ) -> (target: String, body: String)? {
    if !body.isEmpty { return (target, "[") }
    let required = route.method.request.contains { !$0.isNullable && route.place(of: $0) == .query }
    if required { return (path, "") }
    let wrong = route.route.path.contains { part in
      guard case .field(let name) = part else { return false }
      return route.method.request.first { $0.name == name }?.type.scalar != .string
    }
    guard wrong else { return nil }
    let parts = route.route.path.map { part in
      if case .text(let text) = part { text } else { "~" }
    }
    return ("/" + parts.joined(separator: "/") + target.dropFirst(path.count), "")
  }

  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.map { byte in
      let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      if isPlain || byte == 0x2D || byte == 0x2E { return String(Unicode.Scalar(byte)) }
      return "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }.joined()
  }
}
