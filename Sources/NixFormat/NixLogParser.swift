internal import FoundationEssentials

/// What Nix tells of its work on its internal JSON log (`--log-format internal-json`).
public enum NixLogEvent: Sendable, Hashable {
  /// A derivation is being built.
  case buildStarted(StorePath)
  /// It no longer is; whether that went well is not said.
  case buildEnded(StorePath)
  /// A path is fetched from a cache at this address.
  case fetchStarted(StorePath, from: String)
  /// Bytes of a path that have arrived, and how many there will be.
  case fetchProgress(StorePath, done: Int64, expected: Int64)
  /// It no longer is.
  case fetchEnded(StorePath)
  /// How many builds have failed until now.
  case failures(Int64)
}

/// Reads the internal JSON log of Nix, as a stream of bytes, into lines for people and events. What is not part of it is
/// passed on as it is, as are lines that cannot be read.
public struct NixLogParser: Sendable {
  private enum Activity: Sendable {
    case build(StorePath)
    case fetch(StorePath)
    case builds
    case other
  }

  private static let marker = Array("@nix ".utf8)
  /// A line that is longer is no JSON that we understand.
  private static let lineLimit = 8 << 20
  /// The importance of what people are shown.
  private static let shownLevel = 3

  private let prefixesNames: Bool
  private var line: [UInt8] = []
  private var activities: [UInt64: Activity] = [:]
  /// What was found since the last `takeEvents`.
  private var events: [NixLogEvent] = []
  private var failed: Int64 = 0
  /// What the first error says, in one line; nil before there is one.
  public private(set) var failure: String?

  /// A parser; `prefixesNames` shows a derivation's name before each line of its build.
  public init(prefixesNames: Bool) { self.prefixesNames = prefixesNames }

  /// Takes the next bytes and returns what people are shown of them, whole lines.
  public mutating func take(_ bytes: [UInt8]) -> [UInt8] {
    var shown: [UInt8] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      line.append(contentsOf: rest[..<end])
      rest = rest[(end + 1)...]
      show(line, &shown)
      line.removeAll(keepingCapacity: true)
    }
    line.append(contentsOf: rest)
    if line.count > Self.lineLimit {
      shown += line
      line = []
    }
    return shown
  }

  /// The last line, should its end be missing.
  public mutating func finish() -> [UInt8] {
    if line.isEmpty { return [] }
    var shown: [UInt8] = []
    show(line, &shown)
    line = []
    return shown
  }

  /// What was told since the last call.
  public mutating func takeEvents() -> [NixLogEvent] {
    defer { events = [] }
    return events
  }

  /// A line of a build, as Nix writes it, in which nothing is escaped: most of a log. Reading it as JSON would cost more
  /// than everything else that is done with it.
  private func plainLine(_ line: [UInt8]) -> (id: UInt64, text: ArraySlice<UInt8>)? {
    guard line.starts(with: Self.plainStart), line.last == UInt8(ascii: "}"),
      let end = line[Self.plainStart.count...].firstIndex(where: {
        $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
      }),
      line[end...].starts(with: Self.plainMiddle)
    else { return nil }
    let number = line[(end + Self.plainMiddle.count)...].prefix { (48...57).contains($0) }
    guard line[number.endIndex...].elementsEqual(Self.plainEnd),
      let id = UInt64(String(decoding: number, as: UTF8.self))
    else { return nil }
    return (id, line[Self.plainStart.count..<end])
  }

  private static let plainStart = Array(#"@nix {"action":"result","fields":[""#.utf8)
  private static let plainMiddle = Array(#""],"id":"#.utf8)
  private static let plainEnd = Array(#","type":101}"#.utf8)

  private mutating func show(_ line: [UInt8], _ shown: inout [UInt8]) {
    if let (id, text) = plainLine(line) {
      if prefixesNames, case .build(let path)? = activities[id] {
        shown += path.shownName.utf8
        shown += "> ".utf8
      }
      shown += text
      shown.append(UInt8(ascii: "\n"))
      return
    }
    guard line.starts(with: Self.marker),
      let message = try? JSONDecoder().decode(Message.self, from: Data(line.dropFirst(Self.marker.count)))
    else {
      shown += line
      shown.append(UInt8(ascii: "\n"))
      return
    }
    guard let text = read(message) else { return }
    shown += text.utf8
    shown.append(UInt8(ascii: "\n"))
  }

  private mutating func read(_ message: Message) -> String? {
    switch message.action {
    case "msg":
      if failure == nil, message.level == 0, let text = message.msg { failure = nixErrorSentence(text) }
      return message.msg
    case "start": return start(message)
    case "stop":
      stop(message)
      return nil
    case "result": return result(message)
    default: return nil
    }
  }

  private mutating func start(_ message: Message) -> String? {
    guard let id = message.id else { return nil }
    var activity = Activity.other
    switch message.type {
    case 104: activity = .builds
    case 105:
      if let path = message.text(0).flatMap({ StorePath($0) }) {
        activity = .build(path)
        events.append(.buildStarted(path))
      }
    case 100:
      if let path = message.text(0).flatMap({ StorePath($0) }) {
        activity = .fetch(path)
        events.append(.fetchStarted(path, from: message.text(1) ?? ""))
      }
    default: break
    }
    activities[id] = activity
    guard let text = message.text, !text.isEmpty, message.level ?? 0 <= Self.shownLevel, message.type != 111 else {
      return nil
    }
    return text + "..."
  }

  private mutating func stop(_ message: Message) {
    guard let id = message.id, let activity = activities.removeValue(forKey: id) else { return }
    switch activity {
    case .build(let path): events.append(.buildEnded(path))
    case .fetch(let path): events.append(.fetchEnded(path))
    case .builds, .other: break
    }
  }

  private mutating func result(_ message: Message) -> String? {
    guard let id = message.id else { return nil }
    switch (message.type, activities[id]) {
    case (101, let activity), (107, let activity):
      let text = message.text(0) ?? ""
      guard prefixesNames, case .build(let path) = activity else { return text }
      return "\(path.shownName)> \(text)"
    case (105, .fetch(let path)):
      events.append(.fetchProgress(path, done: message.number(0), expected: message.number(1)))
    case (105, .builds):
      let count = message.number(3)
      if count > failed {
        failed = count
        events.append(.failures(count))
      }
    default: break
    }
    return nil
  }
}

extension NixLogParser {
  /// A line of the log.
  private struct Message: Decodable {
    var action: String
    var id: UInt64?
    var level: Int?
    var type: Int?
    var text: String?
    var msg: String?
    var fields: [Field]?

    func text(_ index: Int) -> String? {
      guard let fields, fields.indices.contains(index), case .text(let text) = fields[index] else { return nil }
      return text
    }

    func number(_ index: Int) -> Int64 {
      guard let fields, fields.indices.contains(index), case .number(let number) = fields[index] else { return 0 }
      return number
    }
  }

  private enum Field: Decodable {
    case number(Int64)
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let number = try? value.decode(Int64.self) {
        self = .number(number)
      } else if let text = try? value.decode(String.self) {
        self = .text(text)
      } else {
        self = .other
      }
    }
  }
}
