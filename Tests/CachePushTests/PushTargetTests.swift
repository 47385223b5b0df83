import Crypto
import NixFormat
import ObjectStorage
import Testing

@testable import CachePush

@Suite struct PushTargetTests {
  @Test(arguments: [
    ("http://127.0.0.1:8080/cache/mine", "http://127.0.0.1:8080/cache", "mine"),
    ("https://cache.example.org/default", "https://cache.example.org", "default"),
    ("https://cache.example.org/a/b/default/", "https://cache.example.org/a/b", "default"),
    ("HTTPS://cache.example.org/default?compression=xz", "https://cache.example.org", "default"),
    ("mine", "https://cachix.org", "mine"),
  ])
  func `an address with a name is a cache with Cachix's API`(text: String, base: String, name: String) throws {
    let target = try PushTarget(text: text, token: "secret")
    #expect(target.place == .cachix(base: base, name: name))
    #expect(target.authorization == "Bearer secret")
    #expect(target.compression == (text.hasSuffix("xz") ? .xz : nil))
    #expect(target.description == "\(base)/\(name)")
  }

  @Test(arguments: [
    "", "http://", "http:///x", "ftp://h/x", "/nix/store", "http://host", "https://host/", "http://h/a b",
    "http://h/x#y",
    "http://u:p@host/x", "http://h/..", "http://h/na%2fme", "http://h/x?compression=rar", "s3://", "s3://u:p@bucket",
    "s3://bucket/prefix", "http://h/\u{E9}", "a cache",
  ])
  func `what is no address is refused with a sentence`(text: String) {
    #expect { try PushTarget(text: text, environment: keys) } throws: { error in
      guard case PushError.invalid(let reason) = error else { return false }
      return reason.count > 20 && !reason.contains("u:p")
    }
  }

  @Test func `a plain server may have a user and a folder`() throws {
    let target = try PushTarget(text: "http://user:pa%20ss@host:81/a/b/?compression=none", form: .plain)
    #expect(target.place == .http(base: "http://host:81/a/b"))
    #expect(target.authorization == "Basic " + Base64.string(Array("user:pa ss".utf8)))
    #expect(target.compression == NarInfo.Compression.none)
    #expect(target.description == "http://host:81/a/b")
    #expect(try PushTarget(text: "http://host", token: "t", form: .plain).authorization == "Bearer t")
  }

  private let keys = ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "se/cret"]

  @Test(arguments: [
    ("s3://bucket?endpoint=127.0.0.1:9000&region=eu-west-1&scheme=http", "http://127.0.0.1:9000", "eu-west-1"),
    ("s3://bucket?endpoint=http%3A%2F%2F127.0.0.1:9000/", "http://127.0.0.1:9000", "us-east-1"),
    ("s3://bucket?region=eu-west-1", "https://s3.eu-west-1.amazonaws.com", "eu-west-1"),
  ])
  func `a bucket has an endpoint and a region`(text: String, endpoint: String, region: String) throws {
    guard case .s3(let place) = try PushTarget(text: text, environment: keys).place else {
      Issue.record("no bucket")
      return
    }
    let expected = try BucketCredentials(accessKey: "id", secret: "se/cret")
    #expect(place.address.endpoint == endpoint && place.address.region == region)
    #expect(place.address.bucket == "bucket" && place.address.style == .path)
    #expect(place.credentials == expected)
  }

  @Test func `without keys the bucket is refused`() throws {
    #expect(throws: PushError.self) { try PushTarget(text: "s3://bucket", environment: [:]) }
  }

  @Test func `a signing key is read with its name, alone, and with the white space of a file`() throws {
    let key = try SigningKey.generate()
    let text = key.withSecretKey { Base64.string($0) }
    #expect(try PushSigningKey(text: "cache-1:\(text)\n").name == "cache-1")
    #expect(try PushSigningKey(text: text).name == nil)
    #expect(try PushSigningKey(text: text).key.publicKey == key.publicKey)
    for wrong in ["", "name:", "name:AAAA", String(text.dropLast(4)), "x" + text] {
      #expect(throws: PushError.self) { try PushSigningKey(text: wrong) }
    }
  }
}
