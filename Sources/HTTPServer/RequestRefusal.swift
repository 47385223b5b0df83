/// A request that no handler gets to see, because it is not valid HTTP or because software on the way might read it
/// differently than we do.
struct RequestRefusal: Error, Hashable {
  var status: Int
  var title: String
  var detail: String

  static func badRequest(_ detail: String) -> RequestRefusal {
    RequestRefusal(status: 400, title: "Bad Request", detail: detail)
  }

  static func headTooLarge(limit: Int) -> RequestRefusal {
    RequestRefusal(
      status: 431, title: "Request Header Fields Too Large", detail: "The head of the request exceeds \(limit) bytes.")
  }

  /// The answer, after which the connection is closed: what follows on it cannot be told from a body. The sentences are
  /// ours and hold nothing that JSON would have to escape.
  var response: HTTPResponse {
    let body = #"{"type":"about:blank","title":"\#(title)","status":\#(status),"detail":"\#(detail)"}"#
    return HTTPResponse(
      status: status, headers: ["Content-Type": "application/problem+json"], content: .bytes(Array(body.utf8)))
  }
}
