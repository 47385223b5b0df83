internal import ServiceModel

extension GoLogic {
  /// The tests of all methods: what they are for only those know who wrote them, so it is checked that they take a request
  /// without a panic, whether those that they call answer or fail.
  var tests: GoFile {
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package)_test.go", package: component.package)
    guard !component.methods.isEmpty else { return file }
    file.use(["context", "testing"])
    clients.addStubs(to: &file)
    for method in component.methods { file.add(test(method, in: &file)) }
    GoSamples(service: service).addRows(to: &file)
    return file
  }

  private func test(_ method: GoMethod, in file: inout GoFile) -> String {
    let request = "\(method.requestType){\(GoSamples(service: service).literals(method.request, in: &file))}"
    let failing = clients.clients.map { "\t\($0.component.fake).err = fault.New(fault.Unavailable, \"away\")\n" }
      .joined()
    if !failing.isEmpty { file.use(service.platform("fault")) }
    let call = """
      \tif response, err := logic.\(method.goName)(ctx, request); err != nil {
      \t\tt.Logf("%+v, %v", response, err)
      \t}

      """
    return """
      func Test\(method.goName)(t *testing.T) {
      \(clients.stubStatements)\tlogic, ctx := New(\(clients.stubArguments.joined(separator: ", "))), context.Background()
      \trequest := \(request)
      \(call)\(failing.isEmpty ? "" : failing + call)}
      """
  }
}
