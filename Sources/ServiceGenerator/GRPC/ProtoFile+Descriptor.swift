extension ProtoFile {
  /// The file as the compiler describes it to its plugins, without comments: what Go's library reads when the program
  /// starts. https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
  var descriptor: [UInt8] {
    var file = ProtoWriter()
    file.add(1, path)
    file.add(2, package)
    if usesTimestamp { file.add(3, "google/protobuf/timestamp.proto") }
    for message in messages { file.add(4, descriptor(of: message)) }
    file.add(6, serviceDescriptor)
    var options = ProtoWriter()
    options.add(11, goPackage)
    file.add(8, options)
    file.add(12, "proto3")
    return file.bytes
  }

  private var serviceDescriptor: ProtoWriter {
    var writer = ProtoWriter()
    writer.add(1, service)
    for method in methods {
      var described = ProtoWriter()
      described.add(1, method.name)
      described.add(2, ".\(package).\(method.request)")
      described.add(3, ".\(package).\(method.response)")
      writer.add(2, described)
    }
    return writer
  }

  private func descriptor(of message: ProtoMessage) -> ProtoWriter {
    var writer = ProtoWriter()
    writer.add(1, message.name)
    var optional = 0
    for field in message.fields {
      writer.add(2, descriptor(of: field, optional: optional))
      if field.isOptional { optional += 1 }
    }
    // An optional field is the only one of a group of its own.
    for field in message.fields where field.isOptional {
      var group = ProtoWriter()
      group.add(1, field.groupName)
      writer.add(8, group)
    }
    return writer
  }

  private func descriptor(of field: ProtoField, optional: Int) -> ProtoWriter {
    var writer = ProtoWriter()
    writer.add(1, field.name)
    writer.add(3, number: field.number)
    writer.add(4, number: field.isRepeated ? 3 : 1)
    writer.add(5, number: field.kind.typeNumber)
    switch field.kind {
    case .timestamp: writer.add(6, ".google.protobuf.Timestamp")
    case .message(let name): writer.add(6, ".\(package).\(name)")
    default: break
    }
    if field.isOptional { writer.add(9, number: optional) }
    writer.add(10, field.jsonName)
    if field.isOptional { writer.add(17, number: 1) }
    return writer
  }
}

extension ProtoField {
  /// The name of the group that an optional field is the only one of. As the compiler makes it: no two underscores at
  /// the beginning, and not the name of the field itself.
  fileprivate var groupName: String { (name.hasPrefix("_") ? "X" : "_") + name }
}

/// Writes a message of protocol buffers.
struct ProtoWriter {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, number: Int) {
    varint(field << 3)
    varint(number)
  }

  mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  mutating func add(_ field: Int, _ message: ProtoWriter) { add(field, message.bytes) }

  private mutating func add(_ field: Int, _ content: [UInt8]) {
    varint(field << 3 | 2)
    varint(content.count)
    bytes += content
  }

  /// Numbers of fields, types and lengths, none of which is negative.
  private mutating func varint(_ number: Int) {
    var rest = UInt64(clamping: number)
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
