internal import CGoSources
internal import ServiceModel

/// The Go that is the same in every service, embedded in the program.
enum GoSources {
  /// The path of the module in embedded files.
  private static let placeholder = "example.com/service/"

  private static let files: [(name: String, text: String)] = (0..<wright_go_source_count).compactMap { index in
    guard let source = wright_go_source_at(index)?.pointee else { return nil }
    let bytes = UnsafeBufferPointer(start: source.bytes, count: source.size)
    return (String(cString: source.name), String(decoding: bytes, as: UTF8.self))
  }

  /// A file in a module.
  static func text(_ name: String, module: String) -> String? {
    files.first { $0.name == name }.map { $0.text.replacingOccurrences(of: placeholder, with: module + "/") }
  }

  /// The packages of the platform that a service uses, with their tests.
  static func platform(of service: GoService) -> [GeneratedFile] {
    let packages = packages(of: service)
    return files.compactMap { name, _ in
      let parts = name.split(separator: "/")
      guard parts.first == "platform", parts.count > 2, packages.contains(String(parts[1])),
        let text = text(name, module: service.module)
      else { return nil }
      return GeneratedFile(path: "internal/" + name, contents: GoFile.mark + "\n" + text)
    }
  }

  private static func packages(of service: GoService) -> Set<String> {
    var packages: Set<String> = ["environment", "fault", "health", "journal", "metrics", "serve"]
    if service.usesValue { packages.insert("value") }
    for component in service.components {
      switch component.kind {
      case .http: packages.formUnion(["httpapi", "caller", "value"])
      case .grpc: packages.formUnion(["grpcapi", "caller", "value"])
      case .sql, .redis, .fileStorage: packages.formUnion(component.kind.dataSource.map { [$0.goPackage] } ?? [])
      case .lookAsideCache: packages.formUnion(["lookaside", "caller"])
      case .orchestrator: packages.insert("middleware")
      case .logging, .monitoring, .rateLimit, .auth: packages.formUnion(["middleware", "caller"])
      case .function: packages.formUnion(["caller", "value"])
      }
    }
    return packages
  }
}

extension GoService {
  /// True where a field has a type that Go does not have, or may be NULL.
  fileprivate var usesValue: Bool {
    let fields = components.flatMap(\.methods).flatMap { $0.request + $0.response } + tables.flatMap(\.columns)
    return fields.contains { field in
      field.isNullable || field.type.element == .scalar(.decimal) || field.type.element == .scalar(.uuid)
    }
  }
}

extension String {
  /// The text with a part replaced wherever it is; Foundation has this, and pure modules do without Foundation.
  func replacingOccurrences(of part: String, with replacement: String) -> String {
    guard !part.isEmpty else { return self }
    let bytes = Array(utf8)
    let wanted = Array(part.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == wanted[0], bytes.count - index >= wanted.count,
        bytes[index..<index + wanted.count].elementsEqual(wanted)
      {
        result += replacement.utf8
        index += wanted.count
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
