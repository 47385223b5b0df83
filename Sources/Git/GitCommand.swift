internal import Planning
internal import Processes

/// Runs git programs: their messages go into a log, their end decides.
struct GitCommand: Sendable {
  let environment: [(name: String, value: String)]
  /// What they talk to; nil where that is a repository of this machine only.
  let address: GitAddress?
  /// What was asked for, for messages.
  var reference: String?
  /// Where messages go.
  var log: (any GitLog)?
  /// 0 to 19: how far it stands back behind other programs.
  var niceness: Int32 = 0

  /// Runs `git` with these arguments; all that it writes goes into the log. Cancelling the task kills it and what it
  /// has started.
  func run(_ arguments: [String]) async throws {
    let process = try await ProcessLauncher.shared.start(specification(arguments, .merged))
    var tail: [UInt8] = []
    let exit = try await end(of: process) {
      var progress = GitProgress(now: .now)
      while let bytes = try await process.output?.read() {
        try await show(progress.take(bytes, now: .now), &tail)
      }
      try await show(progress.finish(), &tail)
    }
    try check(exit, tail)
  }

  /// Runs `git` with these arguments and this input, and hands what it writes to `take`, as it comes. An error of
  /// `take` kills it.
  func stream(_ arguments: [String], input: [UInt8] = [], _ take: ([UInt8]) throws -> Void) async throws {
    let process = try await ProcessLauncher.shared.start(specification(arguments, .separate, input))
    async let messages = Self.tail(of: process.errorOutput)
    let exit = try await end(of: process) {
      while let bytes = try await process.output?.read() { try take(bytes) }
    }
    try check(exit, await messages)
  }

  /// The output of `git` with these arguments up to the first white space, at most 4 KiB.
  func read(_ arguments: [String]) async throws -> String {
    var output: [UInt8] = []
    try await stream(arguments) { output += $0.prefix(max(0, 4096 - output.count)) }
    return String(decoding: output.prefix { $0 > 32 }, as: UTF8.self)
  }

  private func specification(
    _ arguments: [String], _ output: ProcessSpecification.Output, _ input: [UInt8] = []
  ) -> ProcessSpecification {
    ProcessSpecification(
      executable: "git", arguments: arguments, environment: environment, workingDirectory: "/",
      standardInput: input.isEmpty ? .null : .bytes(input), output: output, niceness: niceness)
  }

  /// Reads all of a program's output by `reading` and waits for its end.
  private func end(of process: RunningProcess, reading: () async throws -> Void) async throws -> ProcessExit {
    try await withTaskCancellationHandler {
      do { try await reading() } catch {
        process.kill()
        _ = await process.wait()
        throw error
      }
      let exit = await process.wait()
      try Task.checkCancellation()
      return exit
    } onCancel: {
      process.kill()
    }
  }

  private func check(_ exit: ProcessExit, _ messages: [UInt8]) throws {
    guard exit.isSuccess else {
      let text = String(decoding: messages, as: UTF8.self)
      guard let address else { throw GitFailure.explain(local: text, code: exit.code) }
      throw GitFailure.explain(text, code: exit.code, address, reference: reference)
    }
  }

  private func show(_ bytes: [UInt8], _ tail: inout [UInt8]) async throws {
    if bytes.isEmpty { return }
    tail = (tail + bytes).suffix(Self.tailSize)
    try await log?.write(bytes)
  }

  private static let tailSize = 8192

  private static func tail(of output: ProcessOutput?) async -> [UInt8] {
    var tail: [UInt8] = []
    while let bytes = try? await output?.read() { tail = (tail + bytes).suffix(tailSize) }
    return tail
  }
}
