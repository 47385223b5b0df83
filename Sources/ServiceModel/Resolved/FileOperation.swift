/// An operation on an object of a bucket.
public enum FileOperation: Sendable, Hashable {
  /// Stores the request's `data`, which is bytes.
  case put(KeyTemplate)
  /// Gives `data`; a miss where there is none.
  case get(KeyTemplate)
  /// Deletes it, also where there is none.
  case delete(KeyTemplate)
  /// Gives `url`, text, with which anybody may fetch the object for so many seconds.
  case presign(KeyTemplate, seconds: Int64)
}
