internal import XML

/// The XML of S3's answers: one element, in it fields, and records that have fields of their own.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
struct BucketAnswer {
  /// The texts below the outermost element, by name; of one name the first.
  private(set) var fields: [String: String] = [:]
  /// The texts of each record, in order.
  private(set) var records: [[String: String]] = []

  /// Reads an answer whose records are elements called `record`. What is no XML has no fields; what is damaged has
  /// those before the damage.
  init(_ body: [UInt8], record: String = "") {
    let collector = AnswerCollector(record)
    guard var reader = XMLReader(collector) else { return }
    guard (try? reader.read(body)) != nil else { return }
    fields = collector.fields
    records = collector.records
  }

  /// What completes an upload.
  static func completion(_ parts: [UploadedPart]) -> String {
    let rows = parts.map { part in
      let tag = part.entityTag.map { character in
        switch character {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        default: String(character)
        }
      }.joined()
      return "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(tag)</ETag></Part>"
    }
    return #"<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">"# + rows.joined()
      + "</CompleteMultipartUpload>"
  }
}

private final class AnswerCollector: XMLHandler {
  private let record: String
  private var path: [String] = []
  private var text: [UInt8] = []
  private(set) var fields: [String: String] = [:]
  private(set) var records: [[String: String]] = []

  init(_ record: String) { self.record = record }

  func began(_ element: String, _ attributes: [String: String]) -> Bool {
    path.append(element)
    text = []
    if path.count == 2, element == record { records.append([:]) }
    return true
  }

  func ended() {
    guard let name = path.popLast() else { return }
    let value = String(decoding: text, as: UTF8.self)
    text = []
    if path.count == 1, name != record {
      fields[name] = fields[name] ?? value
    } else if path.count == 2, path[1] == record, !records.isEmpty {
      records[records.count - 1][name] = value
    }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) { text += bytes }
}
