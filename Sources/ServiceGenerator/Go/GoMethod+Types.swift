internal import ServiceModel

extension GoMethod {
  /// The declarations of the request's and the response's type.
  var types: [String] {
    [
      GoText.structure(
        requestType, comment: "\(requestType) is the request of \(goName).", members: GoField.members(request)),
      GoText.structure(
        responseType, comment: "\(responseType) is the response of \(goName).", members: GoField.members(response)),
    ]
  }
}

extension GoField {
  /// Fields of a struct with their names in JSON.
  static func members(_ fields: [GoField]) -> [GoText.Member] {
    fields.map { .init($0.goName, $0.goType, json: $0.name) }
  }
}

extension GoFile {
  /// Adds the types of a method's request and response.
  mutating func addTypes(of method: GoMethod, in service: GoService) {
    use(service.imports(of: method.request + method.response))
    for declaration in method.types { add(declaration) }
  }
}
