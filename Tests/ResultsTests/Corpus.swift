import Files
import Model
import Results
import Testing

/// The files beside this one: what compilers, linkers and test programs have really printed.
enum Corpus {
  static let folder = String(#filePath.dropLast("Corpus.swift".count)) + "Corpus"

  static func bytes(_ path: String) throws -> [UInt8] {
    try FileTree.contents(of: "\(folder)/\(path)", limit: 1 << 20)
  }

  static func names(in part: String, suffix: String = "") throws -> [String] {
    try FileTree.names(in: "\(folder)/\(part)").filter { $0.hasSuffix(suffix) }.sorted()
  }
}

extension CompilerMessage {
  /// The message as a line of an expectation.
  var summary: String {
    let place = file + (line.map { ":\($0)" } ?? "") + (column.map { ":\($0)" } ?? "")
    return "\(logLine) \(severity.rawValue) \(place) | \(text)\(option.map { " | " + $0 } ?? "")"
  }
}

extension TestCase {
  /// The test as a line of an expectation.
  var summary: String {
    let said = message.map {
      " | " + $0.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "⏎")
    }
    let time = durationMicroseconds.map { " \($0)us" } ?? ""
    return "\(status.rawValue) \(suite) / \(name)\(time)\(said ?? "")"
  }
}

/// The messages of a log that comes in pieces of these sizes, over and over; whole without any.
func messages(in log: [UInt8], pieces: [Int] = [], workspace: String? = "/build") -> [CompilerMessage] {
  var scanner = MessageScanner(workspace: workspace)
  var found: [CompilerMessage] = []
  var (rest, turn) = (log[...], 0)
  while !rest.isEmpty {
    let size = pieces.isEmpty ? rest.count : max(1, pieces[turn % pieces.count])
    scanner.scan(Array(rest.prefix(size)))
    rest = rest.dropFirst(size)
    turn += 1
    if turn % 3 == 0 { found += scanner.takeFound() }
  }
  scanner.finish()
  return found + scanner.takeFound()
}

/// The report in a file, as an agent would read it.
func report(_ bytes: [UInt8], name: String, pieces: Int = 1 << 20) throws -> TestReport? {
  guard let format = TestReportFormat(name: name, beginning: Array(bytes.prefix(TestReportFormat.beginningSize))) else {
    return nil
  }
  let reader = try TestReportReader(format)
  var rest = bytes[...]
  while !rest.isEmpty {
    guard try reader.read(Array(rest.prefix(pieces))) else { break }
    rest = rest.dropFirst(pieces)
  }
  return try reader.finish()
}
