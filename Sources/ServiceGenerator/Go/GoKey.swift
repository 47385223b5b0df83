internal import ServiceModel

extension KeyTemplate {
  /// The key as an expression of Go, made of fields of `request`, and the packages that it needs. Where several texts
  /// are part of a key they are escaped, so that no two requests mean the same key by accident.
  func expression(_ fields: [GoField]) -> (text: String, imports: Set<String>) {
    var imports: Set<String> = []
    let texts = parts.filter { part in
      if case .field(let name) = part { fields.first { $0.name == name }?.type.scalar == .string } else { false }
    }
    let pieces = parts.compactMap { part -> String? in
      switch part {
      case .text(let text): return GoText.quoted(text)
      case .field(let name):
        guard let field = fields.first(where: { $0.name == name }), let scalar = field.type.scalar else { return nil }
        let value = field.isNullable ? "value.OrZero(request.\(field.goName))" : "request.\(field.goName)"
        if field.isNullable { imports.insert("value") }
        if scalar == .string, texts.count > 1 {
          imports.insert("net/url")
          return "url.QueryEscape(\(value))"
        }
        return Self.text(of: value, scalar, &imports)
      }
    }
    return (pieces.isEmpty ? "\"\"" : pieces.joined(separator: " + "), imports)
  }

  private static func text(of value: String, _ scalar: ScalarType, _ imports: inout Set<String>) -> String {
    switch scalar {
    case .string: return value
    case .decimal, .uuid: return "string(\(value))"
    case .bytes, .json: return "string(\(value))"
    case .timestamp:
      imports.insert("time")
      return "\(value).UTC().Format(time.RFC3339Nano)"
    case .bool:
      imports.insert("strconv")
      return "strconv.FormatBool(\(value))"
    case .int32:
      imports.insert("strconv")
      return "strconv.FormatInt(int64(\(value)), 10)"
    case .int64:
      imports.insert("strconv")
      return "strconv.FormatInt(\(value), 10)"
    case .float64:
      imports.insert("strconv")
      return "strconv.FormatFloat(\(value), 'g', -1, 64)"
    }
  }

  /// The key of a request with sample values.
  func sample(_ fields: [GoField]) -> String {
    return parts.map { part in
      switch part {
      case .text(let text): return text
      case .field(let name):
        let index = fields.firstIndex { $0.name == name } ?? 0
        return GoSample(index + 1).text(fields.indices.contains(index) ? fields[index].type.scalar ?? .string : .string)
      }
    }.joined()
  }
}
