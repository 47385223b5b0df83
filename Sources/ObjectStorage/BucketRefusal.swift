internal import HTTPClient

/// An answer that says no.
struct BucketRefusal: Sendable {
  /// The longest reason that is read, in bytes.
  private static let limit = 64 << 10

  /// The reason for people.
  var error: ObjectStorageError
  /// Whether the same request may succeed later.
  var isTemporary: Bool

  /// Reads the answer. Throws where that fails.
  init(
    _ response: HTTPClientResponse, to request: BucketRequest, of address: BucketAddress,
    hiding credentials: BucketCredentials
  ) async throws {
    let body = try await response.body.collect(upTo: Self.limit)
    let fields = BucketAnswer(body).fields
    let code = fields["Code"] ?? ""
    let words = Self.sentence(code, fields["Message"] ?? "", status: response.status, hiding: credentials)
    self.init(status: response.status, code: code, words: words, what: request.what, address: address)
  }

  /// What a status and S3's code mean. Pure.
  /// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  init(status: Int, code: String, words: String, what: String, address: BucketAddress) {
    isTemporary = Self.isTemporary(status, code)
    let (kind, advice) = Self.meaning(status, code, address)
    let text = "\(what): \(address) answers with \(words)"
    error = ObjectStorageError(
      isTemporary ? .unavailable : kind, isTemporary || advice.isEmpty ? text : "\(text); \(advice)")
  }

  private static func isTemporary(_ status: Int, _ code: String) -> Bool {
    switch code {
    case "RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "OperationAborted", "BadDigest",
      "XAmzContentSHA256Mismatch", "IncompleteBody", "ThrottlingException", "Throttling":
      true
    default: RetryPlan.isTemporary(status)
    }
  }

  private static func meaning(
    _ status: Int, _ code: String, _ address: BucketAddress
  ) -> (kind: ObjectStorageError.Kind, advice: String) {
    switch (code, status) {
    case ("NoSuchBucket", _): (.noBucket, "make the bucket '\(address.bucket)', or check its name and the endpoint")
    case ("NoSuchKey", _), ("NoSuchUpload", _): (.notFound, "")
    case ("InvalidAccessKeyId", _): (.denied, "the bucket does not know the access key: check it and the endpoint")
    case ("SignatureDoesNotMatch", _):
      (.denied, "the secret does not fit the access key, or the region '\(address.region)' is not the bucket's")
    case ("RequestTimeTooSkewed", _), ("RequestExpired", _):
      (.clockSkew, "the clocks of this machine and of the bucket differ: set this machine's clock")
    case ("ExpiredToken", _), ("InvalidToken", _), ("TokenRefreshRequired", _):
      (.denied, "the session token has expired: get new keys and start again with them")
    case ("PermanentRedirect", _), ("AuthorizationHeaderMalformed", _), ("IllegalLocationConstraintException", _),
      (_, 301), (_, 307), (_, 308):
      (.invalid, "the bucket is in another region than '\(address.region)': say region= and endpoint= of the bucket")
    case ("InvalidBucketName", _): (.noBucket, "no bucket can be called so: check the address")
    case (_, 401), (_, 403): (.denied, "the keys may not do that here: check them, and what they are allowed to do")
    case (_, 404): (.notFound, "")
    default: (.refused, "")
    }
  }

  /// What the server says, on one line; not its words where they hold a secret.
  private static func sentence(
    _ code: String, _ message: String, status: Int, hiding credentials: BucketCredentials
  ) -> String {
    let text = message.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ").prefix(200)
    let secrets = [credentials.accessKey, credentials.secret, credentials.sessionToken ?? ""].filter { !$0.isEmpty }
    let isPlain = code.utf8.allSatisfy { $0 > 32 && $0 < 127 } && code.utf8.count < 80
    let isShown =
      text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
      && !secrets.contains { text.contains($0) || code.contains($0) }
    let status = "status \(status)" + (code.isEmpty || !isPlain || !isShown ? "" : " \(code)")
    return text.isEmpty || !isShown ? status : "\(status) (\(text))"
  }
}
