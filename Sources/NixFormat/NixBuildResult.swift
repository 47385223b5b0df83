internal import FoundationEssentials

/// The store paths that a finished build has named on its standard output: the JSON of `nix build --json`, or the lines
/// of `nix-build`. What cannot be read names none.
public func nixBuildResults(_ output: [UInt8]) -> [StorePath] {
  let start = output.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
  guard start.first == UInt8(ascii: "[") else {
    return String(decoding: start, as: UTF8.self).split(separator: "\n").compactMap { StorePath($0) }
  }
  let built = (try? JSONDecoder().decode([BuiltThing].self, from: Data(start))) ?? []
  return built.flatMap { ($0.outputs ?? [:]).values.sorted() + [$0.path].compactMap(\.self) }.compactMap {
    StorePath($0)
  }
}

/// A derivation with its outputs, or a path.
private struct BuiltThing: Decodable {
  var outputs: [String: String]?
  var path: String?
}
