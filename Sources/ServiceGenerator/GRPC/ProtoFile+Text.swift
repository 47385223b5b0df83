extension ProtoFile {
  /// The file, for people and for the compilers of other languages.
  var text: String {
    var text = GeneratedMark.slashes + "\nsyntax = \"proto3\";\n\npackage \(package);\n"
    if usesTimestamp { text += "\nimport \"google/protobuf/timestamp.proto\";\n" }
    text += "\noption go_package = \"\(goPackage)\";\n\n"
    text += "// \(service) is what can be called.\nservice \(service) {\n"
    for method in methods {
      text += "  // \(method.comment)\n  rpc \(method.name)(\(method.request)) returns (\(method.response));\n"
    }
    text += "}\n"
    for message in messages {
      text += "\n// \(message.comment)\nmessage \(message.name) {\n\(message.fields.map(Self.line).joined())}\n"
    }
    return text
  }

  private static func line(_ field: ProtoField) -> String {
    let label = field.isRepeated ? "repeated " : field.isOptional ? "optional " : ""
    return "  \(label)\(field.kind.protoType) \(field.name) = \(field.number);\n"
  }
}
