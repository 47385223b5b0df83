internal import Documents

/// What somebody most likely meant.
enum NameHints {
  /// Beyond so many candidates nobody is helped, and looking takes long.
  private static let limit = 500

  static func nearest(to name: String, in candidates: some Collection<String>) -> String? {
    guard !name.isEmpty, candidates.count <= limit else { return nil }
    return nearestName(to: name, in: candidates)
  }

  /// `; did you mean 'id'?`, or nothing.
  static func suffix(_ name: String, in candidates: some Collection<String>) -> String {
    nearest(to: name, in: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }
}
