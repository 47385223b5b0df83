internal import Model
internal import Queue

/// What a service's builds need to know: the panel on the right of its builds.
struct ServiceConfigurationView: Sendable {
  /// The service's name.
  var service: String
  /// As it is saved.
  var configuration: BuildConfiguration
  /// What was entered, where it was not saved; of secrets nothing is shown.
  var entered: [BuildConfiguration.Property: String]?
  /// What is wrong with what was entered.
  var wrong: [BuildConfiguration.Property: String] = [:]
  var test: ConnectionTest?
  var isSaved = false

  private var isOpen: Bool { isSaved || test != nil || entered != nil }

  var html: HTML {
    let open: HTML = isOpen ? " open" : ""
    return """
      <details class="builds-config" id="builds-config"\(open)><summary class="button" role="button">Builds config</summary>
      <section class="panel" aria-label="Builds config"><form id="config-form" class="stack" method="post" \
      action="/services/\(service)/builds/config" autocomplete="off" data-live="config">
      \(BuildConfiguration.Property.allCases.filter(\.isRequired).map(field))
      \(BuildConfiguration.Property.allCases.filter { !$0.isRequired }.map(field))
      <div class="config-buttons"><button class="primary" type="submit">Save</button>\
      <button type="submit" formaction="/services/\(service)/builds/config/test">Test connection</button></div>
      <div role="status" id="config-said">\(said)</div></form></section></details>
      """
  }

  private func field(_ property: BuildConfiguration.Property) -> HTML {
    let name = property.rawValue
    let problem = wrong[property]
    let invalid: HTML = problem == nil ? "" : " aria-invalid=\"true\""
    let error = problem.map { "<p class=\"field-error\" id=\"error-\(name)\">\($0)</p>" as HTML }
    return """
      <div class="config-field" id="field-\(name)"><label class="field"><span>\(name)</span>\
      \(control(property, invalid: invalid))</label><p class="hint" id="hint-\(name)">\(Self.sentence(property))</p>\(error)</div>
      """
  }

  private func control(_ property: BuildConfiguration.Property, invalid: HTML) -> HTML {
    let name = property.rawValue
    let common: HTML = """
      name="\(name)" aria-describedby="hint-\(name)" spellcheck="false" autocapitalize="none"\(invalid)
      """
    let value = (entered.map { $0[property] } ?? configuration[property]) ?? ""
    if property == .authorities {
      return
        "<textarea \(common) rows=\"3\" autocomplete=\"off\" placeholder=\"-----BEGIN CERTIFICATE-----\">\n\(value)</textarea>"
    }
    if property.isSecret {
      let placeholder: HTML = configuration[property] == nil ? "" : "set; leave empty to keep it"
      return
        "<input \(common) type=\"password\" autocomplete=\"new-password\" placeholder=\"\(placeholder)\" maxlength=\"1000\">"
    }
    return "<input \(common) autocomplete=\"off\" value=\"\(value)\" maxlength=\"1000\">"
  }

  private static func sentence(_ property: BuildConfiguration.Property) -> HTML {
    let text = property.meaning
    let optional = property.isRequired ? "" : "Optional: "
    return "\(optional)\(property.isRequired ? text.prefix(1).uppercased() + text.dropFirst() : text)."
  }

  private var said: HTML {
    if !wrong.isEmpty { return "<p class=\"alert\">Not saved: correct what is marked.</p>" }
    if let test {
      let parts: [(HTML, ConnectionTest.Part)] = [
        ("Token", test.token), ("Project", test.project), ("Repository", test.repository),
      ]
      return "<ul class=\"test-result\">\(parts.map(part))</ul>"
    }
    return isSaved ? "<p class=\"saved\">Saved.</p>" : .empty
  }

  private func part(_ name: HTML, _ part: ConnectionTest.Part) -> HTML {
    """
    <li data-ok="\(part.isFine ? "true" : "false")">\(Icon.status(part.isFine ? .passed : .failed))<div>\
    <strong>\(name)</strong> <span class="sr-only">\(part.isFine ? "is fine" : "fails"):</span> \(part.detail)</div></li>
    """
  }
}
