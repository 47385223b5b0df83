internal import Files

/// Who may use a bucket. Nothing that is printed of it shows anything.
public struct BucketCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The longest file of credentials, in bytes.
  private static let limit = 1 << 20

  let accessKey: String
  let secret: String
  /// Goes with every request where the keys are for a time only.
  let sessionToken: String?

  /// Credentials. Throws where the key could not be sent.
  public init(accessKey: String, secret: String, sessionToken: String? = nil) throws(ObjectStorageError) {
    let isWord = accessKey.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") }
    let isLine = (secret + (sessionToken ?? "")).utf8.allSatisfy { $0 > 31 && $0 != 127 }
    guard isWord, isLine, !accessKey.isEmpty, !secret.isEmpty else {
      throw .invalid("the access key or its secret is empty or holds characters that no key has")
    }
    self.accessKey = accessKey
    self.secret = secret
    self.sessionToken = sessionToken
  }

  /// Finds credentials: in `file` where one is named, else in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
  /// `AWS_SESSION_TOKEN`, else in `AWS_SHARED_CREDENTIALS_FILE` or `~/.aws/credentials`. A profile that is named is
  /// looked up in a file only, as Amazon's own programs do. Throws a sentence that says where to put them.
  public init(file: String? = nil, profile: String? = nil, environment: [String: String]) throws(ObjectStorageError) {
    if file == nil, profile == nil, let access = environment["AWS_ACCESS_KEY_ID"], !access.isEmpty,
      let secret = environment["AWS_SECRET_ACCESS_KEY"]
    {
      let token = environment["AWS_SESSION_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
      try self.init(accessKey: access, secret: secret, sessionToken: token)
      return
    }
    let path =
      file ?? environment["AWS_SHARED_CREDENTIALS_FILE"] ?? environment["HOME"].map { $0 + "/.aws/credentials" }
    let name = profile ?? environment["AWS_PROFILE"] ?? "default"
    guard let path, let bytes = try? FileTree.contents(of: path, limit: Self.limit) else {
      throw .invalid(
        "there are no keys for the bucket: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them into "
          + (file ?? environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials"))
    }
    let values = Self.section(name, of: String(decoding: bytes, as: UTF8.self))
    guard let access = values["aws_access_key_id"], let secret = values["aws_secret_access_key"] else {
      throw .invalid(
        "\(path) has no aws_access_key_id and aws_secret_access_key below [\(name.prefix(40))]: add them there")
    }
    try self.init(accessKey: access, secret: secret, sessionToken: values["aws_session_token"])
  }

  /// Nothing of them.
  public var description: String { "(keys of a bucket)" }
  /// Nothing of them.
  public var debugDescription: String { description }
  /// Nothing of them.
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// The `name = value` lines below `[name]`.
  static func section(_ name: String, of text: String) -> [String: String] {
    var values: [String: String] = [:]
    var isInside = false
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: "=", maxSplits: 1).map { $0.split(whereSeparator: \.isWhitespace).joined() }
      if words.count == 1, let word = words.first, word.hasPrefix("[") {
        isInside = word == "[\(name)]"
      } else if isInside, words.count == 2 {
        values[words[0]] = words[1]
      }
    }
    return values
  }
}
