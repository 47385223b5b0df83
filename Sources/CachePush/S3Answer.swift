internal import XML

/// The XML of S3's uploads in parts.
enum S3Answer {
  /// The text of the first element of this name; nil where there is none, or the bytes are no XML.
  static func text(of element: String, in body: [UInt8]) -> String? {
    let finder = ElementFinder(element)
    guard var reader = XMLReader(finder) else { return nil }
    guard (try? reader.read(body)) != nil, finder.isFound else { return nil }
    return String(decoding: finder.text, as: UTF8.self)
  }

  /// What completes an upload.
  static func completion(_ parts: [SentPart]) -> String {
    let rows = parts.map { part in
      let tag = part.eTag.map { character in
        switch character {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        default: String(character)
        }
      }.joined()
      return "<Part><PartNumber>\(part.partNumber)</PartNumber><ETag>\(tag)</ETag></Part>"
    }
    return #"<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">"# + rows.joined()
      + "</CompleteMultipartUpload>"
  }
}

private final class ElementFinder: XMLHandler {
  private let name: String
  private(set) var isFound = false
  private var isInside = false
  private(set) var text: [UInt8] = []

  init(_ name: String) { self.name = name }

  func began(_ element: String, _ attributes: [String: String]) -> Bool {
    if isFound && !isInside { return false }
    if element == name { (isFound, isInside) = (true, true) }
    return true
  }

  func ended() { isInside = false }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    if isInside { text += bytes }
  }
}
