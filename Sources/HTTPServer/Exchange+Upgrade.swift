internal import CMicrohttpd
internal import Concurrency

extension Exchange {
  /// The answer has left, and the connection is the handler's: runs what the answer said to its end, and closes.
  func onUpgrade(socket: Int32, early: [UInt8], handle: OpaquePointer) {
    let connection = UpgradedConnection(socket: socket, early: early, handle: handle)
    let run = state.withLock { state in
      defer { state.upgradeHandler = nil }
      state.upgraded = connection
      state.isUpgradeRunning = true
      return state.isAborted ? nil : state.upgradeHandler
    }
    let task = Task {
      await run?(connection)
      connection.close()
      self.upgradeEnded()
    }
    let isCancelled = state.withLock { state in
      if state.isUpgradeRunning { state.upgradeTask = task }
      return core.isStopping || state.isAborted
    }
    if isCancelled { task.cancel() }
  }

  private func upgradeEnded() {
    let isDone = state.withLock { state in
      state.isUpgradeRunning = false
      state.upgradeTask = nil
      state.upgraded = nil
      return state.isDone
    }
    if isDone { core.remove(self) }
  }
}

/// Called by the library on its own thread. `request` is what `onTarget` returned.
func onUpgrade(
  context: UnsafeMutableRawPointer?, connection: OpaquePointer?, request: UnsafeMutableRawPointer?,
  early: UnsafePointer<CChar>?, earlySize: Int, socket: Int32, handle: OpaquePointer?
) {
  guard let request, let handle else { return }
  let exchange = Unmanaged<Exchange>.fromOpaque(request).takeUnretainedValue()
  let bytes = UnsafeRawBufferPointer(start: early, count: early == nil ? 0 : earlySize)
  exchange.onUpgrade(socket: socket, early: Array(bytes), handle: handle)
}
