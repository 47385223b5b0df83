internal import CExpat

/// Reads an XML document that comes in pieces, in memory that does not depend on its size. Document types are refused,
/// and with them entities of one's own; so are elements nested deeper than 100 and single tags over 1 MiB.
public struct XMLReader: ~Copyable {
  static let depthLimit = 100
  static let tagLimit = 1 << 20
  static let chunk = 256 << 10

  private let parser: XML_Parser
  private let session: Session
  private var isOver = false
  private var fed: Int64 = 0

  /// A reader that tells `handler`; nil without memory.
  public init?(_ handler: some XMLHandler) {
    guard let parser = XML_ParserCreate(nil) else { return nil }
    self.parser = parser
    session = Session(handler, parser)
    XML_SetUserData(parser, Unmanaged.passUnretained(session).toOpaque())
    XML_SetElementHandler(
      parser, { Session.from($0)?.began($1, $2) }, { user, _ in Session.from(user)?.ended() })
    XML_SetCharacterDataHandler(parser) { Session.from($0)?.text($1, $2) }
    XML_SetStartDoctypeDeclHandler(parser) { user, _, _, _, _ in
      Session.from(user)?.refuse("a document type is not accepted here")
    }
  }

  deinit { XML_ParserFree(parser) }

  /// Takes the next bytes. False once nothing more is wanted. After an error it must not be called again.
  public mutating func read(_ bytes: [UInt8]) throws(XMLProblem) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty && !isOver {
      try parse(rest.prefix(Self.chunk), isLast: false)
      rest = rest.dropFirst(Self.chunk)
    }
    return !isOver
  }

  /// There is no more. Throws where the document is not complete.
  public mutating func finish() throws(XMLProblem) {
    if !isOver { try parse([], isLast: true) }
  }

  private mutating func parse(_ bytes: ArraySlice<UInt8>, isLast: Bool) throws(XMLProblem) {
    // The session is what the parser's callbacks point at; it has to live through the call.
    let status = withExtendedLifetime(session) {
      bytes.withUnsafeBytes { buffer in
        XML_Parse(parser, buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count), isLast ? 1 : 0)
      }
    }
    fed += Int64(bytes.count)
    if let refusal = session.refusal { throw problem(refusal) }
    if session.isStopped { return isOver = true }
    guard status == XML_STATUS_OK else {
      throw problem(XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "it is damaged")
    }
    // What is not finished is scanned anew with each piece, so it must not grow for ever.
    if !isLast, fed - Int64(XML_GetCurrentByteIndex(parser)) > Int64(Self.tagLimit) {
      throw problem("a tag is longer than 1 MiB")
    }
  }

  private borrowing func problem(_ detail: String) -> XMLProblem {
    XMLProblem(detail, line: Int(clamping: XML_GetCurrentLineNumber(parser)))
  }
}

/// What expat's callbacks reach.
private final class Session {
  private let handler: any XMLHandler
  private let parser: XML_Parser
  private var depth = 0
  private(set) var refusal: String?
  private(set) var isStopped = false

  init(_ handler: any XMLHandler, _ parser: XML_Parser) {
    self.handler = handler
    self.parser = parser
  }

  static func from(_ user: UnsafeMutableRawPointer?) -> Session? {
    user.map { Unmanaged<Session>.fromOpaque($0).takeUnretainedValue() }
  }

  func began(_ name: UnsafePointer<CChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
    guard !isStopped, let name else { return }
    depth += 1
    if depth > XMLReader.depthLimit {
      return refuse("elements are nested deeper than \(XMLReader.depthLimit)")
    }
    var found: [String: String] = [:]
    var next = attributes
    while let pair = next, let key = pair[0], let value = pair[1] {
      found[String(cString: key)] = String(cString: value)
      next = pair + 2
    }
    if !handler.began(String(cString: name), found) { stop() }
  }

  func ended() {
    if isStopped { return }
    depth -= 1
    handler.ended()
  }

  func text(_ bytes: UnsafePointer<CChar>?, _ count: Int32) {
    guard !isStopped, let bytes, count > 0 else { return }
    bytes.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
      handler.text(UnsafeBufferPointer(start: $0, count: Int(count)))
    }
  }

  func refuse(_ reason: String) {
    refusal = refusal ?? reason
    stop()
  }

  private func stop() {
    isStopped = true
    XML_StopParser(parser, XML_Bool(0))
  }
}
