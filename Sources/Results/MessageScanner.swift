public import Model

/// Finds compilers' and linkers' messages in a log while it is written, however it is cut into reads. Constant memory;
/// what is no message costs about as much as counting lines. A line is judged by its first 4,096 bytes.
public struct MessageScanner: Sendable {
  static let lineLimit = 4096
  /// How many messages are told apart. A log with more is not looked at any further.
  static let countLimit = 100_000
  /// How many notes are kept of what a message has.
  static let notesOfMessage = 3

  /// How many different errors and warnings were found, kept or not.
  public private(set) var counts = MessageCounts()
  /// How many messages were handed over.
  public private(set) var taken = 0

  private let folder: [UInt8]
  /// Lines that are over.
  private var lines: Int64
  /// The beginning of a line that is not over.
  private var beginning: [UInt8] = []
  private var found: [CompilerMessage] = []
  private var known: Set<UInt64> = []
  private var notesLeft = 0
  private var hasLinkerError = false
  private var isOver = false

  /// A scanner of a log that `linesBefore` lines were written to already. Of names below `workspace` only the part
  /// after it is kept.
  public init(linesBefore: Int64 = 0, workspace: String? = nil) {
    lines = linesBefore
    folder = workspace.map { Array($0.utf8) + [UInt8(ascii: "/")] } ?? []
  }

  /// True where messages wait to be taken.
  public var hasFound: Bool { !found.isEmpty }

  /// Takes the next bytes of the log.
  public mutating func scan(_ bytes: [UInt8]) {
    if isOver { return }
    bytes.withUnsafeBytes { scan($0) }
  }

  /// The log has ended; a last line may be without its end.
  public mutating func finish() {
    if !beginning.isEmpty { judgeBeginning() }
  }

  /// What was found since the last time, to be kept, in order; at most `limit` of it.
  public mutating func takeFound(atMost limit: Int = .max) -> [CompilerMessage] {
    let messages = Array(found.prefix(limit))
    taken += messages.count
    found.removeFirst(messages.count)
    return messages
  }

  private mutating func scan(_ bytes: UnsafeRawBufferPointer) {
    var position = 0
    if !beginning.isEmpty {
      let end = MessageFilter.lineEnd(bytes, from: 0)
      beginning += bytes[..<min(end, max(0, Self.lineLimit - beginning.count))]
      if end == bytes.count { return }
      judgeBeginning()
      position = end + 1
    }
    position = judgeWholeLines(bytes, from: position)
    let rest = bytes[MessageFilter.lineStart(bytes, before: bytes.count, downTo: position)...]
    beginning += rest.prefix(Self.lineLimit)
  }

  /// Judges the lines that end in `bytes`; returns where what was not looked at closely begins.
  private mutating func judgeWholeLines(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var position = start
    while !isOver {
      let hit = MessageFilter.next(bytes, from: position, lines: &lines)
      if hit == bytes.count { break }
      let lineStart = MessageFilter.lineStart(bytes, before: hit, downTo: position)
      let lineEnd = MessageFilter.lineEnd(bytes, from: hit)
      if lineEnd == bytes.count { return lineStart }
      lines &+= 1
      judge(Array(bytes[lineStart..<min(lineEnd, lineStart + Self.lineLimit)]))
      position = lineEnd + 1
    }
    return position
  }

  private mutating func judgeBeginning() {
    lines &+= 1
    judge(beginning)
    beginning = []
  }

  /// Keeps and counts the message of a line, where there is one. The line is the last of `lines`.
  private mutating func judge(_ line: [UInt8]) {
    // Once more where the whole line was looked at: only what is judged may count, however the log was cut.
    var ignored: Int64 = 0
    let hit = line.withUnsafeBytes { MessageFilter.next($0, from: 0, lines: &ignored) }
    guard hit < line.count, let message = MessageLine(line, folder: folder)?.message(logLine: lines) else { return }
    if message.severity == .note {
      if notesLeft > 0, taken + found.count < ResultLimits.messagesOfJob {
        notesLeft -= 1
        found.append(message)
      }
      return
    }
    notesLeft = 0
    if isConsequence(message) || !known.insert(message.identity).inserted { return }
    count(message.severity)
    guard taken + found.count < ResultLimits.messagesOfJob else { return }
    notesLeft = Self.notesOfMessage
    found.append(message)
  }

  private mutating func count(_ severity: CompilerMessage.Severity) {
    if severity == .error { counts.errors &+= 1 } else { counts.warnings &+= 1 }
    isOver = counts.errors &+ counts.warnings >= Int64(Self.countLimit)
  }

  /// A compiler's word that the linker failed says nothing where the linker has said why.
  private mutating func isConsequence(_ message: CompilerMessage) -> Bool {
    if message.isLinkerFailure {
      defer { hasLinkerError = false }
      return hasLinkerError
    }
    if message.severity == .error, message.isFromLinker { hasLinkerError = true }
    return false
  }
}

extension CompilerMessage {
  fileprivate var isLinkerFailure: Bool {
    line == nil && (text.hasPrefix("ld returned ") || text.hasPrefix("linker command failed"))
  }

  fileprivate var isFromLinker: Bool {
    text.hasPrefix("undefined ") || text.hasPrefix("multiple definition ") || text.hasPrefix("cannot find ")
      || line == nil
  }

  /// The same for what is printed twice because a header is read twice.
  fileprivate var identity: UInt64 {
    var hash = FingerprintHash()
    hash.add("\(fingerprint)")
    hash.add("\(line ?? 0) \(column ?? 0)")
    return hash.value
  }
}
