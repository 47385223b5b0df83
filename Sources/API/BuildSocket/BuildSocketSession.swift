internal import HTTPServer
internal import Lifecycle
internal import Model
internal import Planning
internal import Queue
internal import Routing
internal import Store
internal import WebSocket

/// One connection of the build WebSocket: takes a message, queues the build, and tells how it goes. The build does not
/// depend on the connection; a client that goes away leaves it running.
struct BuildSocketSession: Sendable {
  let dependencies: APIDependencies
  let owner: UserID
  let desk: BuildSocketDesk

  /// Why there is no last answer.
  private enum End: Error { case clientGone }

  func run(_ socket: WebSocket) async {
    guard desk.enter() else { return await end(socket, .tooManyConnections) }
    do {
      let answer = try await serve(socket)
      // Before the client hears of the end, so that its next connection finds the place free.
      desk.leave()
      await end(socket, answer)
    } catch {
      desk.leave()
      if error is CancellationError {
        await socket.close(.serverError, reason: "the server stops; a build that was queued goes on")
      }
    }
  }

  private func end(_ socket: WebSocket, _ answer: BuildAnswer) async {
    do { try await send(answer, socket) } catch { return }
    await socket.close(answer.closeCode ?? .normal)
  }

  private func send(_ answer: BuildAnswer, _ socket: WebSocket) async throws {
    try await socket.send(answer.json(at: dependencies.clock()))
  }

  /// Returns the last answer; throws where there is nobody to hear it.
  private func serve(_ socket: WebSocket) async throws -> BuildAnswer {
    guard let first = try await socket.receive() else { throw End.clientGone }
    guard case .text(let text) = first, let value = try? JSONValue(parsing: Array(text.utf8)) else {
      return .invalidJSON
    }
    guard let message = BuildMessage(value) else { return .invalidSchema }
    let limits = PlanLimits(timeoutSeconds: dependencies.limits.timeoutSeconds)
    guard let plan = nixPlan(message.request, limits: limits) else { return .invalidCommand(message.request.command) }
    let build: Build
    do { build = try await submit(message, plan) } catch let error as QueueError { return .refused("\(error)") }
    try await send(.started, socket)
    return try await follow(build, socket)
  }

  private func submit(_ message: BuildMessage, _ plan: Plan) async throws -> Build {
    var writer = JSONWriter()
    writer.value(message.shown)
    let data = [BuildMessage.triggerKey: String(decoding: writer.bytes, as: UTF8.self)]
    return try await dependencies.queue.submit(
      Submission(owner: owner, kind: .nix, manifest: "", plan: plan, trigger: Trigger(type: .api, data: data)))
  }

  /// Tells of the build until it is over. What the client still sends is taken and ignored.
  private func follow(_ build: Build, _ socket: WebSocket) async throws -> BuildAnswer {
    try await withThrowingTaskGroup(of: BuildAnswer.self) { group in
      group.addTask {
        while try await socket.receive() != nil {}
        // Wakes what is being sent to nobody.
        socket.drop()
        throw End.clientGone
      }
      group.addTask {
        do {
          return try await BuildFollower(dependencies: dependencies, build: build) { lines in
            let now = dependencies.clock()
            try await socket.send(lines.map { BuildAnswer.output($0).json(at: now) })
          }.run()
        } catch let error where !(error is CancellationError) && !(error is HTTPBodyError) {
          dependencies.log.error("build not followed", ["build": "\(build.id)", "error": "\(error)"])
          return .refused("The server cannot tell how build \(build.id) goes on; look at its page.")
        }
      }
      defer { group.cancelAll() }
      guard let answer = try await group.next() else { throw End.clientGone }
      return answer
    }
  }
}
