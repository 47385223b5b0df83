internal import Documents
internal import FoundationEssentials
internal import YAML

extension ServiceDocument {
  /// Reads a service file. Costs time and memory in proportion to the text, whatever it holds.
  ///
  /// Throws every mistake with line and column where the text is no service file: no YAML, another shape, an unknown
  /// key. A service that is wrong in another way is read; `problems()` says how it is wrong.
  public init(yaml: String) throws(MalformedService) { try self.init(yaml: Array(yaml.utf8)) }

  /// Reads the bytes of a service file. Throws as `init(yaml:)` of a text does, and where they are no text.
  public init(yaml: [UInt8]) throws(MalformedService) {
    let result = YAMLNode.parse(yaml, limits: YAMLLimits(bytes: 4 << 20))
    var reader = ServiceReader(isTyped: false, needsFormat: true)
    for problem in result.problems { reader.diagnostics.error(problem.message, at: problem.mark, .root) }
    var document = ServiceDocument(name: "")
    if let root = result.root, !root.isNull {
      document = reader.document(root)
    } else if result.problems.isEmpty {
      reader.diagnostics.error("the file is empty; a service begins with 'wright: \(Self.format)'", at: .start, .root)
    }
    if let refusal = reader.refusal(hasLines: true) { throw refusal }
    self = document
  }

  /// Reads the JSON of a service, whose keys are those of the service file; `wright` may be left out.
  ///
  /// Throws every mistake with its JSON pointer where the text has another shape or an unknown key.
  public init(json: [UInt8]) throws(MalformedService) {
    do {
      self = try JSONDecoder().decode(ServiceDocument.self, from: Data(json))
    } catch let error as MalformedService {
      throw error
    } catch {
      throw MalformedService(mistakes: [.init(pointer: "", detail: "this is not valid JSON")])
    }
  }
}

extension ServiceDocument: Codable {
  /// Reads the JSON of a service. Throws `MalformedService`.
  public init(from decoder: any Decoder) throws {
    let root = try DocumentValue(from: decoder).node
    self = try ServiceReader.read { reader in reader.document(root) }
  }

  /// Writes the JSON of the service.
  public func encode(to encoder: any Encoder) throws { try tree.encode(to: encoder) }
}

extension DataSourceDefinition: Codable {
  /// Reads the JSON of a data source. Throws `MalformedService`.
  public init(from decoder: any Decoder) throws {
    let root = Place(node: try DocumentValue(from: decoder).node, pointer: .root)
    self = try ServiceReader.read { reader in reader.dataSource(root) }
  }

  /// Writes the JSON of the data source.
  public func encode(to encoder: any Encoder) throws { try tree(isComplete: true).encode(to: encoder) }
}

extension Table: Codable {
  /// Reads the JSON of a table. Throws `MalformedService`.
  public init(from decoder: any Decoder) throws {
    let root = Place(node: try DocumentValue(from: decoder).node, pointer: .root)
    self = try ServiceReader.read { reader in reader.table(root) }
  }

  /// Writes the JSON of the table.
  public func encode(to encoder: any Encoder) throws { try tree(isComplete: true).encode(to: encoder) }
}

extension ServiceReader {
  /// What `body` reads from JSON, or every mistake.
  static func read<Value>(_ body: (inout ServiceReader) -> Value) throws(MalformedService) -> Value {
    var reader = ServiceReader(isTyped: true, needsFormat: false)
    let value = body(&reader)
    if let refusal = reader.refusal(hasLines: false) { throw refusal }
    return value
  }

  /// The mistakes so far; nil where there are none.
  fileprivate func refusal(hasLines: Bool) -> MalformedService? {
    guard diagnostics.hasErrors else { return nil }
    return MalformedService(
      mistakes: diagnostics.sorted.map { diagnostic in
        MalformedService.Mistake(
          line: hasLines ? diagnostic.line : nil, column: hasLines ? diagnostic.column : nil,
          pointer: diagnostic.pointer, detail: diagnostic.message)
      })
  }
}
