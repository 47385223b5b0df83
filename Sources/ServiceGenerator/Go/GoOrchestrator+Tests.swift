internal import ServiceModel

extension GoOrchestrator {
  /// The tests of all methods, with stand-ins for sources and middlewares.
  var tests: GoFile {
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package)_test.go", package: component.package)
    let calls = component.methods.compactMap { method -> GoForwarding? in
      guard case .orchestration(let source, _, _) = method.resolved.action else { return nil }
      return GoCall(source, from: clients).map { GoForwarding(method: method, call: $0) }
    }
    guard !calls.isEmpty else { return file }
    file.use(["context", "reflect", "testing", service.platform("fault")])
    clients.addStubs(to: &file)
    if !middlewares.isEmpty {
      file.use(service.platform("middleware"))
      file.add(Self.recorder)
    }
    for call in calls { file.add(test(call, in: &file)) }
    GoSamples(service: service).addRows(to: &file)
    return file
  }

  private static let recorder = """
    // recorder stands in for a middleware: it counts what it is told, and refuses calls with its error.
    type recorder struct {
    \tbefore, after int
    \terr           error
    }

    func (r *recorder) Before(context.Context, middleware.Call) error {
    \tr.before++
    \treturn r.err
    }

    func (r *recorder) After(context.Context, middleware.Call, error) {
    \tr.after++
    }
    """

  private func test(_ forwarding: GoForwarding, in file: inout GoFile) -> String {
    let method = forwarding.method
    let stub = forwarding.call.component.fake
    let request = "\(method.requestType){\(GoSamples(service: service).literals(method.request, in: &file))}"
    let want = "\(method.responseType){\(forwarding.call.sample(answering: method.response, in: &file, service))}"
    let recorders = middlewares.map { "\t\($0.fake) := new(recorder)\n" }.joined()
    let arguments = clients.stubArguments + middlewares.map(\.fake)
    return """
      func Test\(method.goName)(t *testing.T) {
      \(clients.stubStatements)\(recorders)\torchestrator, ctx := New(\(arguments.joined(separator: ", "))), context.Background()
      \trequest := \(request)
      \tif response, err := orchestrator.\(method.goName)(ctx, request); err != nil || !reflect.DeepEqual(response, \(want)) {
      \t\tt.Errorf("got %+v, %v", response, err)
      \t}
      \tif want := (\(forwarding.call.sample(of: method.request, in: &file, service))); !reflect.DeepEqual(\(stub).request, want) {
      \t\tt.Errorf("asked for %+v", \(stub).request)
      \t}
      \(middlewareSteps(method, stub))\t\(stub).err = fault.New(fault.Unavailable, "away")
      \tif _, err := orchestrator.\(method.goName)(ctx, request); !fault.Is(err, fault.Unavailable) {
      \t\tt.Errorf("a source that is away: %v", err)
      \t}
      }
      """
  }

  /// Every middleware was told once, and one that refuses ends the call.
  private func middlewareSteps(_ method: GoMethod, _ stub: String) -> String {
    let before = Self.requests(of: method, in: service)
    let after = Self.responses(of: method, in: service)
    var steps: [(name: String, field: String, count: Int)] = []
    for (list, field) in [(before, "before"), (after, "after")] {
      var seen: Set<String> = []
      for middleware in list where seen.insert(middleware.name).inserted {
        steps.append((middleware.fake, field, list.filter { $0.name == middleware.name }.count))
      }
    }
    let counts = steps.map { step in
      """
      \tif \(step.name).\(step.field) != \(step.count) {
      \t\tt.Errorf("\(step.name) was told %d times", \(step.name).\(step.field))
      \t}

      """
    }.joined()
    guard let first = before.first else { return counts }
    return counts + """
      \t\(first.fake).err, \(stub).request = fault.New(fault.Exhausted, "refused"), nil
      \tif _, err := orchestrator.\(method.goName)(ctx, request); !fault.Is(err, fault.Exhausted) || \(stub).request != nil {
      \t\tt.Errorf("a call that is refused: %v, the source was asked for %v", err, \(stub).request)
      \t}
      \t\(first.fake).err = nil

      """
  }
}
