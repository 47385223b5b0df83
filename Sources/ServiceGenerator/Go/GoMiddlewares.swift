internal import ServiceModel

/// The packages of middlewares: templates in which the settings are put.
struct GoMiddlewares {
  let component: GoComponent
  let service: GoService

  init(_ component: GoComponent, of service: GoService) {
    self.component = component
    self.service = service
  }

  /// The file and its test.
  var files: [GeneratedFile] {
    guard let template = component.resolved.middleware.map(GoTemplate.init) else { return [] }
    return [("", "\(component.package).go"), ("_test", "\(component.package)_test.go")].compactMap { suffix, name in
      guard let source = GoSources.text("components/\(template.name)\(suffix).go", module: service.module) else {
        return nil
      }
      var text = source
      for (old, new) in replacements(template) { text = text.replacingOccurrences(of: old, with: new) }
      return GeneratedFile(path: "internal/\(component.package)/\(name)", contents: GoFile.mark + "\n" + text)
    }
  }

  private func replacements(_ template: GoTemplate) -> [(String, String)] {
    [
      ("package \(template.package)\n", "package \(component.package)\n"),
      (
        "// Package \(template.package) is the component \(template.component):",
        "// Package \(component.package) is the component \(component.name):"
      ),
    ] + template.settings
  }
}

/// The template of a middleware, and what its settings replace in it.
struct GoTemplate {
  /// The file, without its ending.
  let name: String
  /// The package and the component as the template names them.
  let package: String
  let component: String
  /// What stands there, and what takes its place.
  let settings: [(String, String)]

  init(_ middleware: MiddlewareSettings) {
    switch middleware {
    case .logging(let level):
      (name, package, component) = ("logging", "log", "Log")
      settings = [("const level = journal.Info", "const level = journal.\(GoName.exported(level.rawValue))")]
    case .monitoring(let buckets):
      (name, package, component) = ("monitoring", "measure", "Measure")
      let bounds = buckets.map(GoText.number).joined(separator: ", ")
      settings = [("[]float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}", "[]float64{\(bounds)}")]
    case .rateLimit(let limit):
      (name, package, component) = ("rate_limit", "limit", "Limit")
      settings = [
        ("requests = 100\n", "requests = \(limit.requests)\n"), ("burst = 100\n", "burst = \(limit.burst)\n"),
        ("period   = time.Second", "period   = \(GoText.spaced(GoText.duration(milliseconds: limit.milliseconds)))"),
        ("isPerCaller = true", "isPerCaller = \(limit.scope == .client)"),
      ]
    case .auth(.bearer):
      (name, package, component) = ("auth_bearer", "auth", "Auth")
      settings = []
    case .auth(.jwt(_, let issuer, let audience)):
      (name, package, component) = ("auth_jwt", "authjwt", "AuthJWT")
      settings = [
        ("issuer   = \"shop\"", "issuer   = \(GoText.quoted(issuer ?? ""))"),
        ("audience = \"shop\"", "audience = \(GoText.quoted(audience ?? ""))"),
      ]
    }
  }
}
