/// What runs a script, from its first line, as the kernel reads it. The script itself is not executed: it is
/// a file in memory, open for writing, and the kernel refuses to execute such a file.
public struct Interpreter: Sendable, Hashable {
  /// A path.
  public var program = "/bin/sh"
  /// What stands after it in the line, as one; none where nothing does.
  public var arguments: [String] = []

  /// Reads the first line of `script`.
  public init(of script: [UInt8]) {
    guard script.starts(with: [35, 33]) else { return }
    let line = String(decoding: script.dropFirst(2).prefix { $0 != 10 }, as: UTF8.self)
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    // All that follows the program is one argument, without the blanks around it.
    let trimmed = Substring(line.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    let parts = trimmed.split(maxSplits: 1, omittingEmptySubsequences: true, whereSeparator: isBlank)
    guard let first = parts.first else { return }
    program = String(first)
    arguments = parts.dropFirst().map { String($0.drop(while: isBlank)) }
  }
}
