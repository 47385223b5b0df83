import Crypto
import Testing

@testable import Rebuilding

@Suite struct WebhookTests {
  private static let body = Array(#"{"ref":"refs/heads/main"}"#.utf8)
  private static let secret = "wrh_secret"

  private static func signature(_ secret: String, _ body: [UInt8]) throws -> String {
    var code = try HMACSHA256(key: Array(secret.utf8))
    code.update(body)
    return Hexadecimal.string(try code.finish())
  }

  private func verdict(_ headers: [String: String], body: [UInt8] = body) async throws -> Bool? {
    guard let proof = WebhookProof({ headers[$0] }) else { return nil }
    var pieces = [body.prefix(7), body.dropFirst(7)].map(Array.init)
    return try await proof.holds(secret: Self.secret) { pieces.isEmpty ? nil : pieces.removeFirst() }
  }

  @Test(arguments: [
    ("x-hub-signature-256", "sha256="), ("x-hub-signature", "sha256="), ("x-gitea-signature", ""),
    ("x-forgejo-signature", ""), ("x-gogs-signature", ""),
  ])
  func `a signature of the body holds, and no other`(_ header: String, _ prefix: String) async throws {
    let right = try Self.signature(Self.secret, Self.body)
    #expect(try await verdict([header: prefix + right]) == true)
    #expect(try await verdict([header: prefix + right.uppercased()]) == true)
    #expect(try await verdict([header: prefix + right], body: Self.body + [32]) == false)
    #expect(try await verdict([header: prefix + Self.signature("other", Self.body)]) == false)
    #expect(try await verdict([header: prefix + right.dropLast(2)]) == false)
    #expect(try await verdict([header: prefix]) == false)
    #expect(try await verdict([header: prefix + right + "z"]) == nil)
    if !prefix.isEmpty { #expect(try await verdict([header: right]) == nil) }
  }

  @Test(arguments: [("wrh_secret", true), ("wrh_secre", false), ("", false), ("wrh_secret ", false)])
  func `a token is the secret itself`(_ token: String, _ holds: Bool) async throws {
    #expect(try await verdict(["x-gitlab-token": token]) == holds)
  }

  @Test func `a message without a proof, or with a weaker one, has none`() async throws {
    #expect(try await verdict([:]) == nil)
    #expect(try await verdict(["x-hub-signature": "sha1=\(String(repeating: "a", count: 40))"]) == nil)
  }

  @Test func `of several proofs the first has to hold`() async throws {
    let right = try Self.signature(Self.secret, Self.body)
    let wrong = try Self.signature("other", Self.body)
    #expect(try await verdict(["x-hub-signature-256": "sha256=\(wrong)", "x-gitea-signature": right]) == false)
    #expect(try await verdict(["x-hub-signature-256": "sha256=\(wrong)", "x-gitlab-token": Self.secret]) == false)
  }

  @Test(arguments: [
    (["x-github-event": "push"], WebhookEvent.push), (["x-github-event": "ping"], .ping),
    (["x-github-event": "issues"], .other), (["x-github-event": "delete"], .push),
    (["x-gitlab-event": "Push Hook"], .push), (["x-gitlab-event": "Tag Push Hook"], .push),
    (["x-gitlab-event": "Issue Hook"], .other), (["x-gitea-event": "create", "x-github-event": "create"], .push),
    (["x-forgejo-event": "push"], .push), (["x-event-key": "repo:push"], .push),
    (["x-event-key": "diagnostics:ping"], .ping), ([:], .push),
  ])
  func `knows what a message tells of`(_ headers: [String: String], _ event: WebhookEvent) {
    #expect(WebhookEvent({ headers[$0] }) == event)
  }
}
