internal import Crypto
internal import Queue

/// How a message proves that its sender knows a repository's secret.
enum WebhookProof: Sendable, Hashable {
  /// HMAC-SHA-256 of the body, as bytes: GitHub, Gitea, Forgejo, Gogs, Bitbucket.
  case signature([UInt8])
  /// The secret itself: GitLab.
  case token(String)

  /// Headers with a signature in hexadecimal digits, and what stands before them.
  private static let signatures = [
    ("x-hub-signature-256", "sha256="), ("x-forgejo-signature", ""), ("x-gitea-signature", ""),
    ("x-gogs-signature", ""), ("x-hub-signature", "sha256="),
  ]

  /// Reads the headers; nil where there is no proof of a known form. A message with several is judged by the first.
  init?(_ header: (String) -> String?) {
    for (name, prefix) in Self.signatures {
      guard let text = header(name) else { continue }
      guard text.hasPrefix(prefix), let bytes = Hexadecimal.bytes(String(text.dropFirst(prefix.count))) else {
        return nil
      }
      self = .signature(bytes)
      return
    }
    guard let token = header("x-gitlab-token") else { return nil }
    self = .token(token)
  }

  /// Whether it holds for a secret. Reads the body only where that is signed, a piece at a time.
  func holds(secret: String, body: () async throws -> [UInt8]?) async throws -> Bool {
    switch self {
    case .token(let token):
      return ConstantTime.equal(try SHA256.hex(token), try SHA256.hex(secret))
    case .signature(let signature):
      var code = try HMACSHA256(key: Array(secret.utf8))
      while let piece = try await body() { code.update(piece) }
      return ConstantTime.equal(signature, try code.finish())
    }
  }
}

/// What a message tells of.
enum WebhookEvent: Sendable, Hashable {
  /// Refs have moved, or may have.
  case push
  /// The forge tries whether it is heard.
  case ping
  /// Something else.
  case other

  private static let headers = [
    "x-github-event", "x-forgejo-event", "x-gitea-event", "x-gogs-event", "x-gitlab-event", "x-event-key",
  ]
  private static let pushes: Set<String> = [
    "push", "create", "delete", "push hook", "tag push hook", "repo:push", "repo:refs_changed",
  ]

  /// Reads the headers. Who names no event, as a script of one's own, means a push.
  init(_ header: (String) -> String?) {
    guard let name = Self.headers.lazy.compactMap(header).first?.lowercased() else {
      self = .push
      return
    }
    self = Self.pushes.contains(name) ? .push : name == "ping" || name == "diagnostics:ping" ? .ping : .other
  }
}
