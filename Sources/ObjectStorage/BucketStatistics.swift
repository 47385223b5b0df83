/// What a client has done with its bucket so far.
public struct BucketStatistics: Sendable, Hashable {
  /// Requests that were sent, those that were made again included.
  public var requests: Int64 = 0
  /// Requests that failed for the moment: the bucket could not be reached, or said that it cannot now.
  public var failures: Int64 = 0
  /// Bytes of objects sent.
  public var sentBytes: Int64 = 0
  /// Bytes of objects received.
  public var receivedBytes: Int64 = 0
  /// False while the last request failed for the moment.
  public var isAnswering = true

  /// Nothing yet.
  public init() {}
}
