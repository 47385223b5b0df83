import Testing

@testable import ObjectStorage

@Suite struct PresignedURLTests {
  /// The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  @Test func `the documentation's example comes out`() throws {
    let presigned = PresignedURL(
      address: try BucketAddress(
        text: "s3://examplebucket?endpoint=s3.amazonaws.com&region=us-east-1&style=virtual"),
      credentials: try BucketCredentials(
        accessKey: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
      date: SigningDate(seconds: 1_369_353_600))
    #expect(
      try presigned.url("test.txt", seconds: 86_400)
        == "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
  }

  @Test(
    arguments: [
      (0, "19700101T000000Z"), (1_369_353_600, "20130524T000000Z"), (4_102_444_799, "20991231T235959Z"),
    ] as [(Int64, String)])
  func `a moment is written in UTC`(seconds: Int64, text: String) {
    #expect(SigningDate(seconds: seconds).moment == text)
  }
}
