import HTTPServer
import Model
import Queue
import Testing

@testable import API

/// Takes messages about repository 7 whose body is as long as the header `X-Length` says, and answers as `X-Answer`.
struct FakeWebhooks: WebhookReceiver {
  func receive(_ message: WebhookMessage, for repository: RepositoryID) async throws -> WebhookAnswer {
    var length = 0
    while let piece = try await message.body() { length += piece.count }
    guard repository.rawValue == 7, message.header("x-length") == "\(length)" else { return .refused }
    switch message.header("x-answer") {
    case "ping": return .ping
    case "ignored": return .ignored
    default: return .checked
    }
  }
}

@Suite struct HookTests {
  @Test(
    arguments: [
      ("7", ["X-Length": "4"], 202, "checked"), ("7", ["X-Length": "4", "X-Answer": "ping"], 200, "ping"),
      ("7", ["X-Length": "4", "X-Answer": "ignored"], 200, "ignored"), ("7", ["X-Length": "5"], 401, nil),
      ("8", ["X-Length": "4"], 401, nil), ("x", ["X-Length": "4"], 401, nil), ("-7", ["X-Length": "4"], 401, nil),
    ] as [(String, [String: String], Int, String?)])
  func `a forge needs no token, and gets an answer or the same refusal`(
    _ id: String, _ headers: [String: String], _ status: Int, _ result: String?
  ) async throws {
    try await TestServer.run { server in
      let response = await server.send("POST", "/api/v1/hooks/\(id)", headers, body: "ping", token: .some(nil))
      #expect(response.status == status)
      let json = try await response.json()
      if let result {
        #expect(json["result"].string == result)
      } else {
        let other = await server.send("POST", "/api/v1/hooks/99", headers, body: "ping", token: .some(nil))
        #expect(try await other.json()["detail"] == json["detail"])
      }
    }
  }

  @Test func `a message that is too large is refused`() async throws {
    try await TestServer.run { server in
      let large = String(repeating: "x", count: APILimits().webhookBytes + 1)
      let response = await server.send("POST", "/api/v1/hooks/7", body: large, token: .some(nil))
      #expect(response.status == 413)
    }
  }
}
