import Concurrency

/// Collects values from several tasks.
final class Recorder<Value: Sendable>: Sendable {
  private let values = Lock<[Value]>([])

  var all: [Value] { values.withLock { $0 } }

  func record(_ value: Value) { values.withLock { $0.append(value) } }
}

/// An object whose life a test watches.
final class Witness: Sendable {}

/// Knows whether an object is still alive without keeping it so.
final class Watch: Sendable {
  private struct Reference: @unchecked Sendable { weak var object: Witness? }
  private let reference = Lock(Reference())

  var isAlive: Bool { reference.withLock { $0.object != nil } }

  func watch(_ object: Witness) { reference.withLock { $0.object = object } }
}
