internal import FoundationEssentials
public import NixFormat

/// What the store knows of a path that is in it.
public struct StorePathInfo: Sendable, Hashable {
  /// The path.
  public var path: StorePath
  /// The hash of its NAR.
  public var narHash: NarHash
  /// The size of its NAR in bytes.
  public var narSize: Int64
  /// Everything that it refers to, perhaps itself.
  public var references: [StorePath]
  /// The derivation that made it, where it is known.
  public var deriver: StorePath?
  /// Who vouches for it already.
  public var signatures: [NarSignature]
  /// The content address of a path that has one.
  public var contentAddress: String?

  /// What `nix path-info --json` wrote: a list of objects with `path` up to Nix 2.18, an object by path later. Throws
  /// `PushError.store` where it is neither, or a path is not in the store.
  static func list(json: [UInt8]) throws(PushError) -> [StorePathInfo] {
    let documents: [(String, Document?)]
    let decoder = JSONDecoder()
    if let list = try? decoder.decode([Document].self, from: Data(json)) {
      documents = list.map { ($0.path ?? "", $0) }
    } else if let table = try? decoder.decode([String: Document?].self, from: Data(json)) {
      documents = table.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    } else {
      throw .store("nix path-info wrote something that is not its JSON")
    }
    var infos: [StorePathInfo] = []
    for (path, document) in documents {
      guard let document, document.valid != false else { throw .store("\(path) is not in the store") }
      guard let info = StorePathInfo(path, document) else {
        throw .store("nix path-info says something unusable of \(path.isEmpty ? "a path" : path)")
      }
      infos.append(info)
    }
    return infos
  }

  fileprivate struct Document: Decodable {
    var path: String?
    var valid: Bool?
    var narHash: String?
    var narSize: Int64?
    var references: [String]?
    var deriver: String?
    var signatures: [String]?
    var ca: String?
  }
}

extension StorePathInfo {
  fileprivate init?(_ path: String, _ document: Document) {
    guard let path = Self.storePath(path), let narHash = document.narHash.flatMap({ NarHash($0) }),
      let narSize = document.narSize, narSize > 0, let written = document.references
    else { return nil }
    let references = written.compactMap(Self.storePath)
    guard references.count == written.count else { return nil }
    self.path = path
    self.narHash = narHash
    self.narSize = narSize
    self.references = references.sorted()
    deriver = document.deriver.flatMap(Self.storePath)
    signatures = (document.signatures ?? []).compactMap { NarSignature($0) }
    contentAddress = document.ca
  }

  /// A whole path, or as some versions write it, its last part.
  private static func storePath(_ text: String) -> StorePath? { StorePath(text) ?? StorePath(baseName: text) }
}

extension [StorePathInfo] {
  /// Each after what it refers to, as far as that is among them. Of those that are free, the order stays.
  func referencesFirst() -> [StorePathInfo] {
    let places = Dictionary(enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first })
    var (ordered, isVisited): ([StorePathInfo], [Bool]) = ([], .init(repeating: false, count: count))
    // With a stack of its own: a chain of references may be long.
    for start in indices where !isVisited[start] {
      isVisited[start] = true
      var stack = [(place: start, next: 0)]
      while let top = stack.last {
        let references = self[top.place].references
        guard top.next < references.count else {
          ordered.append(self[top.place])
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        if let place = places[references[top.next]], !isVisited[place] {
          isVisited[place] = true
          stack.append((place, 0))
        }
      }
    }
    return ordered
  }
}
