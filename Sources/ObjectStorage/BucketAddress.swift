internal import HTTPClient

/// Where a bucket is, and which part of it is meant: `s3://bucket/prefix?endpoint=HOST&region=REGION`.
public struct BucketAddress: Sendable, Hashable, CustomStringConvertible {
  /// How the bucket's name comes into a URL.
  public enum Style: String, Sendable, Hashable, CaseIterable {
    /// `https://host/bucket/key`.
    case path
    /// `https://bucket.host/key`.
    case virtual
  }

  /// The bucket's name.
  public let bucket: String
  /// What every key begins with; empty, or with a slash at its end.
  public let prefix: String
  /// `https://host[:port]`, without a slash at the end.
  public let endpoint: String
  /// The region that signatures name.
  public let region: String
  /// How the bucket's name comes into a URL.
  public let style: Style

  /// The parameters that an address may have.
  public static let parameterNames = ["endpoint", "region", "style", "scheme", "insecure", "profile"]

  /// Reads `s3://bucket/prefix?parameters`. `http` is taken for this machine alone, unless `insecure=true` says that the
  /// network may be trusted. Throws `ObjectStorageError` of the kind `.invalid`, whose sentence says what is right.
  public init(text: String, environment: [String: String] = [:]) throws(ObjectStorageError) {
    let (place, parameters) = try Self.split(text)
    if let unknown = parameters.keys.sorted().first(where: { !Self.parameterNames.contains($0) }) {
      throw .invalid(
        "'\(unknown.prefix(40))' is not known in an address of a bucket; "
          + "\(Self.parameterNames.joined(separator: ", ")) are")
    }
    let parts = place.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    try self.init(
      bucket: String(parts[0]), prefix: parts.count == 2 ? String(parts[1]) : "", parameters: parameters,
      environment: environment)
    let isTrusted = parameters["insecure"] == "true"
    guard endpoint.hasPrefix("https://") || isTrusted || isLoopback else {
      throw .invalid(
        "\(endpoint) would carry everything unencrypted: use https, or add insecure=true where the network between is "
          + "trusted")
    }
  }

  /// The parameter `profile` of an address: the section of the file of credentials.
  public static func profile(in text: String) -> String? { (try? split(text))?.parameters["profile"] }

  /// A bucket by its parts; `parameters` as in an address. Throws as above, but takes `http` wherever it is asked for.
  public init(
    bucket: String, prefix: String = "", parameters: [String: String], environment: [String: String] = [:]
  ) throws(ObjectStorageError) {
    guard Self.isBucketName(bucket) else {
      throw .invalid(
        "'\(bucket.prefix(80))' is no bucket; write it like s3://bucket/prefix?endpoint=HOST&region=REGION")
    }
    let folders = prefix.split(separator: "/", omittingEmptySubsequences: true)
    let isPlain = folders.joined().utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "%") }
    guard isPlain, !folders.contains("."), !folders.contains(".."), prefix.utf8.count <= 256 else {
      throw .invalid(
        "the prefix of s3://\(bucket) is too long or holds characters that it may not; use letters and '/'")
    }
    self.bucket = bucket
    self.prefix = folders.map { $0 + "/" }.joined()
    region = parameters["region"] ?? environment["AWS_REGION"] ?? "us-east-1"
    endpoint = try Self.endpoint(parameters, region, bucket)
    let isAmazon = endpoint.hasSuffix(".amazonaws.com")
    guard let style = parameters["style"].map(Style.init(rawValue:)) ?? (isAmazon ? .virtual : .path) else {
      throw .invalid("the style of s3://\(bucket) is path or virtual")
    }
    self.style = style
  }

  /// `s3://bucket/prefix`, without what may be secret.
  public var description: String { "s3://\(bucket)/\(prefix)".trimmingSlash }

  /// Where an object is; `key` follows the prefix. The names of `query` are in order, as signatures want them.
  func url(_ key: String, query: [(name: String, value: String)] = []) -> String {
    url(path: path(key), query: query)
  }

  /// Where the bucket itself is.
  func bucketURL(query: [(name: String, value: String)] = []) -> String {
    url(path: style == .path ? "\(endpointPath)/\(bucket)" : "\(endpointPath)/", query: query)
  }

  private func url(path: String, query: [(name: String, value: String)]) -> String {
    let text = Self.canonical(query)
    return "\(scheme)://\(host)\(path)" + (text.isEmpty ? "" : "?" + text)
  }

  /// The path of an object in a URL, beginning with a slash.
  func path(_ key: String) -> String {
    let escaped = URLText.escaped(prefix + key, keepingSlashes: true)
    return style == .path ? "\(endpointPath)/\(bucket)/\(escaped)" : "\(endpointPath)/\(escaped)"
  }

  /// The host that requests name, with its port where it is not the usual one.
  var host: String {
    let plain = authority.hasSuffix(usualPort) ? String(authority.dropLast(usualPort.count)) : authority
    return style == .path ? plain : "\(bucket).\(plain)"
  }

  /// Parameters in the order and form that signatures are made of.
  static func canonical(_ query: [(name: String, value: String)]) -> String {
    query.map { (URLText.escaped($0.name), URLText.escaped($0.value)) }.sorted { $0.0 < $1.0 }
      .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }
}

