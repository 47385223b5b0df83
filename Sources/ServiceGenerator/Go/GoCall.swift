internal import ServiceModel

/// A call of another component's method.
struct GoCall {
  let component: GoComponent
  let method: GoMethod

  init?(_ reference: MethodReference, from clients: GoClients) {
    guard let client = clients.client(reference.component), let method = client.component.method(reference.method)
    else { return nil }
    component = client.component
    self.method = method
  }

  /// The call as an expression, its request made of fields of the same names.
  func expression(from sources: [GoCopy.Source]) -> String {
    let fields = GoCopy(method.request, from: sources).text
    return "c.\(component.lower).\(method.goName)(ctx, \(component.package).\(method.requestType){\(fields)})"
  }
}

/// The fields of a literal that are copied from values with fields of the same names.
struct GoCopy {
  /// A variable and its fields.
  struct Source {
    var variable: String
    var fields: [GoField]
  }

  /// `ID: request.ID, Name: request.Name`.
  let text: String
  /// True where a field is turned from or into a pointer, for which `value` is imported.
  let usesValue: Bool
  /// The variables that are read.
  let variables: Set<String>

  /// Each field is of the first source that has one of its name.
  init(_ fields: [GoField], from sources: [Source]) {
    var texts: [String] = []
    var usesValue = false
    var variables: Set<String> = []
    for field in fields {
      for source in sources {
        guard let other = source.fields.first(where: { $0.name == field.name }) else { continue }
        texts.append("\(field.goName): \(Self.converted(other, of: source.variable, isNullable: field.isNullable))")
        usesValue = usesValue || other.isNullable != field.isNullable
        variables.insert(source.variable)
        break
      }
    }
    text = texts.joined(separator: ", ")
    self.usesValue = usesValue
    self.variables = variables
  }

  private static func converted(_ field: GoField, of variable: String, isNullable: Bool) -> String {
    let value = "\(variable).\(field.goName)"
    switch (field.isNullable, isNullable) {
    case (false, true): return "value.Of(\(value))"
    case (true, false): return "value.OrZero(\(value))"
    default: return value
    }
  }
}

/// A method that calls one of another component, and answers with what that says.
struct GoForwarding {
  let method: GoMethod
  let call: GoCall

  private var sources: [GoCopy.Source] { [.init(variable: "request", fields: method.request)] }
  private var outgoing: GoCopy { GoCopy(call.method.request, from: sources) }
  private var incoming: GoCopy {
    GoCopy(method.response, from: [.init(variable: "answer", fields: call.method.response)])
  }

  /// True where the file has to import `value`.
  var usesValue: Bool { outgoing.usesValue || incoming.usesValue }
  /// The call as an expression.
  var expression: String { call.expression(from: sources) }
  /// The name of the parameter of the request.
  var parameter: String { outgoing.variables.isEmpty ? "_" : "request" }
  /// The variable of the answer.
  var answer: String { incoming.variables.isEmpty ? "_" : "answer" }
  /// The response as an expression.
  var response: String { "\(method.responseType){\(incoming.text)}" }

  /// The whole method of a type.
  func function(of type: String) -> String {
    """
    // \(method.goName) calls \(call.component.name).\(call.method.name).
    func (c *\(type)) \(method.goName)(ctx context.Context, \(parameter) \(method.requestType)) (\(method.responseType), error) {
    \t\(answer), err := \(expression)
    \tif err != nil {
    \t\treturn \(method.responseType){}, err
    \t}
    \treturn \(response), nil
    }
    """
  }
}
