import Concurrency
import HTTPServer
import Testing

@Suite struct DisconnectTests {
  @Test(arguments: ["GET / HT", "GET / HTTP/1.1\r\nHost: t", "GET / HTTP/1.1\r\nHost: t\r\n"])
  func `half a head is forgotten when the client goes`(_ half: String) async throws {
    // When the end comes together with the bytes, the library only notices it by the idle timeout.
    let configuration = HTTPServerConfiguration(idleTimeout: .seconds(1))
    try await withServer(configuration, handler: { _ in text("reached the handler") }) { server, port in
      let client = try RawClient(port: port)
      try await client.send(half)
      client.endSending()
      #expect(try await client.receiveAll() == [])
      #expect(await eventually { server.activeRequests == 0 })
    }
  }

  @Test(arguments: ["Content-Length: 100\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"])
  func `half a body ends in an error when the client goes`(_ rest: String) async throws {
    let outcomes = Recorder<String>()
    let watch = Watch()
    try await withServer(handler: { request in
      let witness = Witness()
      watch.watch(witness)
      do {
        while let bytes = try await request.body.next() { outcomes.record("\(bytes.count)") }
        outcomes.record("complete")
      } catch {
        outcomes.record("\(error)")
      }
      withExtendedLifetime(witness) {}
      return text("answered")
    }) { server, port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: t\r\n" + rest)
      #expect(await eventually { outcomes.all == ["5"] })
      client.disconnect()
      #expect(await eventually { outcomes.all == ["5", "disconnected"] })
      #expect(await eventually { server.activeRequests == 0 && !watch.isAlive })
    }
  }

  @Test func `a stream learns that its client has gone at its next writes`() async throws {
    let outcomes = Recorder<String>()
    let watch = Watch()
    let heartbeat = Wakeup()
    try await withServer(handler: { _ in
      let witness = Witness()
      watch.watch(witness)
      return HTTPResponse(
        status: 200,
        content: .stream { writer in
          defer { withExtendedLifetime(witness) {} }
          do {
            while true {
              try await writer.write([0x3A, 0x0A])
              await heartbeat.wait()
            }
          } catch {
            outcomes.record("\(error) \(Task.isCancelled)")
            throw error
          }
        })
    }) { server, port in
      let client = try RawClient(port: port)
      try await client.send(get("/"))
      _ = try await client.head()
      #expect(try await client.chunk() == [0x3A, 0x0A])
      #expect(server.activeRequests == 1)
      client.disconnect()
      #expect(
        await eventually {
          heartbeat.signal()
          return !outcomes.all.isEmpty
        })
      #expect(outcomes.all == ["disconnected true"])
      #expect(await eventually { server.activeRequests == 0 && !watch.isAlive })
    }
  }

  @Test func `a stream that waits for room is woken when its client goes`() async throws {
    let outcomes = Recorder<String>()
    try await withServer(handler: { _ in
      HTTPResponse(
        status: 200,
        content: .stream { writer in
          do {
            while true { try await writer.write([UInt8](repeating: 0, count: 100_000)) }
          } catch {
            outcomes.record("\(error)")
            throw error
          }
        })
    }) { server, port in
      let client = try RawClient(port: port, receiveBuffer: 4096)
      try await client.send(get("/"))
      _ = try await client.head()
      client.disconnect()
      #expect(await eventually { outcomes.all == ["disconnected"] })
      #expect(await eventually { server.activeRequests == 0 })
    }
  }

  @Test func `an answer for a client that has gone is dropped`() async throws {
    let release = Wakeup()
    let entered = Wakeup()
    let watch = Watch()
    try await withServer(handler: { _ in
      let witness = Witness()
      watch.watch(witness)
      entered.signal()
      await release.wait()
      return HTTPResponse(
        status: 200,
        content: .stream { [witness] in
          try await $0.write([1]); _ = witness
        })
    }) { server, port in
      let client = try RawClient(port: port)
      try await client.send(get("/"))
      await entered.wait()
      client.disconnect()
      release.signal()
      #expect(await eventually { server.activeRequests == 0 && !watch.isAlive })
    }
  }

  @Test func `hundreds of clients that break off at every point leave nothing behind`() async throws {
    let watches = Recorder<Watch>()
    // What ends together with half a chunk is only noticed by the idle timeout.
    try await withServer(
      HTTPServerConfiguration(idleTimeout: .seconds(1)),
      handler: { request in
        let witness = Witness()
        let watch = Watch()
        watch.watch(witness)
        watches.record(watch)
        _ = try? await request.body.collect(upTo: 100_000)
        return HTTPResponse(
          status: 200,
          content: .stream { writer in
            for _ in 0..<200 { try await writer.write([UInt8](repeating: 1, count: 5_000)) }
            withExtendedLifetime(witness) {}
          })
      }
    ) { server, port in
      let whole = Array(
        (get("/", method: "POST", headers: ["Content-Length: 3000"]) + String(repeating: "x", count: 3000)).utf8)
      try await withThrowingTaskGroup { group in
        for number in 0..<400 {
          group.addTask {
            let client = try RawClient(port: port)
            try await client.send(Array(whole.prefix(whole.count * min(number, 350) / 350)))
            if number >= 350, number % 3 == 0 { _ = try? await client.receive(limit: number * 10 + 1) }
            client.disconnect()
          }
          if number % 8 == 7 { try await group.waitForAll() }
        }
      }
      #expect(await eventually { server.activeRequests == 0 })
      #expect(watches.all.count > 200)
      #expect(await eventually { watches.all.allSatisfy { !$0.isAlive } })
    }
  }
}
