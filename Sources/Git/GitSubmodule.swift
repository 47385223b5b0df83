/// A submodule as `.gitmodules` describes it.
struct GitSubmodule: Sendable, Hashable {
  /// Relative to the repository.
  var path: String
  /// As written: an address, or one relative to the repository's own.
  var url: String
  /// False where `.gitmodules` says that it is not to be cloned.
  var isWanted = true

  /// Reads settings with keys like `submodule.<name>.path`, where a name may hold dots. Later values of a key count.
  /// What has no path or no address is left out.
  static func read(_ settings: [(key: String, value: String)]) -> [GitSubmodule] {
    var values: [String: [String: String]] = [:]
    var names: [String] = []
    for (key, value) in settings {
      guard let (name, key) = nameAndKey(Array(key.utf8)) else { continue }
      if values[name] == nil { names.append(name) }
      values[name, default: [:]][key] = value
    }
    return names.compactMap { name in
      guard let path = values[name]?["path"], let url = values[name]?["url"] else { return nil }
      return GitSubmodule(path: path, url: url, isWanted: values[name]?["update"] != "none")
    }
  }

  private static func nameAndKey(_ bytes: [UInt8]) -> (name: String, key: String)? {
    let prefix = Array("submodule.".utf8)
    guard bytes.starts(with: prefix), let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot >= prefix.count else {
      return nil
    }
    return (
      String(decoding: bytes[prefix.count..<dot], as: UTF8.self), String(decoding: bytes[(dot + 1)...], as: UTF8.self)
    )
  }
}
