internal import Concurrency

/// Blocks of bytes on their way from one thread to some others, which see the same memory: nothing is copied, and
/// whoever is slow holds up the producer rather than memory.
///
/// `@unchecked Sendable`: a block belongs to the producer between all `free` and its `ready` signals, and to the
/// readers between their `ready` and `free` signals; the semaphores order the accesses.
final class BlockRing: @unchecked Sendable {
  /// The most that a ring has.
  static let maximumReaders = 3
  static let blockSize = 1 << 20
  private static let blockCount = 4

  private let memory: UnsafeMutableRawBufferPointer
  private let lengths: UnsafeMutableBufferPointer<Int>
  private let ready: [Semaphore]
  /// Each touched by its reader alone.
  private let ended: UnsafeMutableBufferPointer<Bool>
  private let free: [Semaphore]

  init(readers: Int) {
    memory = .allocate(byteCount: Self.blockSize * Self.blockCount, alignment: 4096)
    lengths = .allocate(capacity: Self.blockCount)
    lengths.initialize(repeating: 0)
    ended = .allocate(capacity: readers)
    ended.initialize(repeating: false)
    ready = (0..<readers).map { _ in Semaphore() }
    free = (0..<readers).map { _ in Semaphore(Self.blockCount) }
  }

  deinit {
    memory.deallocate()
    lengths.deallocate()
    ended.deallocate()
  }

  /// Waits until the block with this sequence number may be filled, and lends it.
  func blockToFill(_ number: Int) -> UnsafeMutableRawBufferPointer {
    for semaphore in free { semaphore.wait() }
    return block(number, Self.blockSize)
  }

  /// Hands `length` bytes of the block to the readers; 0 ends the stream. The producer may read the block until it
  /// asks for the next one.
  func publish(_ number: Int, length: Int) {
    lengths[number % Self.blockCount] = length
    for semaphore in ready { semaphore.signal() }
  }

  /// Gives a block back that was not filled.
  func handBack() {
    for semaphore in free { semaphore.signal() }
  }

  /// Calls `body` with each block until the end.
  func read(as reader: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    var number = 0
    while true {
      ready[reader].wait()
      let length = lengths[number % Self.blockCount]
      if length == 0 {
        ended[reader] = true
        return
      }
      body(UnsafeRawBufferPointer(block(number, length)))
      free[reader].signal()
      number += 1
    }
  }

  /// Lets the blocks pass, for a reader who failed before the end: the producer must not wait for it.
  func skip(as reader: Int) {
    if !ended[reader] { read(as: reader) { _ in } }
  }

  private func block(_ number: Int, _ length: Int) -> UnsafeMutableRawBufferPointer {
    let start = number % Self.blockCount * Self.blockSize
    return UnsafeMutableRawBufferPointer(rebasing: memory[start..<start + length])
  }
}
