import Artifacts
@testable import ArtifactsS3
import Concurrency
import Crypto
import Files
import Glibc
import Model
import ObjectStorage
import StoreConformance
import Testing

/// Against a server that speaks S3 and checks signatures: `scripts/with-s3` starts one and names it.
@Suite(.enabled(if: TestStore.text != nil)) struct ArtifactsS3Tests {
  @Test(arguments: ArtifactStoreConformance.requirements)
  func `does what every store does`(requirement: ArtifactStoreConformance.Requirement) async throws {
    try await ArtifactStoreConformance { try TestStore().store }.check(requirement)
  }

  @Test func `content of several parts is whole, sent once, and read in any part`() async throws {
    let test = try TestStore()
    let file = try test.file(size: 21_000_000)
    let digest = try await test.store.put(file, size: 21_000_000)
    let sent = test.client.statistics.sentBytes
    #expect(sent == 21_000_000)
    #expect(try await test.store.put(file, size: 21_000_000) == digest)
    #expect(test.client.statistics.sentBytes == sent)
    let stored = try #require(try await test.store.open(sha256: digest.sha256))
    #expect(stored.size == 21_000_000 && stored.file == nil)
    for (offset, count) in [(0, 10), (65_530, 12), (65_536, 1), (8_388_600, 20), (20_999_990, 100)] as [(Int64, Int)] {
      #expect(try await stored.read(count: count, at: offset) == file.read(count: count, at: offset))
    }
    #expect(try await test.keys(below: "") == [test.blob(digest)])
  }

  @Test func `names are objects that say which content it is`() async throws {
    let test = try TestStore()
    let digest = try await test.store.put(test.file(size: 3), size: 3)
    try await test.store.link(sha256: digest.sha256, folder: "c0ffee", name: "out/größe 2.txt")
    #expect(try await test.keys(below: "tree/") == ["tree/c0ffee/out/größe 2.txt"])
    let text = try #require(try await test.client.read("tree/c0ffee/out/größe 2.txt", from: 0, limit: 1000))
    let object = test.client.address.prefix + test.blob(digest)
    #expect(
      String(decoding: text.bytes, as: UTF8.self)
        == #"{"sha256":"\#(digest.sha256)","size":3,"object":"\#(object)"}"# + "\n")
    try await test.store.unlink(folder: "c0ffee", name: "out/größe 2.txt")
    #expect(try await test.keys(below: "tree/").isEmpty)
    // Too long for a key: known to the database alone.
    let long = (0..<7).map { _ in String(repeating: "x", count: 140) }.joined(separator: "/")
    try await test.store.link(sha256: digest.sha256, folder: String(repeating: "y", count: 64), name: long)
    #expect(try await test.keys(below: "tree/").isEmpty)
  }

  @Test func `damaged content is replaced by who puts the right one`() async throws {
    let test = try TestStore()
    let file = try test.file(size: 1000)
    let digest = try await test.store.put(file, size: 1000)
    try await test.client.put(test.blob(digest), .bytes([1]))
    #expect(try await test.store.put(file, size: 1000) == digest)
    #expect(try await test.store.open(sha256: digest.sha256)?.read(count: 2000, at: 0) == file.read(count: 1000, at: 0))
  }

  @Test func `uploads that were left behind are swept after a day, under this prefix alone`() async throws {
    let (test, other) = (try TestStore(), try TestStore())
    for client in [test.client, other.client] {
      _ = try await client.beginUpload("blobs/ab/cd")
      try await client.put("probe-1", .bytes([1]))
    }
    #expect(try await test.store.sweepUploads() == 0)
    test.advance(days: 2)
    #expect(try await test.store.sweepUploads() == 2)
    #expect(try await test.client.uploads(beginningWith: "").isEmpty)
    #expect(try await test.keys(below: "").isEmpty)
    #expect(try await other.client.uploads(beginningWith: "").count == 1)
  }

  @Test func `a check is believed until a request fails`() async throws {
    let test = try TestStore()
    try await test.store.check()
    let requests = test.client.statistics.requests
    try await test.store.check()
    #expect(test.client.statistics.requests == requests && requests == 3)
    #expect(try await test.keys(below: "").isEmpty)
  }

  @Test func `an address elsewhere is made only where the store was made so`() async throws {
    let test = try TestStore()
    let digest = try await test.store.put(test.file(size: 3), size: 3)
    #expect(try test.store.address(sha256: digest.sha256, type: "text/plain", disposition: nil) == nil)
    let open = ArtifactsS3(test.client, presignedSeconds: 60) { Timestamp(milliseconds: 0) }
    let address = try #require(try open.address(sha256: digest.sha256, type: "a/b", disposition: "attachment"))
    #expect(address.contains(test.blob(digest)) && address.contains("X-Amz-Expires=60"))
    #expect(address.contains("response-content-disposition=attachment&response-content-type=a%2Fb"))
    #expect(try open.address(sha256: "../x", type: "a/b", disposition: nil) == nil)
  }

  @Test func `errors of the bucket say nothing to people and everything to the operator`() async throws {
    let address = try BucketAddress(text: "s3://b?endpoint=http://127.0.0.1:1")
    let client = BucketClient(
      address, try BucketCredentials(accessKey: "a", secret: "b"),
      BucketClient.Options(patience: .zero, readPatience: .zero))
    let store = ArtifactsS3(client) { Timestamp(milliseconds: 0) }
    let error = await #expect(throws: ArtifactStoreError.self) {
      try await store.open(sha256: String(repeating: "a", count: 64))
    }
    guard case .unavailable(let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("127.0.0.1") && error?.description.contains("127") == false)
  }
}

