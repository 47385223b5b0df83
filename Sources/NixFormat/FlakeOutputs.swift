internal import FoundationEssentials

/// Something that a flake offers to be built.
public struct FlakeOutput: Sendable, Hashable {
  /// Which of a flake's sets it is in; the raw value is the set's name.
  public enum Kind: String, Sendable, CaseIterable { case packages, checks }

  /// Which of the sets it is in.
  public var kind: Kind
  /// The system that it is for: `x86_64-linux`.
  public var system: String
  /// Its name in the set.
  public var name: String

  /// What `nix build` takes for it, in the flake's own folder.
  public var installable: String {
    let isPlain =
      name.utf8.first.map { !(48...57).contains($0) && $0 != UInt8(ascii: "-") } == true
      && name.utf8.allSatisfy { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "+") }
    return ".#\(kind.rawValue).\(system)." + (isPlain ? name : "\"\(name)\"")
  }
}

/// The outputs for one system that `nix flake show --json` tells of, by kind and name. Names that could mean something
/// else to a program are left out, and counted. Nil where the text is not what that command writes.
public func flakeOutputs(_ json: [UInt8], system: String) -> (outputs: [FlakeOutput], leftOut: Int)? {
  guard case .set(let sets)? = try? JSONDecoder().decode(FlakeNode.self, from: Data(json)) else { return nil }
  var outputs: [FlakeOutput] = []
  var leftOut = 0
  for kind in FlakeOutput.Kind.allCases {
    guard case .set(let systems)? = sets[kind.rawValue], case .set(let found)? = systems[system] else { continue }
    for (name, node) in found.sorted(by: { $0.key < $1.key }) where node.isDerivation {
      if isUsable(name) {
        outputs.append(FlakeOutput(kind: kind, system: system, name: name))
      } else {
        leftOut += 1
      }
    }
  }
  return (outputs, leftOut)
}

private func isUsable(_ name: String) -> Bool {
  (1...200).contains(name.utf8.count)
    && name.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122: true
      default: "_-+.".utf8.contains(byte)
      }
    }
}

/// A part of what `nix flake show --json` writes.
private indirect enum FlakeNode: Decodable {
  case set([String: FlakeNode])
  case text(String)
  case other

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let set = try? value.decode([String: FlakeNode].self) {
      self = .set(set)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else {
      self = .other
    }
  }

  var isDerivation: Bool {
    guard case .set(let fields) = self, case .text("derivation")? = fields["type"] else { return false }
    return true
  }
}
