internal import FoundationEssentials
internal import Model
internal import Routing
internal import ServiceModel
internal import Store

extension Services {
  /// The most bytes of a document in a request.
  static let documentLimit = 4 << 20

  /// The document with the saved schemas of the data sources that it uses: only those count, whatever it says itself.
  func whole(_ document: ServiceDocument, owner: UserID) async throws -> ServiceDocument {
    document.joining(try await dependencies.store.dataSources(owner: owner).map(\.definition))
  }

  /// Makes data sources of a document's definitions where the owner has none of the name, without connections.
  func makeDataSources(of document: ServiceDocument, owner: UserID) async throws {
    let now = dependencies.clock()
    let new = document.dataSources.filter { $0.kind != nil && DataSource.isName($0.name) }.map { definition in
      DataSource(
        name: definition.name, type: definition.type, connection: "{}",
        tables: DataSourceDefinition.json(of: definition.tables), createdAt: now, savedAt: now)
    }
    if !new.isEmpty { _ = try await dependencies.store.createDataSources(new, owner: owner) }
  }
}

extension ServiceDocument {
  /// What the store keeps.
  init(stored text: String) throws { try self.init(json: Array(text.utf8)) }

  /// For the store: the same document gives the same text.
  var stored: String { String(decoding: json, as: UTF8.self) }

  /// From a request's JSON. Throws a `Problem` with every mistake.
  init(request bytes: [UInt8]) throws {
    do { try self.init(json: bytes) } catch { throw Problem.invalid(error.mistakes.map { ProblemField($0) }) }
  }

  /// From a service file. Throws a `Problem` with every mistake and where it is.
  init(file bytes: [UInt8]) throws {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Problem(400, "the file is not UTF-8 text") }
    do { try self.init(yaml: text) } catch { throw Problem.invalid(error.mistakes.map { ProblemField($0) }) }
  }
}

extension DataSource {
  /// Whether a data source may have this name: an identifier, because variables of the environment are named by it.
  static func isName(_ text: String) -> Bool { ServiceRecord.isName(text) && !text.contains("-") }

  /// Its schema, as services see it.
  var definition: DataSourceDefinition {
    // What was written by this server can be read by it; tables that cannot are not there for services.
    let tables = (try? JSONDecoder().decode([Table].self, from: Data(tables.utf8))) ?? []
    return DataSourceDefinition(name: name, type: type, tables: tables)
  }
}

extension DataSourceDefinition {
  /// Tables as a JSON array, for the store and for answers.
  static func json(of tables: [Table]) -> String {
    // Texts and flags can always be encoded.
    (try? JSONEncoder().encode(tables)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
  }
}

extension ProblemField {
  /// A mistake in a document; `prefix` is where the document is in the body.
  init(_ mistake: MalformedService.Mistake, below prefix: String = "") {
    self.init(
      pointer: prefix + mistake.pointer, line: mistake.line, column: mistake.column, detail: mistake.detail)
  }
}
