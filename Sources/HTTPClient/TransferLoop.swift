internal import CCurl
internal import Concurrency

/// The thread that moves all transfers of a client.
///
/// `@unchecked Sendable`: `multi` is used by the thread alone, but for `curl_multi_wakeup`, which may be called from
/// any thread as long as the handle lives; `commands` guards that. `transfers` belongs to the thread.
/// <https://curl.se/libcurl/c/libcurl-multi.html>
final class TransferLoop: @unchecked Sendable {
  enum Command {
    case start(Transfer)
    case goOn(Transfer)
    case cancel(Transfer)
  }

  private struct Commands {
    var pending: [Command] = []
    var isStopped = false
    /// The thread has ended, and the library's handle with it.
    var isEnded = false
  }

  private static let initialized = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  private let commands = Lock(Commands())
  private let multi: UnsafeMutableRawPointer?
  private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]

  init(keptConnections: Int) {
    multi = Self.initialized == CURLE_OK ? curl_multi_init() : nil
    guard let multi else { return }
    wright_curl_multi_configure(multi, keptConnections)
    Thread.start(name: "http-client") { self.run() }
  }

  /// Hands a command to the thread. False once that has ended.
  @discardableResult
  func post(_ command: Command) -> Bool {
    commands.withLock { commands in
      guard let multi, !commands.isEnded else { return false }
      // Whoever put the first one there has woken the thread, which takes them all.
      if commands.pending.isEmpty { curl_multi_wakeup(multi) }
      commands.pending.append(command)
      return true
    }
  }

  /// Ends the thread with the last transfer.
  func stop() {
    commands.withLock { commands in
      commands.isStopped = true
      if let multi, !commands.isEnded { curl_multi_wakeup(multi) }
    }
  }

  private func run() {
    guard let multi else { return }
    while true {
      obeyCommands(multi)
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      finishTransfers(multi)
      if mayEnd() { break }
      // Returns at once where the library has something to do; a wake-up, a socket or a timer of its own end it.
      curl_multi_poll(multi, nil, 0, 60_000, nil)
    }
    curl_multi_cleanup(multi)
  }

  /// True when nobody can begin anything any more and nothing is under way; nothing is taken from then on.
  private func mayEnd() -> Bool {
    commands.withLock { commands in
      if commands.isStopped, commands.pending.isEmpty, transfers.isEmpty { commands.isEnded = true }
      return commands.isEnded
    }
  }

  private func obeyCommands(_ multi: UnsafeMutableRawPointer) {
    let pending = commands.withLock { commands in
      defer { commands.pending.removeAll(keepingCapacity: commands.pending.count <= 64) }
      return commands.pending
    }
    for command in pending {
      switch command {
      case .start(let transfer): start(transfer, multi)
      case .goOn(let transfer): transfer.unpause()
      case .cancel(let transfer): end(transfer, multi, .failure(CancellationError()))
      }
    }
  }

  private func start(_ transfer: Transfer, _ multi: UnsafeMutableRawPointer) {
    if transfer.isFinished { return }
    guard let handle = transfer.prepare() else {
      transfer.finish(.failure(transfer.error(.invalidRequest, "the library refuses it")))
      return
    }
    transfers[handle] = transfer
    let code = curl_multi_add_handle(multi, handle)
    if code != CURLM_OK {
      end(transfer, multi, .failure(transfer.error(.broken, String(cString: curl_multi_strerror(code)))))
    }
  }

  private func finishTransfers(_ multi: UnsafeMutableRawPointer) {
    var handle: UnsafeMutableRawPointer?
    var code = CURLE_OK
    while wright_curl_next_finished(multi, &handle, &code) != 0 {
      guard let ended = handle, let transfer = transfers[ended] else { continue }
      end(transfer, multi, code == CURLE_OK ? .success(()) : .failure(transfer.error(for: code)))
    }
  }

  private func end(_ transfer: Transfer, _ multi: UnsafeMutableRawPointer, _ result: Result<Void, any Error>) {
    if let handle = transfer.handle {
      transfers[handle] = nil
      curl_multi_remove_handle(multi, handle)
      transfer.release()
    }
    transfer.finish(result)
  }
}