extension BucketAddress {
  var scheme: String { endpoint.hasPrefix("http://") ? "http" : "https" }
  private var usualPort: String { scheme == "http" ? ":80" : ":443" }
  private var afterScheme: Substring { endpoint.dropFirst(scheme.count + 3) }
  private var authority: String { String(afterScheme.prefix { $0 != "/" }) }
  private var endpointPath: String { String(afterScheme.drop { $0 != "/" }) }

  private var isLoopback: Bool {
    let name = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } : authority.prefix { $0 != ":" }
    return name == "localhost" || name == "[::1"
      || name.hasPrefix("127.") && name.utf8.allSatisfy { (46...57).contains($0) && $0 != 47 }
  }

  private static func split(_ text: String) throws(ObjectStorageError) -> (
    place: Substring, parameters: [String: String]
  ) {
    guard text.lowercased().hasPrefix("s3://"), text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), !text.contains("#")
    else {
      throw .invalid("the address of a bucket is written like s3://bucket/prefix?endpoint=HOST&region=REGION")
    }
    let rest = text.dropFirst(5)
    let place = rest.prefix { $0 != "?" }
    guard !place.contains("@") else {
      throw .invalid("keys do not belong into the address of a bucket: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    }
    return (place, URLText.parameters(rest.dropFirst(place.count + 1)))
  }

  private static func endpoint(
    _ parameters: [String: String], _ region: String, _ bucket: String
  ) throws(ObjectStorageError) -> String {
    let host = parameters["endpoint"] ?? "s3.\(region).amazonaws.com"
    let scheme = parameters["scheme"] ?? "https"
    let isWhole = host.hasPrefix("http://") || host.hasPrefix("https://")
    var endpoint = isWhole ? host : "\(scheme)://\(host)"
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    let isWord = { (text: String) in
      !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") }
    }
    guard ["http", "https"].contains(scheme), isWord(region) else {
      throw .invalid("the scheme of s3://\(bucket) is neither http nor https, or its region is not a word")
    }
    let authority = endpoint.drop { $0 != "/" }.dropFirst(2)
    guard let first = authority.first, first != "/",
      authority.utf8.allSatisfy({ $0 > 32 && $0 < 127 && !Array("?#@%\\\"<>".utf8).contains($0) })
    else { throw .invalid("the endpoint of s3://\(bucket) is no host; write it like endpoint=s3.example.org") }
    return endpoint
  }

  /// What a bucket may be called; nothing of it needs an escape.
  private static func isBucketName(_ name: String) -> Bool {
    let isWord = name.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
      default: false
      }
    }
    return isWord && !name.isEmpty && name.utf8.count <= 100 && !name.hasPrefix(".")
  }
}

extension String {
  fileprivate var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
