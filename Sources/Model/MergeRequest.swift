/// A merge request that was opened, or found.
public struct MergeRequest: Codable, Sendable, Hashable {
  /// Its number in its project.
  public var iid: Int64
  /// Its page.
  public var url: String

  /// A merge request.
  public init(iid: Int64, url: String) {
    self.iid = iid
    self.url = url
  }
}
