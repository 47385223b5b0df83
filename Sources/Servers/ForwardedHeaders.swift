internal import HTTPClient
internal import HTTPServer

/// The header fields of a request and its answer on their way through a server that does not answer itself
/// (RFC 9110, section 7.6.1).
enum ForwardedHeaders {
  /// Says by whom a request was handed on, so that it is handed on once.
  static let by = "Wright-Forwarded-By"
  /// Says that who was asked does not lead, and has done nothing.
  static let notLeading = "Wright-Not-Leading"

  /// What belongs to one connection, in lower case.
  private static let connection: Set<String> = [
    "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
    "transfer-encoding", "upgrade", "content-length", "expect",
  ]
  /// What this server's own router puts into every answer.
  private static let ownAnswers: Set<String> = ["x-content-type-options", "referrer-policy", "date"]

  /// The fields of a request that server `id` hands on: the caller's own, `Host` and credentials included, with the
  /// caller's address at the end of `X-Forwarded-For`.
  static func request(_ request: HTTPRequest, by id: String) -> HTTPClientHeaders {
    let named = listed(request.headers.all("Connection"))
    var fields = request.headers.fields.filter { field in
      let name = field.name.lowercased()
      return !connection.contains(name) && !named.contains(name) && name != "x-forwarded-for"
        && name != by.lowercased()
    }
    let hops = request.headers.all("X-Forwarded-For").filter { !$0.isEmpty } + [request.remoteAddress]
    fields.append((name: "X-Forwarded-For", value: hops.joined(separator: ", ")))
    fields.append((name: by, value: id))
    return HTTPClientHeaders(fields)
  }

  /// The fields of an answer that was got for somebody.
  static func answer(_ fields: [(name: String, value: String)]) -> HTTPHeaders {
    let named = listed(fields.filter { $0.name.lowercased() == "connection" }.map(\.value))
    return HTTPHeaders(
      fields.filter { field in
        let name = field.name.lowercased()
        return !connection.contains(name) && !named.contains(name) && !ownAnswers.contains(name)
      })
  }

  /// The fields that `Connection` names.
  private static func listed(_ values: [String]) -> Set<String> {
    Set(values.flatMap { $0.split(separator: ",") }.map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() })
  }
}
