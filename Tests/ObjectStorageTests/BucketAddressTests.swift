import Testing

@testable import ObjectStorage

@Suite struct BucketAddressTests {
  @Test(arguments: [
    ("s3://bucket?endpoint=127.0.0.1:9000&scheme=http", "http://127.0.0.1:9000/bucket/a/b%20c"),
    ("s3://bucket/wright?endpoint=http%3A%2F%2Flocalhost:9000/", "http://localhost:9000/bucket/wright/a/b%20c"),
    ("s3://bucket/a//b/?endpoint=s3.example.org", "https://s3.example.org/bucket/a/b/a/b%20c"),
    ("s3://bucket?region=eu-west-1", "https://bucket.s3.eu-west-1.amazonaws.com/a/b%20c"),
    ("s3://bucket?region=eu-west-1&style=path", "https://s3.eu-west-1.amazonaws.com/bucket/a/b%20c"),
    ("S3://bucket/x?endpoint=s3.example.org:443&style=virtual", "https://bucket.s3.example.org/x/a/b%20c"),
    ("s3://bucket?endpoint=http://s3.lan:80&insecure=true", "http://s3.lan/bucket/a/b%20c"),
    ("s3://bucket?endpoint=http://[::1]:9000", "http://[::1]:9000/bucket/a/b%20c"),
    ("s3://bucket?endpoint=https://host/swift/s3", "https://host/swift/s3/bucket/a/b%20c"),
  ])
  func `an address leads to objects`(text: String, url: String) throws {
    #expect(try BucketAddress(text: text).url("a/b c") == url)
  }

  @Test(arguments: [
    "", "bucket", "s3:/bucket", "s3://", "s3://.bucket", "s3:///prefix", "s3://bucket/../x", "s3://bucket/a b",
    "s3://bucket#x", "s3://key:secret@bucket", "s3://bucket?endpoint=http://s3.lan:9000", "s3://bucket?style=both",
    "s3://bucket?regoin=eu-west-1", "s3://bucket?region=", "s3://bucket?region=a%20b", "s3://bucket?scheme=ftp",
    "s3://bucket?endpoint=", "s3://bucket?endpoint=user:password@host", "s3://bucket?endpoint=https%3A%2F%2F",
    "s3://bucket?endpoint=ho%0Ast", "s3://bucket?endpoint=127.evil.example.org&scheme=http&insecure=no%00",
    "s3://b\u{FC}cket",
  ])
  func `what is no address is refused with a sentence that says what to do`(text: String) {
    #expect {
      let address = try BucketAddress(text: text)
      Issue.record("taken as \(address.url("x"))")
    } throws: { error in
      guard let error = error as? ObjectStorageError else { return false }
      return error.kind == .invalid && error.description.count > 20 && !error.description.contains("secret")
        && !error.description.contains("password")
    }
  }

  @Test func `the region of the environment counts where the address has none`() throws {
    let environment = ["AWS_REGION": "eu-north-1"]
    #expect(try BucketAddress(text: "s3://b", environment: environment).region == "eu-north-1")
    #expect(try BucketAddress(text: "s3://b?region=x", environment: environment).region == "x")
    #expect(try BucketAddress(text: "s3://b").description == "s3://b")
    #expect(try BucketAddress(text: "s3://b/c/d?profile=e").description == "s3://b/c/d")
    #expect(BucketAddress.profile(in: "s3://b/c/d?profile=e") == "e")
  }

  @Test func `parameters are in the order of signatures`() {
    let query = [("uploads", ""), ("prefix", "a/b"), ("key-marker", "\u{E9}+ ")]
    #expect(BucketAddress.canonical(query) == "key-marker=%C3%A9%2B%20&prefix=a%2Fb&uploads=")
  }
}
