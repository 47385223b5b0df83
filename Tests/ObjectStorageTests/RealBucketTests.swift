import Concurrency
import Crypto
import Files
import Glibc
import HTTPClient
import Testing

@testable import ObjectStorage

/// Against a server that speaks S3 and checks signatures: `scripts/with-s3` starts one and names it.
@Suite(.enabled(if: TestBucket.text != nil)) struct RealBucketTests {
  @Test func `objects are stored, found, read in part, listed and removed`() async throws {
    let client = try TestBucket.client()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for key in ["a/größe 2+&.txt", "a/b", "c"] {
      try await client.put(key, .bytes(bytes), checks: ObjectChecks(sha256: try SHA256.hex(bytes)))
      #expect(try await client.size(of: key) == 100_000)
      let part = try #require(try await client.read(key, from: 99_990, limit: 100))
      #expect(part.bytes == Array(bytes[99_990...]) && part.size == 100_000)
    }
    let listed = Lock<[String]>([])
    try await client.list(beginningWith: "a/") { objects in listed.withLock { $0 += objects.map(\.key) } }
    #expect(listed.withLock { Set($0) } == ["a/b", "a/größe 2+&.txt"])
    try await client.delete("a/b")
    try await client.delete("a/b")
    #expect(try await client.size(of: "a/b") == nil)
    #expect(try await client.read("a/b", from: 0, limit: 10) == nil)
    await #expect { try await client.stream("a/b", from: 0, count: 1) { _ in } } throws: { error in
      (error as? ObjectStorageError)?.kind == .notFound
    }
  }

  @Test func `an empty object has no bytes`() async throws {
    let client = try TestBucket.client()
    try await client.put("empty", .bytes([]))
    let found = try #require(try await client.read("empty", from: 0, limit: 10))
    #expect(found.bytes == [] && found.size == 0)
    #expect(try await client.size(of: "empty") == 0)
  }

  @Test func `a list longer than a page is read to its end`() async throws {
    let client = try TestBucket.client()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for number in stride(from: worker, to: 1005, by: 8) { try await client.put("many/\(number)", .bytes([1])) }
        }
      }
      try await group.waitForAll()
    }
    let (found, pages) = (Lock<Set<String>>([]), Lock(0))
    try await client.list(beginningWith: "many/") { objects in
      found.withLock { $0.formUnion(objects.map(\.key)) }
      pages.withLock { $0 += 1 }
    }
    #expect(found.withLock { $0.count } == 1005 && pages.withLock { $0 } == 2)
  }

  @Test func `an upload in parts is an object once it is complete, and can be given up`() async throws {
    let client = try TestBucket.client()
    let bytes = (0..<(6 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let path = "/tmp/wright-object-\(UInt64.random(in: 0 ... .max))"
    try FileTree.writeAtomically(bytes, to: path)
    defer { _ = try? FileTree.removeFile(path) }
    let file = try FileDescriptor.open(path)
    let upload = try await client.beginUpload("large")
    let first = try await client.uploadPart(upload, 1, .file(file, offset: 0, count: 5 << 20))
    let second = try await client.uploadPart(upload, 2, .file(file, offset: 5 << 20, count: 1 << 20))
    #expect(try await client.uploads(beginningWith: "large").map(\.id) == [upload.id])
    #expect(try await client.size(of: "large") == nil)
    try await client.complete(upload, [first, second])
    let read = Lock<[UInt8]>([])
    try await client.stream("large", from: 1, count: (6 << 20) - 1) { part in read.withLock { $0 += part } }
    #expect(read.withLock { $0 } == Array(bytes.dropFirst()))
    let other = try await client.beginUpload("other")
    _ = try await client.uploadPart(other, 1, .bytes([1, 2, 3]))
    try await client.abort(other)
    try await client.abort(other)
    #expect(try await client.uploads(beginningWith: "").isEmpty)
    #expect(try await client.size(of: "other") == nil)
  }

  @Test func `a presigned address opens to anybody, for what it was made for`() async throws {
    let client = try TestBucket.client()
    try await client.put("a b/c", .bytes(Array("content".utf8)))
    let now = Int64(time(nil))
    let url = try client.presignedURL("a b/c", seconds: 60, now: now)
    let answer = try await HTTPClient().send(url: url)
    #expect(answer.status == 200)
    #expect(try await answer.body.collect(upTo: 100) == Array("content".utf8))
    let other = url.replacing("a%20b/c", with: "a%20b/d")
    #expect(try await HTTPClient().send(url: other).status >= 400)
  }

  @Test func `a check says exactly what is wrong`() async throws {
    try await TestBucket.client().check()
    let text = try #require(TestBucket.text)
    let wrong = try BucketCredentials(accessKey: "AKIDEXAMPLE", secret: "another")
    let cases: [(BucketClient, ObjectStorageError.Kind)] = [
      (BucketClient(try BucketAddress(text: text), wrong), .denied),
      (
        BucketClient(
          try BucketAddress(text: text.replacing("wright-test", with: "absent")), try TestBucket.credentials()),
        .noBucket
      ),
      (
        BucketClient(try BucketAddress(text: "s3://b?endpoint=http://127.0.0.1:1"), try TestBucket.credentials()),
        .unavailable
      ),
    ]
    for (client, kind) in cases {
      await #expect { try await client.check(patience: .milliseconds(10)) } throws: { error in
        (error as? ObjectStorageError)?.kind == kind
      }
    }
  }
}

/// The bucket that tests may use, each under a prefix of its own.
enum TestBucket {
  static let text = getenv("WRIGHT_TEST_S3").map { String(cString: $0) }

  static func credentials() throws -> BucketCredentials {
    try BucketCredentials(
      file: getenv("WRIGHT_TEST_S3_CREDENTIALS").map { String(cString: $0) }, profile: "default", environment: [:])
  }

  static func client() throws -> BucketClient {
    let text = try #require(text).replacing("?", with: "/\(UInt64.random(in: 0 ... .max))?")
    return BucketClient(try BucketAddress(text: text), try credentials())
  }
}
