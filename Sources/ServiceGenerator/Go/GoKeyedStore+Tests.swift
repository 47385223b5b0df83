internal import ServiceModel

extension GoKeyedStore {
  /// The tests of all methods, on a server that keeps everything in memory.
  var tests: GoFile {
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package)_test.go", package: component.package)
    let operations = component.methods.compactMap(GoOperation.init)
    guard !operations.isEmpty else { return file }
    file.use(["context", "testing"])
    let isLocal = operations.allSatisfy(\.isPresign)
    if !isLocal { file.use(service.platform("fault")) }
    file.use(isRedis ? [service.platform("redisdb/redistest"), "io"] : [service.platform("s3/s3test")])
    for operation in operations {
      file.add(isRedis ? redisTest(operation, in: &file) : fileTest(operation, in: &file))
    }
    GoSamples(service: service).addRows(to: &file)
    return file
  }

  private func request(_ method: GoMethod, in file: inout GoFile) -> String {
    "\(method.requestType){\(GoSamples(service: service).literals(method.request, in: &file))}"
  }

  private func redisTest(_ operation: GoOperation, in file: inout GoFile) -> String {
    let method = operation.method
    let key = GoText.quoted(operation.template.sample(method.request))
    return """
      func Test\(method.goName)(t *testing.T) {
      \tserver, redis := redistest.New()
      \tstore, ctx := New(redis), context.Background()
      \trequest := \(request(method, in: &file))
      \(redisSteps(operation, key: key, in: &file))\tserver.Err = io.EOF
      \tif _, err := store.\(method.goName)(ctx, request); !fault.Is(err, fault.Unavailable) {
      \t\tt.Errorf("a server that is away: %v", err)
      \t}
      }
      """
  }

  private func redisSteps(_ operation: GoOperation, key: String, in file: inout GoFile) -> String {
    let method = operation.method
    let samples = GoSamples(service: service)
    switch method.resolved.action {
    case .redis(.get):
      file.use("reflect")
      let data = method.response.first
      let json = GoText.literal(data.map { samples.json($0, 1) } ?? "null")
      return """
        \tif _, err := store.\(method.goName)(ctx, request); !fault.Is(err, fault.NotFound) {
        \t\tt.Errorf("nothing is there: %v", err)
        \t}
        \tserver.Keep(\(key), \(json))
        \tresponse, err := store.\(method.goName)(ctx, request)
        \tif want := (\(method.responseType){\(samples.literals(method.response, in: &file))}); err != nil || !reflect.DeepEqual(response, want) {
        \t\tt.Errorf("got %+v, %v", response, err)
        \t}

        """
    case .redis(.set):
      let index = method.request.firstIndex { $0.name == "data" } ?? 0
      let json = method.request.indices.contains(index) ? samples.json(method.request[index], index + 1) : "null"
      return """
        \tif _, err := store.\(method.goName)(ctx, request); err != nil {
        \t\tt.Error(err)
        \t}
        \tif kept := server.Kept(\(key)); kept != \(GoText.literal(json)) {
        \t\tt.Errorf("kept %s", kept)
        \t}

        """
    default:
      let field = method.response.first?.goName ?? "Count"
      return """
        \tserver.Keep(\(key), "1")
        \tfor _, want := range []int64{1, 0} {
        \t\tif response, err := store.\(method.goName)(ctx, request); err != nil || response.\(field) != want {
        \t\t\tt.Errorf("got %+v, %v", response, err)
        \t\t}
        \t}

        """
    }
  }

  private func fileTest(_ operation: GoOperation, in file: inout GoFile) -> String {
    let method = operation.method
    let key = GoText.quoted(operation.template.sample(method.request))
    let away =
      operation.isPresign
      ? ""
      : """
      \tserver.Status = 503
      \tif _, err := store.\(method.goName)(ctx, request); !fault.Is(err, fault.Unavailable) {
      \t\tt.Errorf("a server that is away: %v", err)
      \t}

      """
    return """
      func Test\(method.goName)(t *testing.T) {
      \tserver, bucket := s3test.New(t)
      \tstore, ctx := New(bucket), context.Background()
      \trequest := \(request(method, in: &file))
      \(fileSteps(operation, key: key))\(away)}
      """
  }

  private func fileSteps(_ operation: GoOperation, key: String) -> String {
    let method = operation.method
    let field = method.response.first?.goName ?? "Data"
    let call = "store.\(method.goName)(ctx, request)"
    switch method.resolved.action {
    case .file(.get):
      return """
        \tif _, err := \(call); !fault.Is(err, fault.NotFound) {
        \t\tt.Errorf("nothing is there: %v", err)
        \t}
        \tserver.Keep(\(key), "content")
        \tif response, err := \(call); err != nil || string(response.\(field)) != "content" {
        \t\tt.Errorf("got %q, %v", response.\(field), err)
        \t}

        """
    case .file(.put):
      let data = method.request.first { $0.name == "data" }?.goName ?? "Data"
      return """
        \tif _, err := \(call); err != nil {
        \t\tt.Error(err)
        \t}
        \tif kept := server.Kept(\(key)); kept != string(request.\(data)) {
        \t\tt.Errorf("kept %q", kept)
        \t}

        """
    case .file(.presign):
      return """
        \tserver.Keep(\(key), "content")
        \tresponse, err := \(call)
        \tif err != nil {
        \t\tt.Fatal(err)
        \t}
        \tif content, err := s3test.Fetch(response.\(field)); err != nil || content != "content" {
        \t\tt.Errorf("%s has %q, %v", response.\(field), content, err)
        \t}

        """
    default:
      return """
        \tserver.Keep(\(key), "content")
        \tif _, err := \(call); err != nil {
        \t\tt.Error(err)
        \t}
        \tif kept := server.Kept(\(key)); kept != "" {
        \t\tt.Errorf("kept %q", kept)
        \t}

        """
    }
  }
}
