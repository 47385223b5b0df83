internal import HTTPClient
internal import HTTPServer

/// Hands a connection on that leaves HTTP: the handshake as any request, and then bytes in both directions.
enum WebSocketRelay {
  private static let headLimit = 16 << 10
  private static let bodyLimit = 64 << 10

  /// The answer of the server at `address`. One that agrees to the upgrade takes the connection over.
  static func answer(
    to request: HTTPRequest, _ headers: HTTPClientHeaders, at address: String
  ) async throws -> HTTPResponse {
    let tunnel = try await HTTPTunnel.connect(to: address, timeout: .seconds(3))
    do {
      try await tunnel.write(head(of: request, headers))
      var received: [UInt8] = []
      let end = Array("\r\n\r\n".utf8)
      var headEnd: Int?
      while headEnd == nil {
        let bytes = try await tunnel.read()
        guard !bytes.isEmpty, received.count + bytes.count <= headLimit else { throw NoHandshake(address: address) }
        received += bytes
        headEnd = received.firstRange(of: end)?.upperBound
      }
      guard let headEnd, let answer = AnswerHead(received[..<headEnd]) else { throw NoHandshake(address: address) }
      let rest = Array(received[headEnd...])
      if answer.status == 101 { return upgrade(answer, rest, tunnel) }
      return try await refusal(answer, rest, tunnel)
    } catch {
      tunnel.close()
      throw error
    }
  }

  /// What came is no answer to a handshake.
  struct NoHandshake: Error, CustomStringConvertible {
    var address: String
    var description: String { "\(address) ended the connection in the handshake" }
  }

  private static func head(of request: HTTPRequest, _ headers: HTTPClientHeaders) -> [UInt8] {
    var lines = ["\(request.method) \(request.target) HTTP/1.1", "Connection: Upgrade"]
    lines += request.headers.all("Upgrade").map { "Upgrade: \($0)" }
    lines += headers.fields.map { "\($0.name): \($0.value)" }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

  private static func upgrade(_ answer: AnswerHead, _ early: [UInt8], _ tunnel: HTTPTunnel) -> HTTPResponse {
    var headers = ForwardedHeaders.answer(answer.fields)
    for field in answer.fields where field.name.lowercased() == "upgrade" { headers.add("Upgrade", field.value) }
    return HTTPResponse(
      status: 101, headers: headers,
      content: .upgrade { connection in
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            try? await connection.write(early)
            while let bytes = try? await tunnel.read(), !bytes.isEmpty {
              guard (try? await connection.write(bytes)) != nil else { return }
            }
          }
          group.addTask {
            while let bytes = try? await connection.read(), !bytes.isEmpty {
              guard (try? await tunnel.write(bytes)) != nil else { return }
            }
          }
          // Where one side has ended, nothing more comes of the other.
          await group.next()
          group.cancelAll()
          tunnel.close()
        }
      })
  }

  /// Any other answer, which says how long it is or ends with its connection.
  private static func refusal(_ answer: AnswerHead, _ early: [UInt8], _ tunnel: HTTPTunnel) async throws -> HTTPResponse
  {
    let length = answer.fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? bodyLimit
    var body = early
    while body.count < min(length, bodyLimit) {
      let bytes = try await tunnel.read()
      if bytes.isEmpty { break }
      body += bytes
    }
    tunnel.close()
    return HTTPResponse(
      status: answer.status, headers: ForwardedHeaders.answer(answer.fields),
      content: .bytes(Array(body.prefix(length))))
  }
}

/// The head of an answer.
struct AnswerHead {
  var status: Int
  var fields: [(name: String, value: String)]

  /// Nil for what is none.
  init?(_ bytes: some Sequence<UInt8>) {
    let lines = String(decoding: Array(bytes), as: UTF8.self).split(separator: "\r\n")
    guard let first = lines.first else { return nil }
    let words = first.split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]), (100...999).contains(status)
    else { return nil }
    self.status = status
    fields = lines.dropFirst().compactMap { line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      return (name: String(line[..<colon]), value: String(value))
    }
  }
}
