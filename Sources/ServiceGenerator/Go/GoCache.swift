internal import ServiceModel

/// The package of a component of type `look_aside_cache`.
struct GoCache {
  let component: GoComponent
  let service: GoService
  let clients: GoClients

  init(_ component: GoComponent, of service: GoService) {
    self.component = component
    self.service = service
    clients = GoClients(of: component, in: service)
  }

  /// The file and its test.
  var files: [GeneratedFile] { [main, tests].map { $0.generated(module: service.module) } }

  private var main: GoFile {
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package).go", package: component.package,
      comment: "Package \(component.package) is the component \(component.name): it asks the fastest source first.")
    file.use(["journal", "metrics", "lookaside"].map(service.platform) + clients.imports)
    for interface in clients.interfaces { file.add(interface) }
    file.add(
      GoText.structure(
        "Cache", comment: "Cache asks one source after the other.",
        members: [.init("sources", "*lookaside.Sources")] + clients.members))
    let parameters = (["logger *journal.Logger", "registry *metrics.Registry"] + clients.parameters)
    let sources = "lookaside.New(\"\(component.name)\", logger, registry)"
    let fields = [(key: "sources", value: sources)] + clients.members.map { ($0.name, $0.name) }
    file.add(
      """
      // New returns the component with its sources.
      \(GoText.constructor(parameters, of: "Cache"))
      \treturn \(GoText.literal(of: "&Cache", fields, indent: "\t"))
      }
      """)
    for method in component.methods {
      guard let layers = GoLayers(method, from: clients) else { continue }
      file.use("context")
      if layers.usesValue { file.use(service.platform("value")) }
      file.addTypes(of: method, in: service)
      file.add(layers.function)
    }
    return file
  }
}

/// A method of a look-aside cache.
struct GoLayers {
  /// A source.
  struct Layer {
    let reference: MethodReference
    let call: GoCall
    /// What writes to it.
    let write: GoCall?
    let writeReference: MethodReference?
  }

  let method: GoMethod
  let layers: [Layer]

  init?(_ method: GoMethod, from clients: GoClients) {
    guard case .lookAside(let sources) = method.resolved.action else { return nil }
    self.method = method
    layers = sources.compactMap { source in
      GoCall(source.method, from: clients).map { call in
        Layer(
          reference: source.method, call: call, write: source.write.flatMap { GoCall($0, from: clients) },
          writeReference: source.write)
      }
    }
    if layers.isEmpty { return nil }
  }

  private var request: GoCopy.Source { .init(variable: "request", fields: method.request) }
  private var found: GoCopy.Source { .init(variable: "response", fields: method.response) }

  private func response(of layer: Layer) -> GoCopy {
    GoCopy(method.response, from: [.init(variable: "answer", fields: layer.call.method.response)])
  }

  /// True where the file has to import `value`.
  var usesValue: Bool {
    layers.contains { layer in
      response(of: layer).usesValue || GoCopy(layer.call.method.request, from: [request]).usesValue
        || layer.write.map { GoCopy($0.method.request, from: [request, found]).usesValue } == true
    }
  }

  /// The method in Go.
  var function: String {
    let names = layers.map(\.reference.description).joined(separator: ", ")
    return """
      // \(method.goName) asks \(names) in this order, and writes what a later one has to those before it.
      func (c *Cache) \(method.goName)(ctx context.Context, request \(method.requestType)) (\(method.responseType), error) {
      \(layers.indices.map(passage).joined())}
      """
  }

  /// How a source is asked, and what follows where it has the data.
  private func passage(_ index: Int) -> String {
    let layer = layers[index]
    let copy = response(of: layer)
    let asking = "\(copy.variables.isEmpty ? "_" : "answer"), err := \(layer.call.expression(from: [request]))"
    let result = "\(method.responseType){\(copy.text)}"
    let writes = layers[..<index].reversed().flatMap(writing)
    let giving =
      writes.isEmpty ? ["return \(result), nil"] : ["response := \(result)"] + writes + ["return response, nil"]
    let lines =
      if index == layers.count - 1 {
        [asking, "if err != nil {", "\treturn \(method.responseType){}, err", "}"] + giving
      } else {
        ["if \(asking); c.sources.Found(\(place(layer.reference)), err) {"] + giving.map { "\t" + $0 } + ["}"]
      }
    return lines.map { "\t\($0)\n" }.joined()
  }

  private func writing(_ layer: Layer) -> [String] {
    guard let write = layer.write, let reference = layer.writeReference else { return [] }
    return [
      "_, err = \(write.expression(from: [request, found]))", "c.sources.Written(\(place(reference)), err)",
    ]
  }

  private func place(_ reference: MethodReference) -> String { "ctx, \"\(method.name)\", \"\(reference)\"" }
}
