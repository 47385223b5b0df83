import Concurrency
import Crypto
import Files
import HTTPServer
import NixFormat
import Testing

@testable import CachePush

@Suite struct CachixPushTests {
  @Test(arguments: [("ZSTD", false), ("XZ", false), ("ZSTD", true), ("XZ", true)])
  func `a closure arrives whole, references first, in both forms`(preferred: String, isOlder: Bool) async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let paths = try await store.addLinked([[], [0], [1], [0, 2], []])
      let cache = StrictCache(preferred: preferred, isOlder: isOlder)
      try await cache.serve { url in
        let session = try session(url, store)
        try await session.add([paths[3]])
        try await session.add([paths[2], paths[3]])
        let summary = try await session.finish()
        #expect(summary.pushedPaths == 4 && summary.presentPaths == 0)
        #expect(cache.complaints == [])
        #expect(Set(cache.entries.keys) == Set(paths[0...3].map(\.hash)))
        for path in paths[0...3] {
          let dumped = try await nix(["nix-store", "--dump", folder + path.description])
          #expect(cache.entries[path.hash]?.nar == dumped)
        }
        #expect(cache.count("missing") == 1)
        #expect(summary.narBytes == cache.entries.values.reduce(0) { $0 + Int64($1.nar.count) })
        let again = try self.session(url, store)
        try await again.add(paths)
        let second = try await again.finish()
        #expect(second.pushedPaths == 1 && second.presentPaths == 4)
      }
    }
  }

  @Test func `a small path goes in one piece where the cache asks for it, and again where the cache has lost it`()
    async throws
  {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let (small, large) = (
        try await store.add("small", [1, 2, 3]), try await store.add("large", [UInt8](repeating: 7, count: 5000))
      )
      let cache = StrictCache(wholeFiles: 4096)
      cache.fail("nar", HTTPResponse(status: 503))
      cache.fail("narinfo", cache.json(#"{"error":"no file has come; send it first"}"#, status: 400))
      try await cache.serve { url in
        let session = try session(url, store)
        try await session.add([small, large])
        #expect(try await session.finish().pushedPaths == 2)
        #expect(cache.complaints == [])
        #expect(Set(cache.entries.keys) == [small.hash, large.hash])
        #expect(cache.count("begin") == 1 && cache.count("put") == 1)
        #expect(cache.count("nar") == 3 && cache.count("narinfo") == 2)
      }
    }
  }

  @Test func `a large path goes in parts, several at once, in bounded memory`() async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      var number: UInt64 = 1
      let noise = (0..<700_000).map { _ -> UInt8 in
        number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: number >> 40)
      }
      let path = try await store.add("large", noise)
      let cache = StrictCache()
      try await cache.serve { url in
        var options = PushOptions()
        options.partSize = 64 << 10
        options.memory = 128 << 10
        let session = try session(url, store, options: options)
        try await session.add([path])
        #expect(try await session.finish().sentBytes > 690_000)
        #expect(cache.complaints == [])
        #expect(cache.entries[path.hash] != nil)
        #expect(cache.count("put") == 11)
      }
    }
  }

  @Test(arguments: ["cache", "missing", "begin", "part", "put", "complete"])
  func `whatever fails for the moment is done again, and the server says when`(kind: String) async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let path = try await store.add("hello", Array("hello".utf8))
      let cache = StrictCache()
      cache.fail(
        kind, HTTPResponse(status: 503), HTTPResponse(status: 429, headers: ["Retry-After": "7"]),
        HTTPResponse(status: 500))
      let waits = Lock<[Duration]>([])
      try await cache.serve { url in
        var options = PushOptions()
        options.pause = { wait in waits.withLock { $0.append(wait) } }
        let session = try session(url, store, options: options)
        try await session.add([path])
        #expect(try await session.finish().pushedPaths == 1)
        #expect(cache.complaints == [])
        #expect(cache.count(kind) == 4)
        #expect(waits.withLock { $0.count } == 3)
        #expect(waits.withLock { $0[1] } == .seconds(7))
      }
    }
  }

  @Test(arguments: [
    ("put", HTTPResponse(status: 403), 2), ("complete", HTTPResponse(status: 404), 2),
    ("part", HTTPResponse(status: 404), 2), ("complete", HTTPResponse(status: 400), 1),
  ])
  func `an upload that is gone is aborted, and the path begun anew`(
    kind: String, fault: HTTPResponse, times: Int
  ) async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let path = try await store.add("hello", Array("hello".utf8))
      let cache = StrictCache()
      for _ in 0..<times { cache.fail(kind, fault) }
      try await cache.serve { url in
        let session = try session(url, store)
        try await session.add([path])
        #expect(try await session.finish().pushedPaths == 1)
        #expect(cache.count("begin") == times + 1 && cache.count("abort") == times)
        #expect(cache.state.withLock { $0.uploads.count } == 1)
      }
    }
  }

  @Test func `what the cache refuses fails alone, with what refers to it, and is aborted`() async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let paths = try await store.addLinked([[], [0], []])
      let cache = StrictCache()
      var options = PushOptions()
      options.pathsAtOnce = 1
      options.pause = { _ in }
      let refusal = HTTPResponse(status: 400, content: .bytes(Array(#"{"error":"no such luck"}"#.utf8)))
      cache.fail("complete", refusal, refusal)
      try await cache.serve { url in
        let session = try session(url, store, options: options)
        try await session.add(paths)
        await #expect {
          try await session.finish()
        } throws: { error in
          guard case PushError.incomplete(let summary, let failures) = error else { return false }
          return summary.pushedPaths == 1 && Set(failures.map(\.path)) == Set(paths[0...1])
            && failures.contains { $0.reason.contains("no such luck") }
        }
        #expect(cache.entries.keys.map { $0 } == [paths[2].hash])
        #expect(cache.count("abort") == 3)
      }
    }
  }

  @Test(arguments: [201, 204, 202])
  func `only 200 is success`(status: Int) async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let path = try await store.add("hello", Array("hello".utf8))
      let cache = StrictCache()
      cache.fail("complete", HTTPResponse(status: status), HTTPResponse(status: status))
      try await cache.serve { url in
        let session = try session(url, store)
        try await session.add([path])
        await #expect(throws: PushError.self) { try await session.finish() }
      }
    }
  }

  @Test func `a token that is not accepted ends the session with a sentence, and no secret in it`() async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let path = try await store.add("hello", Array("hello".utf8))
      try await StrictCache().serve { url in
        let lines = Lock<[String]>([])
        let session = try PushSession(
          target: try PushTarget(text: url, token: "wrong-secret"), store: store.access,
          log: { line in lines.withLock { $0.append(line) } })
        try await session.add([path])
        await #expect {
          try await session.finish()
        } throws: { error in
          guard case PushError.denied(let reason) = error else { return false }
          return reason.contains("token") && !reason.contains("wrong-secret")
        }
        await #expect(throws: PushError.self) { try await session.add([path]) }
        #expect(!lines.withLock { $0.joined() }.contains("wrong-secret"))
      }
    }
  }

  @Test func `the signature is the key's over the path's fingerprint`() async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let paths = try await store.addLinked([[], [0]])
      let key = try SigningKey.generate()
      let cache = StrictCache(keys: ["mine-1:" + Base64.string(key.publicKey.bytes)])
      try await cache.serve { url in
        let session = try session(url, store, key: PushSigningKey(name: nil, key: key))
        try await session.add([paths[1]])
        _ = try await session.finish()
        for info in try await store.access.closure(of: [paths[1]]) {
          let signature = cache.entries[info.path.hash]?.narInfo["cSig"]?.text.flatMap(Base64.bytes)
          let text = fingerprint(
            path: info.path, narHash: info.narHash, narSize: info.narSize, references: info.references)
          #expect(key.publicKey.verifies(try #require(signature), of: Array(text.utf8)))
        }
      }
    }
  }

  @Test func `files that were changed in the store are not pushed`() async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let paths = try await store.addLinked([[], [], []])
      try FileTree.writeAtomically(Array("another content".utf8), to: folder + paths[0].description)
      try FileTree.writeAtomically(Array("c0ntent 1".utf8), to: folder + paths[1].description)
      let cache = StrictCache()
      try await cache.serve { url in
        let session = try session(url, store)
        try await session.add(paths)
        await #expect {
          try await session.finish()
        } throws: { error in
          guard case PushError.incomplete(let summary, let failures) = error else { return false }
          return summary.pushedPaths == 1 && failures.count == 2
        }
        #expect(cache.entries.count == 1)
      }
    }
  }

  @Test func `a path that is not in the store does not keep the others back`() async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let path = try await store.add("hello", Array("hello".utf8))
      let none = try #require(StorePath(hash: String(repeating: "b", count: 32), name: "none"))
      let cache = StrictCache()
      try await cache.serve { url in
        let session = try session(url, store)
        try await session.add([none, path])
        await #expect {
          try await session.finish()
        } throws: { error in
          guard case PushError.incomplete(let summary, let failures) = error else { return false }
          return summary.pushedPaths == 1 && failures.map(\.path) == [none]
        }
      }
    }
  }

  @Test func `a session that is cancelled ends, and aborts what is under way`() async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let paths = try await store.addLinked([[], [], []])
      let cache = StrictCache()
      let begun = Wakeup()
      // A server that answers nothing good for ever: the session waits to try again when it is cancelled.
      for _ in 0..<100 { cache.fail("put", HTTPResponse(status: 503)) }
      try await cache.serve { url in
        var options = PushOptions()
        options.pause = { wait in
          begun.signal()
          try await Task.sleep(for: .seconds(3600))
        }
        let session = try session(url, store, options: options)
        try await session.add(paths)
        await begun.wait()
        let finishing = Task { try await session.finish() }
        finishing.cancel()
        await #expect(throws: PushError.cancelled) { try await finishing.value }
        #expect(cache.state.withLock { $0.uploads.isEmpty })
      }
    }
  }

  @Test func `a server that is not there is tried again, then the session ends`() async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let path = try await store.add("hello", Array("hello".utf8))
      let session = try session("http://127.0.0.1:1/mine", store)
      try await session.add([path])
      await #expect {
        try await session.finish()
      } throws: { error in
        guard case PushError.unavailable(let reason) = error else { return false }
        return reason.contains("127.0.0.1:1")
      }
    }
  }

  private func session(
    _ url: String, _ store: TestStore, key: PushSigningKey? = nil, options: PushOptions? = nil
  ) throws -> PushSession {
    var quick = PushOptions()
    quick.pause = { _ in }
    return try PushSession(
      target: try PushTarget(text: url, token: "a-token"), signingKey: key, store: store.access,
      options: options ?? quick, log: { _ in })
  }
}
