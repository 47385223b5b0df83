internal import Documents
internal import YAML

extension ServiceReader {
  private static let componentKeys = ["name", "type", "position", "data_source", "settings", "methods"]
  private static let positionKeys = KeySet(of: "a position", known: ["x", "y"])

  mutating func component(_ place: Place) -> Component {
    let kind = place.node["type"]?.scalar.flatMap { ComponentType(rawValue: $0.text) }
    let known = Self.componentKeys.filter { kind?.takes(componentKey: $0) ?? true }
    let keys = KeySet(of: kind.map { "a component of type \($0.rawValue)" } ?? "a component", known: known)
    guard let fields = fields(of: place.without(emptyOf: Self.componentKeys, but: known), keys) else {
      return Component(name: "", type: "")
    }
    return Component(
      name: optionalText(fields["name"]) ?? "", type: optionalText(fields["type"]) ?? "",
      position: fields["position"].flatMap { position($0) }, dataSource: optionalText(fields["data_source"]),
      settings: fields["settings"].flatMap { settings($0) },
      methods: items(fields["methods"], of: "methods", limit: 1000).map { method($0, of: kind) })
  }

  private mutating func position(_ place: Place) -> Position? {
    guard let fields = fields(of: place, Self.positionKeys) else { return nil }
    return Position(x: number(fields["x"]) ?? 0, y: number(fields["y"]) ?? 0)
  }

  private mutating func number(_ place: Place?) -> Double? {
    guard let place else { return nil }
    if let scalar = place.node.scalar, scalar.isPlain, let number = Double(scalar.text), number.isFinite {
      return number
    }
    expected("a number", at: place)
    return nil
  }

  private mutating func settings(_ place: Place) -> [String: SettingValue]? {
    guard let entries = place.node.entries else {
      expected("a mapping of settings", at: place)
      return nil
    }
    var settings: [String: SettingValue] = [:]
    for entry in entries where !entry.value.isNull {
      settings[entry.key] = setting(Place(node: entry.value, pointer: place.pointer.key(entry.key)))
    }
    return settings
  }

  private mutating func setting(_ place: Place) -> SettingValue? {
    switch place.node.content {
    case .scalar(let scalar) where !scalar.isPlain: return text(place, "text").map { .text($0) }
    case .scalar(let scalar):
      if ["true", "false"].contains(scalar.text) { return .flag(scalar.text == "true") }
      if let integer = Int64(scalar.text) { return .integer(integer) }
      if let first = scalar.text.utf8.first, first < UInt8(ascii: "A"), let number = Double(scalar.text) {
        return .number(number)
      }
      return text(place, "a value").map { .text($0) }
    case .sequence(let items) where items.allSatisfy { $0.scalar != nil }:
      return .list(items.enumerated().compactMap { setting(place.item($0.offset, $0.element)) })
    default:
      expected("a value or a list of values", at: place)
      return nil
    }
  }
}

extension ComponentType {
  /// True where a component of this type has a key of this name.
  func takes(componentKey key: String) -> Bool {
    switch key {
    case "data_source": group == .storage
    case "settings": group == .middleware
    case "methods": group != .middleware
    default: true
    }
  }
}

extension Place {
  /// Without entries of `keys` that hold nothing and are not among `known`. What holds nothing may stand anywhere:
  /// programs write all keys there are.
  func without(emptyOf keys: [String], but known: [String]) -> Place {
    guard let entries = node.entries else { return self }
    let kept = entries.filter { entry in
      known.contains(entry.key) || !keys.contains(entry.key) || !entry.value.holdsNothing
    }
    return Place(node: YAMLNode(.mapping(kept), at: mark), pointer: pointer)
  }
}

extension YAMLNode {
  fileprivate var holdsNothing: Bool {
    switch content {
    case .scalar(let scalar): scalar.isNull || scalar.text.isEmpty || scalar.isPlain && scalar.text == "false"
    case .sequence(let items): items.isEmpty
    case .mapping(let entries): entries.isEmpty
    case .unusable: false
    }
  }
}
