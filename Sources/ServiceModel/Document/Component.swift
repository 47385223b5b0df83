/// A part of a service, as drawn: what it is, and what it can do.
public struct Component: Sendable, Hashable {
  /// An identifier, unique in the service.
  public var name: String
  /// As written; `kind` says whether it is known.
  public var type: String
  /// Where it stands on the canvas; nil where nobody has placed it.
  public var position: Position?
  /// The name of the data source that a storage component uses.
  public var dataSource: String?
  /// The settings of a middleware.
  public var settings: [String: SettingValue]?
  /// What it can do, in order.
  public var methods: [Method]

  /// A component.
  public init(
    name: String, type: String, position: Position? = nil, dataSource: String? = nil,
    settings: [String: SettingValue]? = nil, methods: [Method] = []
  ) {
    self.name = name
    self.type = type
    self.position = position
    self.dataSource = dataSource
    self.settings = settings
    self.methods = methods
  }

  /// What the type means; nil where it is unknown.
  public var kind: ComponentType? { ComponentType(rawValue: type) }

  /// The method of this name.
  public func method(_ name: String) -> Method? { methods.first { $0.name == name } }
}
