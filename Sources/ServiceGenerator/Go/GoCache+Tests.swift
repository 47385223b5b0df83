internal import ServiceModel

extension GoCache {
  /// The tests of all methods, with stand-ins for the sources.
  var tests: GoFile {
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package)_test.go", package: component.package)
    let methods = component.methods.compactMap { GoLayers($0, from: clients) }
    guard !methods.isEmpty else { return file }
    file.use(["context", "reflect", "testing"] + ["fault", "journal", "metrics"].map(service.platform))
    clients.addStubs(to: &file)
    for method in methods { file.add(test(method, in: &file)) }
    GoSamples(service: service).addRows(to: &file)
    return file
  }

  private func test(_ layers: GoLayers, in file: inout GoFile) -> String {
    let method = layers.method
    let arguments = ["journal.Discard()", "metrics.NewRegistry()"] + clients.stubArguments
    let request = "\(method.requestType){\(GoSamples(service: service).literals(method.request, in: &file))}"
    return """
      func Test\(method.goName)(t *testing.T) {
      \(clients.stubStatements)\tcache, ctx := New(\(arguments.joined(separator: ", "))), context.Background()
      \trequest := \(request)
      \(layers.layers.indices.map { step($0, of: layers, in: &file) }.joined())}
      """
  }

  /// Each source has the data once, where those before it have not.
  private func step(_ index: Int, of layers: GoLayers, in file: inout GoFile) -> String {
    let layer = layers.layers[index]
    let method = layers.method
    let stub = layer.call.component.fake
    let want = "\(method.responseType){\(layer.call.sample(answering: method.response, in: &file, service))}"
    let written = layers.layers[..<index].first {
      $0.write != nil && $0.call.component.name != layer.call.component.name
    }
    let check = written.flatMap { target in
      target.write.map { write in
        """
        \tif _, isWrite := \(write.component.fake).request.(\(write.component.package).\(write.method.requestType)); !isWrite {
        \t\tt.Errorf("the faster source was asked for %+v last", \(write.component.fake).request)
        \t}

        """
      }
    }
    let isLast = index == layers.layers.count - 1
    return """
      \tif response, err := cache.\(method.goName)(ctx, request); err != nil || !reflect.DeepEqual(response, \(want)) {
      \t\tt.Errorf("\(layer.reference) has the data: got %+v, %v", response, err)
      \t}
      \(check ?? "")\t\(stub).err = fault.New(fault.NotFound, "nothing")

      """
        + (isLast
          ? """
          \tif _, err := cache.\(method.goName)(ctx, request); !fault.Is(err, fault.NotFound) {
          \t\tt.Errorf("no source has the data: %v", err)
          \t}

          """ : "")
  }
}
