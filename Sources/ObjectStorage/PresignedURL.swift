internal import Crypto
internal import Glibc
internal import HTTPClient

extension BucketClient {
  /// An address by which anybody can read an object for `seconds`, from the time `now` in seconds since 1970.
  /// `answering` are fields that the answer shall have: `response-content-disposition`. Keys that are for a time only
  /// put their session token into it, as the protocol wants; it does not outlive them.
  /// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  public func presignedURL(
    _ key: String, seconds: Int, now: Int64, answering: [(name: String, value: String)] = []
  ) throws -> String {
    try PresignedURL(address: address, credentials: credentials, date: SigningDate(seconds: now))
      .url(key, seconds: seconds, answering: answering)
  }
}

/// Makes presigned addresses. Pure.
struct PresignedURL {
  let address: BucketAddress
  let credentials: BucketCredentials
  let date: SigningDate

  private var scope: String { "\(date.day)/\(address.region)/s3/aws4_request" }

  func url(_ key: String, seconds: Int, answering: [(name: String, value: String)] = []) throws -> String {
    var query = [
      ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", "\(credentials.accessKey)/\(scope)"),
      ("X-Amz-Date", date.moment), ("X-Amz-Expires", "\(min(max(seconds, 1), 604_800))"),
      ("X-Amz-SignedHeaders", "host"),
    ]
    if let token = credentials.sessionToken { query.append(("X-Amz-Security-Token", token)) }
    query += answering
    let signature = try signature(path: address.path(key), query: BucketAddress.canonical(query))
    return address.url(key, query: query) + "&X-Amz-Signature=" + signature
  }

  private func signature(path: String, query: String) throws -> String {
    let request = "GET\n\(path)\n\(query)\nhost:\(address.host)\n\nhost\nUNSIGNED-PAYLOAD"
    let text = "AWS4-HMAC-SHA256\n\(date.moment)\n\(scope)\n" + (try SHA256.hex(request))
    var key = Array("AWS4\(credentials.secret)".utf8)
    for word in [date.day, address.region, "s3", "aws4_request", text] { key = try Self.code(word, key: key) }
    return Hexadecimal.string(key)
  }

  private static func code(_ text: String, key: [UInt8]) throws -> [UInt8] {
    var code = try HMACSHA256(key: key)
    code.update(Array(text.utf8))
    return try code.finish()
  }
}

/// A moment as signatures write it, in UTC.
struct SigningDate {
  /// `20130524T000000Z`
  let moment: String
  /// `20130524`
  var day: String { String(moment.prefix(8)) }

  init(seconds: Int64) {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    let digits = { (value: Int32, count: Int) in
      let text = String(max(0, value))
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    moment =
      digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1, 2) + digits(parts.tm_mday, 2) + "T"
      + digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2) + "Z"
  }
}