@Suite struct BucketTimeTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:01.000Z", 1000), ("1970-01-01T00:00:01Z", 1000), ("1970-01-01T00:00:01.5Z", 1500),
      ("1970-01-01T00:00:01.123456789Z", 1123), ("", nil), ("Z", nil), ("1970-01-01T00:00:01", nil), (".Z", nil),
    ] as [(String, Int64?)])
  func `a moment is read as buckets write it`(text: String, milliseconds: Int64?) {
    #expect(Timestamp(bucket: text)?.milliseconds == milliseconds)
  }
}

/// A store under a prefix of its own in the bucket that tests may use.
final class TestStore: Sendable {
  static let text = getenv("WRIGHT_TEST_S3").map { String(cString: $0) }
  let client: BucketClient
  let store: ArtifactsS3
  private let days = Lock<Int64>(0)
  private let path = "/tmp/wright-source-\(UInt64.random(in: 0 ... .max))"

  init() throws {
    let text = try #require(Self.text).replacing("?", with: "/\(UInt64.random(in: 0 ... .max))?")
    let file = getenv("WRIGHT_TEST_S3_CREDENTIALS").map { String(cString: $0) }
    client = BucketClient(
      try BucketAddress(text: text), try BucketCredentials(file: file, profile: "default", environment: [:]))
    let days = days
    store = ArtifactsS3(client) { Timestamp(milliseconds: (Int64(time(nil)) + days.withLock { $0 } * 86_400) * 1000) }
  }

  func advance(days count: Int64) { days.withLock { $0 += count } }

  func blob(_ digest: ContentDigest) -> String { "blobs/\(digest.sha256.prefix(2))/\(digest.sha256.dropFirst(2))" }

  func keys(below prefix: String) async throws -> [String] {
    let keys = Lock<[String]>([])
    try await client.list(beginningWith: prefix) { objects in keys.withLock { $0 += objects.map(\.key) } }
    return keys.withLock { $0 }
  }

  /// A file that goes with its descriptor.
  func file(size: Int) throws -> FileDescriptor {
    let file = try FileDescriptor.open(path, .createNew())
    try FileTree.removeFile(path)
    try file.write((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }, at: 0)
    return file
  }
}
