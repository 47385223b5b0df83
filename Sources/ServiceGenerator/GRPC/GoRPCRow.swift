internal import ServiceModel

/// How rows of a table become messages, and messages rows.
struct GoRPCRow {
  let table: GoTable
  let message: ProtoMessage

  /// The function that makes rows of a table's messages.
  static func reader(_ table: String) -> String { GoName.unexported(table) + "FromMessage" }
  /// The function that makes messages of a table's rows.
  static func writer(_ table: String) -> String { GoName.unexported(table) + "Message" }

  private func conversions(of variable: String, in place: String?) -> [(GoField, String, GoRPCConversion)] {
    table.columns.map { column in
      let name = message.fields.first { $0.name == column.name }?.goName ?? column.goName
      return (column, name, GoRPCConversion(column, name, of: variable, in: place))
    }
  }

  private var written: [(name: String, text: String)] {
    conversions(of: "row", in: nil).map { ($1, $2.writing) }
  }

  private var read: [(name: String, text: String)] {
    conversions(of: "message", in: "name").map { ($0.goName, $2.reading) }
  }

  /// The function that makes a message of a row.
  var writing: String {
    let function = Self.writer(table.name)
    return """
      // \(function) returns the message of a row of the table \(table.name).
      func \(function)(row entity.\(table.goName)) *api.\(message.name) {
      \treturn &api.\(message.name){\(written.isEmpty ? "" : "\n" + GoText.pairs(pairs(written), indent: "\t\t") + "\t")}
      }
      """
  }

  /// The function that makes a row of a message.
  var reading: String {
    let function = Self.reader(table.name)
    let row = "entity.\(table.goName)"
    return """
      // \(function) returns what makes a row of the table \(table.name) of the message in the field of this name.
      func \(function)(r *grpcapi.Reader, name string) func(*api.\(message.name)) \(row) {
      \treturn func(message *api.\(message.name)) \(row) {
      \t\tif message == nil {
      \t\t\tr.Missing(name)
      \t\t\treturn \(row){}
      \t\t}
      \t\treturn \(row){\(read.isEmpty ? "" : "\n" + GoText.pairs(pairs(read), indent: "\t\t\t") + "\t\t")}
      \t}
      }
      """
  }

  private func pairs(_ fields: [(name: String, text: String)]) -> [(key: String, value: String)] {
    fields.map { ($0.name, $0.text) }
  }

  func importsOfWriting(in service: GoService) -> [String] {
    GoRPCConversion.imports(of: written.map(\.text), in: service)
  }

  func importsOfReading(in service: GoService) -> [String] {
    GoRPCConversion.imports(of: read.map(\.text), in: service) + [service.platform("grpcapi")]
  }
}
