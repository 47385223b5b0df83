internal import Crypto
internal import Files
internal import FoundationEssentials
internal import Manifest
internal import NixFormat

/// `wright cache create`: makes a cache.
enum CacheCreateCommand {
  static let command = Command(
    "create", "make a cache",
    details: """
      With the key that the server makes, it signs what is pushed without a signature. With a key of your own you sign \
      what you push: FILE is the key, as `nix-store --generate-binary-cache-key` writes it. Only the public key is sent.
      """,
    arguments: [CacheCommand.name],
    flags: [
      Flag("private", .none, "only who has a token may read it"),
      Flag("key", .text("generate|none|FILE"), "who signs", standard: "generate"),
      Flag("priority", .number("N", 0...1_000_000), "Nix asks caches with lower ones first", standard: "40"),
      Flag("compression", .choice(["zstd", "xz"]), "what clients are told to prefer", standard: "zstd"),
      CommonFlags.json, CommonFlags.server,
    ],
    examples: [
      ("wright cache create tools", "a public cache that signs what is pushed to it"),
      ("wright cache create inside --private --key my.secret", "one to read with a token, signed by your own key"),
    ]
  ) { invocation, console in
    let name = invocation.arguments[0]
    let kind = invocation.value("key") ?? "generate"
    let own = kind == "generate" || kind == "none" ? nil : try publicKey(of: kind)
    let request = Request(
      name: name, public: !invocation.has("private"), priority: invocation.value("priority").flatMap { Int64($0) },
      compression: invocation.value("compression"), key: own == nil ? kind : "none")
    let connection = try ServerConnection(invocation, console)
    var answer = try await connection.bytes("POST", "/caches", body: Array(try JSONEncoder().encode(request)))
    if let own {
      let path = "/caches/" + ServerAddress.encoded(name)
      let key = Array(try JSONEncoder().encode(KeyRequest(public_key: own)))
      _ = try await connection.bytes("POST", path + "/keys", body: key)
      answer = try await connection.bytes("GET", path)
    }
    if invocation.has("json") {
      try console.output(answer + [0x0A])
      return 0
    }
    let cache = try connection.decode(CacheDocument.self, from: answer)
    try console.output("cache \(cache.name) made: \(BuildRenderer.safe(cache.uri))\n")
    if console.outputIsTerminal {
      try console.output("`wright cache use \(cache.name)` prints the lines for nix.conf\n")
    }
    return 0
  }

  private struct Request: Encodable {
    var name: String
    var `public`: Bool
    var priority: Int64?
    var compression: String?
    var key: String
  }
  private struct KeyRequest: Encodable { var public_key: String }

  /// The public key in a file, or that of the secret key in it.
  private static func publicKey(of file: String) throws -> String {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileTree.contents(of: file, limit: 4096) } catch {
      throw CommandFailure("--key: \(error)")
    }
    let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    let refusal = CommandFailure(
      "--key: \(file) holds no key of `nix-store --generate-binary-cache-key`; say generate, none, or another file")
    guard let found = NarSignature(text), let key = try? publicKey(in: found.bytes),
      let named = NarSignature(keyName: found.keyName, bytes: key.bytes)
    else { throw refusal }
    return named.description
  }

  private static func publicKey(in bytes: [UInt8]) throws(CryptoError) -> PublicKey {
    bytes.count == SigningKey.secretLength ? try SigningKey(secretKey: bytes).publicKey : try PublicKey(bytes)
  }
}

/// A cache as the server describes it.
struct CacheDocument: Decodable, Sendable {
  var name: String
  var uri: String
  var `public`: Bool
  var public_keys: [String]
  var paths: Int64
  var size: Int64

  /// Lines for nix.conf. `extra-` adds to what is there.
  var configuration: [String] {
    let keys = public_keys.isEmpty ? [] : ["extra-trusted-public-keys = " + public_keys.joined(separator: " ")]
    return ["extra-substituters = \(uri)"] + keys
  }

  /// What else there is to do.
  var advice: [String] {
    var lines: [String] = []
    if public_keys.isEmpty { lines.append("the cache has no key yet, so Nix will trust nothing that it holds") }
    if !self.public {
      let host = uri.split(separator: "/").dropFirst().first.map { String($0.prefix { $0 != ":" }) } ?? "HOST"
      lines.append(
        "the cache is private: put `machine \(host) login any password TOKEN` into the file that nix.conf's netrc-file "
          + "names; `wright cache token \(name)` makes a token")
    }
    return lines
  }
}
