internal import Documents
internal import Model

extension MethodDraft {
  /// An operation on Redis.
  static func redis(_ method: Method, types: EntityTypes) -> MethodDraft {
    var draft = MethodDraft()
    let key = draft.key(of: method, types: types)
    let op = method.op ?? ""
    switch op {
    case "get":
      guard let value = draft.value(of: method, types: types), let key else { break }
      let data = ResolvedField("data", value)
      draft.signature = Signature(request: key.request, response: [data], canMiss: true)
      draft.action = .redis(.get(key.template, value))
    case "set":
      let seconds = draft.seconds(method.ttl, in: 1...(100 * 366 * 86_400))
      guard let value = draft.value(of: method, types: types), let key else { break }
      draft.requireNoData(key.request)
      draft.signature = Signature(request: key.request + [ResolvedField("data", value)], response: [])
      draft.action = .redis(.set(key.template, value, seconds: seconds))
    case "delete":
      guard let key else { break }
      draft.signature = Signature(request: key.request, response: [ResolvedField("count", .scalar(.int64))])
      draft.action = .redis(.delete(key.template))
    default: draft.reportOperation(op, known: "get, set or delete")
    }
    return draft
  }

  /// An operation on a bucket.
  static func file(_ method: Method, types: EntityTypes) -> MethodDraft {
    var draft = MethodDraft()
    let key = draft.key(of: method, types: types)
    let op = method.op ?? ""
    let data = ResolvedField("data", .scalar(.bytes))
    switch op {
    case "put":
      guard let key else { break }
      draft.requireNoData(key.request)
      draft.signature = Signature(request: key.request + [data], response: [])
      draft.action = .file(.put(key.template))
    case "get":
      guard let key else { break }
      draft.signature = Signature(request: key.request, response: [data], canMiss: true)
      draft.action = .file(.get(key.template))
    case "delete":
      guard let key else { break }
      draft.signature = Signature(request: key.request, response: [])
      draft.action = .file(.delete(key.template))
    case "presign":
      // Seven days are the most that S3 allows.
      let seconds = draft.seconds(method.ttl, in: 1...604_800) ?? 900
      guard let key else { break }
      draft.signature = Signature(request: key.request, response: [ResolvedField("url", .scalar(.string))])
      draft.action = .file(.presign(key.template, seconds: seconds))
    default: draft.reportOperation(op, known: "put, get, delete or presign")
    }
    return draft
  }

  private mutating func reportOperation(_ op: String, known: String) {
    let what = op.isEmpty ? "the operation is missing" : "\(quoted(op)) is no operation"
    report(.invalidQuery, "op", "\(what); it is \(known)")
  }

  private mutating func requireNoData(_ fields: [ResolvedField]) {
    for field in fields where IdentifierRules.key(field.name) == "data" {
      report(.duplicateName, field.name, "'data' is what is stored; give the field of the key another name")
    }
  }

  private mutating func seconds(_ text: String?, in range: ClosedRange<Int64>) -> Int64? {
    guard let text, !text.isEmpty else { return nil }
    guard let time = Duration(quantity: text), time.milliseconds % 1000 == 0, range.contains(time.milliseconds / 1000)
    else {
      report(
        .invalidQuery, "ttl",
        "\(quoted(text)) is no time to live; write whole seconds as 60s, 10m or 12h, at most \(range.upperBound)s")
      return nil
    }
    return time.milliseconds / 1000
  }

  private mutating func value(of method: Method, types: EntityTypes) -> FieldType? {
    guard let text = method.value, !text.isEmpty else {
      report(.unknownType, "value", "the type of what is kept is missing, as entity.products or string")
      return nil
    }
    switch types.type(text) {
    case .success(let type): return type
    case .failure(let refusal):
      report(.unknownType, "value", "\(quoted(text)) is no type; \(refusal.detail)")
      return nil
    }
  }

  /// The key's template, and the fields that it takes: those of `params`, or text for each placeholder.
  private mutating func key(
    of method: Method, types: EntityTypes
  ) -> (template: KeyTemplate, request: [ResolvedField])? {
    let params = method.params.map { fields($0, types: types) }
    let template: Template
    do throws(Template.Refusal) { template = try Template(method.key ?? "") } catch {
      report(.invalidQuery, "key", "the key has \(error.reason)")
      return nil
    }
    guard !template.parts.isEmpty else {
      report(.invalidQuery, "key", "the key is missing, as 'product:{id}'")
      return nil
    }
    let request = params ?? template.names.map { ResolvedField($0, .scalar(.string)) }
    guard let request, checkKey(template, request) else { return nil }
    return (
      KeyTemplate(
        parts: template.parts.map { part in
          switch part {
          case .text(let text): .text(text)
          case .placeholder(let name): .field(name)
          }
        }), request
    )
  }

  private mutating func checkKey(_ template: Template, _ request: [ResolvedField]) -> Bool {
    let count = problems.count
    for name in template.names where !request.contains(where: { $0.name == name }) {
      let hint = NameHints.suffix(name, in: request.map(\.name))
      report(.invalidQuery, "key", "'{\(name)}' is not among the params\(hint)")
    }
    for field in request where !(field.type.scalar?.isPlain ?? false) {
      report(.typeMismatch, field.name, "\(field.type) cannot be a part of a key; use text, a number or a UUID")
    }
    return problems.count == count
  }
}
