internal import ServiceModel

/// The package of the component of type `grpc`.
struct GoRPCServer {
  let component: GoComponent
  let service: GoService
  let clients: GoClients
  let proto: ProtoFile
  let calls: [GoRPCCall]

  init?(_ component: GoComponent, of service: GoService) {
    guard let proto = ProtoFile(service.resolved, module: service.module) else { return nil }
    self.component = component
    self.service = service
    self.proto = proto
    let clients = GoClients(of: component, in: service)
    self.clients = clients
    calls = component.methods.compactMap { GoRPCCall($0, from: clients, proto) }
  }

  /// The description of the API, what protoc makes of it, the component, and its test.
  var files: [GeneratedFile] {
    [
      GeneratedFile(path: proto.path, contents: proto.text), ProtoGo(file: proto).generated,
      ProtoGoService(file: proto).generated,
    ] + [main, messages, tests].compactMap { $0?.generated(module: service.module) }
  }

  private var goService: String { ProtoName.camelCase(proto.service) }

  private var main: GoFile? {
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package).go", package: component.package,
      comment: "Package \(component.package) is the component \(component.name): it answers gRPC calls.")
    file.use(["google.golang.org/grpc", service.module + "/api", service.platform("grpcapi")])
    file.use(clients.imports)
    for interface in clients.interfaces { file.add(interface) }
    file.add(structure)
    file.add(constructors)
    for call in calls {
      file.use("context")
      file.use(call.imports(in: service))
      file.add(call.function)
    }
    return file
  }

  private var structure: String {
    let names = (clients.members.map(\.name.utf8.count).max() ?? 0) + 1
    let lines = clients.members.map { "\t\(ProtoGo.padded($0.name, names))\($0.type)\n" }
    return """
      // Server answers gRPC calls.
      type Server struct {
      \tapi.Unimplemented\(goService)Server
      \(lines.isEmpty ? "" : "\n" + lines.joined())}
      """
  }

  private var constructors: String {
    let fields = clients.members.map { ($0.name, $0.name) }
    return """
      // New returns the component with those that it calls.
      \(GoText.constructor(clients.parameters, of: "Server"))
      \treturn \(GoText.literal(of: "&Server", fields, indent: "\t"))
      }

      // Listen returns what answers for the component at an address, such as ":9090".
      func Listen(address string, server *Server, options grpcapi.Options) (*grpcapi.Server, error) {
      \treturn grpcapi.Listen(address, options, func(registrar *grpc.Server) {
      \t\tapi.Register\(goService)Server(registrar, server)
      \t})
      }
      """
  }

  /// How rows become messages, and messages rows; nil where there are none.
  private var messages: GoFile? {
    let given = tables(calls.map(\.response))
    let taken = tables(calls.map(\.taken))
    guard !given.isEmpty || !taken.isEmpty else { return nil }
    var file = GoFile(path: "internal/\(component.package)/messages.go", package: component.package)
    file.use([service.module + "/api", service.module + "/entity"])
    for table in service.tables {
      guard let message = message(for: table) else { continue }
      let row = GoRPCRow(table: table, message: message)
      if given.contains(table.name) {
        file.add(row.writing)
        file.use(row.importsOfWriting(in: service))
      }
      if taken.contains(table.name) {
        file.add(row.reading)
        file.use(row.importsOfReading(in: service))
      }
    }
    return file
  }

  private func tables(_ lists: [[GoField]]) -> Set<String> { Set(lists.flatMap { $0 }.compactMap(\.type.table)) }

  /// The message for the rows of a table.
  func message(for table: GoTable) -> ProtoMessage? {
    proto.messages.first { $0.comment.hasSuffix(" is a row of the table \(table.name).") }
  }
}

/// A method of the component of type `grpc`.
struct GoRPCCall {
  let method: GoMethod
  let call: GoCall
  let message: ProtoMethod
  private let request: ProtoMessage
  private let answer: ProtoMessage

  init?(_ method: GoMethod, from clients: GoClients, _ proto: ProtoFile) {
    guard case .grpc(let reference) = method.resolved.action, let call = GoCall(reference, from: clients),
      let message = proto.method(method.name), let request = proto.message(message.request),
      let answer = proto.message(message.response)
    else { return nil }
    self.method = method
    self.call = call
    self.message = message
    self.request = request
    self.answer = answer
  }

  /// The fields of the request that the callee takes.
  var taken: [GoField] {
    method.request.filter { field in call.method.request.contains { $0.name == field.name } }
  }

  var response: [GoField] { method.response }

  private var conversions: [(field: GoField, text: GoRPCConversion)] {
    taken.map { field in (field, GoRPCConversion(field, Self.name(of: field, in: request), of: "request")) }
  }

  private var results: [(name: String, text: GoRPCConversion)] {
    response.map { field in
      let name = Self.name(of: field, in: answer)
      return (name, GoRPCConversion(field, name, of: "answer"))
    }
  }

  private static func name(of field: GoField, in message: ProtoMessage) -> String {
    message.fields.first { $0.name == field.name }?.goName ?? field.goName
  }

  private var canFail: Bool { conversions.contains { $0.text.canFail } }

  func imports(in service: GoService) -> [String] {
    GoRPCConversion.imports(of: conversions.map(\.text.reading) + results.map(\.text.writing), in: service)
  }

  var function: String {
    let package = call.component.package
    let fields = conversions.map { "\($0.field.goName): \($0.text.reading)" }.joined(separator: ", ")
    let given = results.map { "\($0.name): \($0.text.writing)" }.joined(separator: ", ")
    let literal = "\(package).\(call.method.requestType){\(fields)}"
    let reading =
      canFail
      ? """
      \tr := new(grpcapi.Reader)
      \targuments := \(literal)
      \tif err := r.Err(); err != nil {
      \t\treturn nil, err
      \t}

      """ : ""
    let parameter = conversions.isEmpty ? "_" : "request"
    return """
      // \(message.goName) calls \(call.component.name).\(call.method.name).
      func (c *Server) \(message.goName)(ctx context.Context, \(parameter) *api.\(message.request)) (*api.\(message.response), error) {
      \(reading)\t\(results.isEmpty ? "_" : "answer"), err := c.\(call.component.lower).\(call.method.goName)(ctx, \(canFail ? "arguments" : literal))
      \tif err != nil {
      \t\treturn nil, err
      \t}
      \treturn &api.\(message.response){\(given)}, nil
      }
      """
  }
}
