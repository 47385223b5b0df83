internal import ServiceModel

extension GoRPCServer {
  /// The tests of all methods, with stand-ins for those that are called; nil where there are no methods.
  var tests: GoFile? {
    guard !calls.isEmpty else { return nil }
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package)_test.go", package: component.package)
    file.use(["context", "reflect", "testing", "google.golang.org/protobuf/proto", service.module + "/api"])
    file.use([service.platform("fault")])
    clients.addStubs(to: &file)
    for call in calls { file.add(test(call, in: &file)) }
    GoSamples(service: service).addRows(to: &file)
    return file
  }

  private func test(_ call: GoRPCCall, in file: inout GoFile) -> String {
    let stub = call.call.component.fake
    let arguments = clients.stubArguments.joined(separator: ", ")
    let asked = message(call.message.request, call.method.request) { field in
      call.method.request.firstIndex { $0.name == field.name }
    }
    let wanted = message(call.message.response, call.method.response) { field in
      call.call.method.response.firstIndex { $0.name == field.name }
    }
    file.use(GoRPCConversion.imports(of: [asked, wanted], in: service))
    return """
      func Test\(call.message.goName)(t *testing.T) {
      \(clients.stubStatements)\tserver, ctx := New(\(arguments)), context.Background()
      \trequest := \(asked)
      \tanswer, err := server.\(call.message.goName)(ctx, request)
      \tif want := (\(wanted)); err != nil || !proto.Equal(answer, want) {
      \t\tt.Errorf("got %v, %v", answer, err)
      \t}
      \tif want := (\(call.call.sample(of: call.method.request, in: &file, service))); !reflect.DeepEqual(\(stub).request, want) {
      \t\tt.Errorf("asked for %+v", \(stub).request)
      \t}
      \t\(stub).err = fault.New(fault.Unavailable, "away")
      \tif _, err := server.\(call.message.goName)(ctx, request); !fault.Is(err, fault.Unavailable) {
      \t\tt.Errorf("a component that is away: %v", err)
      \t}
      }
      """
  }

  /// A message with sample values; `number` says which sample a field has, counted from 0.
  private func message(_ name: String, _ fields: [GoField], number: (GoField) -> Int?) -> String {
    let values = fields.compactMap { field -> String? in
      guard let number = number(field),
        let described = proto.message(name)?.fields.first(where: { $0.name == field.name })
      else { return nil }
      return "\(described.goName): \(literal(field, number + 1))"
    }
    return "&api.\(name){\(values.joined(separator: ", "))}"
  }

  /// The sample value of a field as a message has it.
  private func literal(_ field: GoField, _ number: Int) -> String {
    switch field.type.element {
    case .entity(let name):
      let row = service.table(name).map { sampleRow($0) } ?? ("", "nil")
      return field.type.isList ? "[]*api.\(row.0){\(row.1.dropFirst("&api.\(row.0)".count))}" : row.1
    case .scalar(let scalar):
      let value = Self.literal(scalar, number)
      if field.type.isList { return "[]\(Self.type(scalar)){\(value)}" }
      return field.isNullable && scalar != .bytes && scalar != .timestamp
        ? "value.Of(\(scalar == .int32 || scalar == .int64 ? "\(scalar.goName)(\(value))" : value))" : value
    }
  }

  private func sampleRow(_ table: GoTable) -> (String, String) {
    guard let message = message(for: table) else { return ("", "nil") }
    return (
      message.name,
      self.message(message.name, table.columns) { column in
        table.columns.firstIndex { $0.name == column.name }
      }
    )
  }

  private static func literal(_ type: ScalarType, _ number: Int) -> String {
    let sample = GoSample(number)
    return switch type {
    case .json: "`\(sample.text(type))`"
    case .timestamp: "timestamppb.New(\(sample.literal(type)))"
    default: sample.literal(type)
    }
  }

  private static func type(_ type: ScalarType) -> String {
    switch type {
    case .decimal, .uuid, .json: "string"
    case .timestamp: "*timestamppb.Timestamp"
    default: type.goName
    }
  }
}
