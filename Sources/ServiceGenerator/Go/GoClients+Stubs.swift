internal import ServiceModel

extension GoClients {
  /// Stand-ins for those that are called: they keep what they were asked last, and answer with sample values or an error.
  func addStubs(to file: inout GoFile) {
    let samples = GoSamples(service: service)
    for client in clients {
      file.use(service.path(of: client.component))
      file.use("context")
      let package = client.component.package
      var methods = ""
      for method in client.methods {
        let response = samples.literals(method.response, in: &file)
        methods += """


          func (s *\(client.stub)) \(Self.signature(method, of: client, context: "_", request: "request")) {
          \ts.request = request
          \tif s.err != nil {
          \t\treturn \(package).\(method.responseType){}, s.err
          \t}
          \treturn \(package).\(method.responseType){\(response)}, nil
          }
          """
      }
      file.add(
        """
        // \(client.stub) stands in for the component \(client.component.name).
        type \(client.stub) struct {
        \trequest any
        \terr     error
        }\(methods)
        """)
    }
  }

  /// The statements that make all stand-ins.
  var stubStatements: String { clients.map { "\t\($0.component.fake) := new(\($0.stub))\n" }.joined() }

  /// The names of all stand-ins, as arguments.
  var stubArguments: [String] { clients.map(\.component.fake) }
}

extension GoCall {
  /// The request that arrives there where every field of `fields` has its sample value.
  func sample(of fields: [GoField], in file: inout GoFile, _ service: GoService) -> String {
    let samples = GoSamples(service: service)
    var texts: [String] = []
    for field in method.request {
      guard let index = fields.firstIndex(where: { $0.name == field.name }) else { continue }
      texts.append("\(field.goName): \(samples.literal(field, index + 1, in: &file))")
    }
    return "\(component.package).\(method.requestType){\(texts.joined(separator: ", "))}"
  }

  /// The fields of a response that is made of this call's sample response.
  func sample(answering fields: [GoField], in file: inout GoFile, _ service: GoService) -> String {
    let samples = GoSamples(service: service)
    var texts: [String] = []
    for field in fields {
      guard let index = method.response.firstIndex(where: { $0.name == field.name }) else { continue }
      texts.append("\(field.goName): \(samples.literal(field, index + 1, in: &file))")
    }
    return texts.joined(separator: ", ")
  }
}
