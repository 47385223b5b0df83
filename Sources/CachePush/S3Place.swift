internal import Files

/// A bucket, and who may write there.
struct S3Place: Sendable, Hashable {
  /// The longest file of credentials, in bytes.
  private static let credentialsLimit = 1 << 20

  var bucket: String
  /// `https://host`, without a slash at the end.
  var endpoint: String
  var region: String
  var accessKey: String
  var secret: String
  var sessionToken: String?

  /// Where an object is.
  func url(_ key: String, query: String = "") -> String {
    "\(endpoint)/\(bucket)/\(key)" + (query.isEmpty ? "" : "?" + query)
  }

  /// Reads `s3://bucket?endpoint=host[:port]&region=eu-west-1&scheme=https&profile=default`, as Nix does; an endpoint may
  /// also have its scheme before it.
  init(_ address: CacheAddress, environment: [String: String]) throws(PushError) {
    guard PushTarget.isCacheName(address.place), address.user == nil else {
      throw .invalid("'\(address.shown)' is no bucket; write it like s3://bucket?endpoint=HOST&region=REGION")
    }
    bucket = address.place
    region = address.parameters["region"] ?? environment["AWS_REGION"] ?? "us-east-1"
    let host = address.parameters["endpoint"] ?? "s3.\(region).amazonaws.com"
    let scheme = address.parameters["scheme"] ?? "https"
    let isWhole = host.hasPrefix("http://") || host.hasPrefix("https://")
    endpoint = isWhole ? host : "\(scheme)://\(host)"
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    let isWord = { (text: String) in text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") } }
    guard ["http", "https"].contains(scheme), isWord(region), !region.isEmpty else {
      throw .invalid("the scheme of s3://\(bucket) is neither http nor https, or its region is not a word")
    }
    let keys = Self.keys(environment, profile: address.parameters["profile"])
    guard let keys, isWord(keys.access) else {
      throw .invalid(
        "there are no keys for s3://\(bucket): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them into "
          + "~/.aws/credentials")
    }
    (accessKey, secret, sessionToken) = (keys.access, keys.secret, keys.session)
  }

  private typealias Keys = (access: String, secret: String, session: String?)

  /// A profile that is named is looked up before the variables, as Amazon's own programs do.
  private static func keys(_ environment: [String: String], profile: String?) -> Keys? {
    if profile == nil, let access = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"],
      !access.isEmpty
    {
      return (access, secret, environment["AWS_SESSION_TOKEN"].flatMap { $0.isEmpty ? nil : $0 })
    }
    let file = environment["AWS_SHARED_CREDENTIALS_FILE"] ?? environment["HOME"].map { $0 + "/.aws/credentials" }
    guard let file, let bytes = try? FileTree.contents(of: file, limit: credentialsLimit) else { return nil }
    let values = section(profile ?? environment["AWS_PROFILE"] ?? "default", of: String(decoding: bytes, as: UTF8.self))
    guard let access = values["aws_access_key_id"], let secret = values["aws_secret_access_key"] else { return nil }
    return (access, secret, values["aws_session_token"])
  }

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
