/// A value of a setting.
public enum SettingValue: Sendable, Hashable {
  /// Text.
  case text(String)
  /// True or false.
  case flag(Bool)
  /// A whole number.
  case integer(Int64)
  /// Any other number; finite.
  case number(Double)
  /// Several values.
  case list([SettingValue])
}
