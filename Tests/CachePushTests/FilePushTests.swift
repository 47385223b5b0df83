import Concurrency
import Crypto
import Files
import HTTPServer
import NixFormat
import Testing

@testable import CachePush

@Suite struct FilePushTests {
  @Test func `many large paths at once share little memory`() async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let paths = try await store.addLinked(Array(repeating: [], count: 6)) { Self.noise(300_000, seed: UInt64($0)) }
      let server = FileServer()
      try await server.serve { url in
        var options = PushOptions()
        options.partSize = 32 << 10
        options.threads = 4
        options.memory = options.partSize
        let session = try session(url, store, options)
        try await session.add(paths)
        #expect(try await session.finish().pushedPaths == 6)
        for info in try await store.access.closure(of: paths) {
          let narInfo = try NarInfo(parsing: String(decoding: server.file(info.path.hash + ".narinfo"), as: UTF8.self))
          #expect(narInfo.url == "nar/\(Nix32.string(info.narHash.bytes)).nar.zst")
          #expect(narInfo.fileSize == Int64(server.file(narInfo.url).count))
        }
      }
    }
  }

  @Test(arguments: [("PUT nar/", 2), ("PUT nar/", 3), ("HEAD ", 1), ("PUT nix-cache-info", 1), (".narinfo", 2)])
  func `failures of the moment are tried again, in one body or in many`(kind: String, times: Int) async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let small = try await store.add("small", Array("small".utf8))
      let large = try await store.add("large", Self.noise(200_000, seed: 1))
      for path in [small, large] {
        let server = FileServer()
        server.fail(kind, times: path == large ? min(times, 2) : times)
        try await server.serve { url in
          var options = PushOptions()
          options.partSize = 32 << 10
          let session = try session(url, store, options)
          try await session.add([path])
          #expect(try await session.finish().pushedPaths == 1)
          #expect(!server.file(path.hash + ".narinfo").isEmpty)
        }
      }
    }
  }

  @Test func `no narinfo is there before its NAR, nor before those that it refers to`() async throws {
    try await withFolder { folder in
      let store = TestStore(root: folder)
      let paths = try await store.addLinked((0..<40).map { $0 == 0 ? [] : [$0 - 1] })
      let server = FileServer()
      try await server.serve { url in
        let session = try session(url, store, PushOptions())
        try await session.add([paths[39]])
        _ = try await session.finish()
        let written = server.names
        for (number, path) in paths.enumerated() {
          let place = try #require(written.firstIndex(of: path.hash + ".narinfo"))
          let narInfo = try NarInfo(parsing: String(decoding: server.file(path.hash + ".narinfo"), as: UTF8.self))
          #expect(try #require(written.firstIndex(of: narInfo.url)) < place)
          if number > 0 { #expect(try #require(written.firstIndex(of: paths[number - 1].hash + ".narinfo")) < place) }
        }
      }
    }
  }

  @Test func `a key without a name does not do for files`() async throws {
    let key = PushSigningKey(name: nil, key: try .generate())
    #expect(throws: PushError.self) {
      try PushSession(
        target: try PushTarget(text: "http://127.0.0.1:1", form: .plain), signingKey: key,
        store: NixStoreAccess(environment: []), log: { _ in })
    }
  }

  private func session(_ url: String, _ store: TestStore, _ options: PushOptions) throws -> PushSession {
    var options = options
    options.pause = { _ in }
    return try PushSession(
      target: try PushTarget(text: url, form: .plain), store: store.access, options: options, log: { _ in })
  }

  private static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var number = seed &+ 99
    return (0..<count).map { _ in
      number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: number >> 43)
    }
  }
}

/// Takes files by PUT and gives them back.
final class FileServer: Sendable {
  private struct State {
    var files: [String: [UInt8]] = [:]
    var names: [String] = []
    var failures: (kind: String, left: Int) = ("", 0)
  }
  private let state = Lock(State())

  func file(_ name: String) -> [UInt8] { state.withLock { $0.files[name] ?? [] } }
  /// In the order in which they were complete.
  var names: [String] { state.withLock { $0.names } }
  /// The next requests that hold this text, as in `PUT nar/x`, fail.
  func fail(_ kind: String, times: Int) { state.withLock { $0.failures = (kind, times) } }

  func serve(_ body: (String) async throws -> Void) async throws {
    let server = try HTTPServer(configuration: HTTPServerConfiguration(stopGrace: .milliseconds(200))) { request in
      await self.answer(request)
    }
    let (host, port) = try server.start()
    let result: Result<Void, any Error>
    do { result = .success(try await body("http://\(host):\(port)")) } catch { result = .failure(error) }
    await server.stop()
    try result.get()
  }

  private func answer(_ request: HTTPRequest) async -> HTTPResponse {
    let name = request.pathSegments.joined(separator: "/")
    guard let bytes = try? await request.body.collect(upTo: 10 << 20) else { return HTTPResponse(status: 400) }
    return state.withLock { state in
      if state.failures.left > 0, "\(request.method) \(name)".contains(state.failures.kind) {
        state.failures.left -= 1
        return HTTPResponse(status: 503)
      }
      switch request.method {
      case "HEAD", "GET": return HTTPResponse(status: state.files[name] == nil ? 404 : 200)
      case "PUT":
        state.files[name] = bytes
        state.names.append(name)
        return HTTPResponse(status: 201)
      default: return HTTPResponse(status: 405)
      }
    }
  }
}
