public import HTTPServer

/// A refusal that a caller may read, sent as RFC 9457 `application/problem+json`. Handlers throw it.
public struct Problem: Error, Sendable {
  /// Names the kind of problem; `about:blank` where the status says it all.
  public var type: String
  /// The status in a few words.
  public var title: String
  /// The HTTP status.
  public var status: Int
  /// A sentence for people: what is wrong, and what to do.
  public var detail: String
  /// What is wrong with each part of a refused body.
  public var errors: [ProblemField]
  /// Further members of the document, which programs read.
  public var members: [JSONMember] = []
  /// Names this occurrence in the server's log; for unexpected failures only.
  public var id: String?
  /// Fields that the answer needs, like `Allow`.
  public var headers: HTTPHeaders

  /// A problem; without a title it gets the status's own.
  public init(
    _ status: Int, _ detail: String, title: String? = nil, type: String = "about:blank", errors: [ProblemField] = [],
    id: String? = nil, headers: HTTPHeaders = [:]
  ) {
    self.type = type
    self.title = title ?? Self.title(of: status)
    self.status = status
    self.detail = detail
    self.errors = errors
    self.id = id
    self.headers = headers
  }

  /// 404: it does not exist, or it is somebody else's; a caller cannot tell which.
  public static func notFound(_ detail: String) -> Problem { Problem(404, detail) }

  /// 422 for one part of a body.
  public static func invalid(_ pointer: String, _ detail: String) -> Problem {
    .invalid([ProblemField(pointer: pointer, detail: detail)])
  }

  /// 422 for parts of a body.
  public static func invalid(_ errors: [ProblemField]) -> Problem {
    let detail =
      switch errors.count {
      case 1: errors[0].detail
      default: "\(errors.count) things are wrong with the request; see errors"
      }
    return Problem(422, detail, errors: errors)
  }

  /// The answer.
  public var response: HTTPResponse {
    var headers = headers
    headers["Content-Type"] = "application/problem+json"
    headers["Cache-Control"] = "no-store"
    return HTTPResponse(status: status, headers: headers, content: .bytes(json))
  }

  /// The answer's body.
  public var json: [UInt8] {
    var writer = JSONWriter(capacity: 256)
    writer.beginObject()
    writer.field("type", type)
    writer.field("title", title)
    writer.field("status", Int64(status))
    writer.field("detail", detail)
    if let id { writer.field("id", id) }
    for member in members {
      writer.key(text: member.name)
      writer.value(member.value)
    }
    if !errors.isEmpty {
      writer.key("errors")
      writer.beginArray()
      for error in errors { error.write(to: &writer) }
      writer.endArray()
    }
    writer.endObject()
    return writer.bytes
  }

  static func title(of status: Int) -> String {
    titles[status] ?? (status < 500 ? "Request refused" : "Server error")
  }

  private static let titles: [Int: String] = [
    400: "Bad request", 401: "Not signed in", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
    409: "Conflict", 410: "Gone", 412: "Precondition failed", 413: "Content too large", 415: "Unsupported media type",
    416: "Range not satisfiable", 422: "Invalid request", 429: "Too many requests", 500: "Internal server error",
    503: "Service unavailable", 507: "Insufficient storage",
  ]
}

/// One part of a refused body.
public struct ProblemField: Sendable, Hashable {
  /// A JSON pointer (RFC 6901) to the part: `/tags/3`.
  public var pointer: String
  /// The line in a text that the part holds, counted from 1.
  public var line: Int?
  /// The column in that line, counted from 1.
  public var column: Int?
  /// What is wrong.
  public var detail: String

  /// A part.
  public init(pointer: String, line: Int? = nil, column: Int? = nil, detail: String) {
    self.pointer = pointer
    self.line = line
    self.column = column
    self.detail = detail
  }

  /// Writes it as a JSON object.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.field("pointer", pointer)
    if let line { writer.field("line", Int64(line)) }
    if let column { writer.field("column", Int64(column)) }
    writer.field("detail", detail)
    writer.endObject()
  }
}
