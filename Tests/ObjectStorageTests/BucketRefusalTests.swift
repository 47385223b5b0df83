import Testing

@testable import ObjectStorage

@Suite struct BucketRefusalTests {
  @Test(
    arguments: [
      (404, "NoSuchBucket", .noBucket, "make the bucket"), (404, "NoSuchKey", .notFound, ""), (404, "", .notFound, ""),
      (403, "InvalidAccessKeyId", .denied, "does not know the access key"),
      (403, "SignatureDoesNotMatch", .denied, "secret does not fit"), (403, "AccessDenied", .denied, "keys may not"),
      (403, "", .denied, "keys may not"), (403, "RequestTimeTooSkewed", .clockSkew, "clock"),
      (400, "ExpiredToken", .denied, "expired"), (301, "PermanentRedirect", .invalid, "another region"),
      (400, "AuthorizationHeaderMalformed", .invalid, "another region"), (400, "EntityTooLarge", .refused, ""),
      (501, "NotImplemented", .refused, ""),
    ] as [(Int, String, ObjectStorageError.Kind, String)])
  func `a refusal for good says what to do`(
    status: Int, code: String, kind: ObjectStorageError.Kind, advice: String
  ) throws {
    let refusal = try make(status, code)
    #expect(!refusal.isTemporary && refusal.error.kind == kind)
    #expect(
      refusal.error.description.hasPrefix("uploading x: s3://b/p answers with") && "\(refusal.error)".contains(advice))
  }

  @Test(arguments: [
    (500, ""), (502, ""), (503, "SlowDown"), (503, ""), (429, ""), (400, "RequestTimeout"), (409, "OperationAborted"),
    (200, "InternalError"), (400, "BadDigest"),
  ])
  func `others may pass`(status: Int, code: String) throws {
    let refusal = try make(status, code)
    #expect(refusal.isTemporary && refusal.error.kind == .unavailable)
  }

  private func make(_ status: Int, _ code: String) throws -> BucketRefusal {
    BucketRefusal(
      status: status, code: code, words: "status \(status)", what: "uploading x",
      address: try BucketAddress(text: "s3://b/p"))
  }
}
