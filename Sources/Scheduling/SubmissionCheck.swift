internal import Model
internal import Queue

/// What may be stored of what people write.
enum SubmissionCheck {
  /// The longest tag, in characters, and how many a build may have at once.
  static let tagLengthLimit = 100
  static let tagLimit = 100

  static func check(_ submission: Submission) throws(QueueError) {
    try check(tags: submission.tags)
    let texts = [
      "manifest": submission.manifest, "comment": submission.trigger.comment, "namespace": submission.namespace ?? "",
    ]
    for (name, text) in texts where text.utf8.contains(0) { throw .invalid("the \(name) holds a NUL character") }
  }

  static func check(tags: [String]) throws(QueueError) {
    if tags.count > tagLimit { throw .invalid("\(tags.count) tags are too many; a build may have \(tagLimit)") }
    for tag in tags {
      if tag.isEmpty { throw .invalid("a tag is empty") }
      if tag.unicodeScalars.count > tagLengthLimit {
        throw .invalid("tag '\(tag.prefix(20))...' is longer than \(tagLengthLimit) characters")
      }
      if tag.unicodeScalars.contains(where: { $0.value < 32 || (127..<160).contains($0.value) }) {
        throw .invalid("a tag holds a control character")
      }
    }
  }

  /// Each tag once, in the order given.
  static func unique(_ tags: [String]) -> [String] {
    var seen: Set<String> = []
    return tags.filter { seen.insert($0).inserted }
  }
}
