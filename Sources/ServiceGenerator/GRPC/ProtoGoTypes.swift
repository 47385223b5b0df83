/// The tables of types in the Go code of messages: which there are, and which field and method names which.
struct ProtoGoTypes {
  let file: ProtoFile
  let prefix: String

  var text: String { types + dependencies }

  private static let timestamp = "google.protobuf.Timestamp"

  private var types: String {
    var rows = file.messages.map { ("(*\($0.name))(nil),", "\(file.package).\($0.name)") }
    if file.usesTimestamp { rows.append(("(*timestamppb.Timestamp)(nil),", Self.timestamp)) }
    if rows.isEmpty { return "var \(prefix)_goTypes = []interface{}{}\n" }
    let width = (rows.map(\.0.utf8.count).max() ?? 0) + 1
    let lines = rows.enumerated().map { index, row in
      "\t\(ProtoGo.padded(row.0, width))// \(index): \(row.1)\n"
    }
    return "var \(prefix)_goTypes = []interface{}{\n\(lines.joined())}\n"
  }

  private func index(of name: String) -> Int { file.messages.firstIndex { $0.name == name } ?? 0 }

  private var dependencies: String {
    let fields = file.messages.flatMap { message in
      message.fields.compactMap { field -> (Int, String)? in
        let place = "\(file.package).\(message.name).\(field.name):type_name -> "
        return switch field.kind {
        case .timestamp: (file.messages.count, place + Self.timestamp)
        case .message(let name): (index(of: name), place + "\(file.package).\(name)")
        default: nil
        }
      }
    }
    let inputs = file.methods.map { method in
      (index(of: method.request), "\(place(of: method)):input_type -> \(file.package).\(method.request)")
    }
    let outputs = file.methods.map { method in
      (index(of: method.response), "\(place(of: method)):output_type -> \(file.package).\(method.response)")
    }
    let all = fields + inputs + outputs
    var rows = all.enumerated().map { ("\($0.element.0),", "\($0.offset): \($0.element.1)") }
    rows += Self.parts(fields: fields.count, inputs: inputs.count, all: all.count)
    let width = (rows.map(\.0.utf8.count).max() ?? 0) + 1
    let lines = rows.map { "\t\(ProtoGo.padded($0.0, width))// \($0.1)\n" }
    return "var \(prefix)_depIdxs = []int32{\n\(lines.joined())}\n"
  }

  private func place(of method: ProtoMethod) -> String { "\(file.package).\(file.service).\(method.name)" }

  /// Where each part of the table begins and ends, last part first.
  private static func parts(fields: Int, inputs: Int, all: Int) -> [(String, String)] {
    let outputs = fields + inputs
    let ranges = [
      (outputs, all, "method output_type"), (fields, outputs, "method input_type"),
      (fields, fields, "extension type_name"), (fields, fields, "extension extendee"), (0, fields, "field type_name"),
    ]
    return ranges.map { ("\($0.0),", "[\($0.0):\($0.1)] is the sub-list for \($0.2)") }
  }
}
