extension YAMLNode {
  /// Reads one YAML document. Never throws and never traps, whatever the bytes; costs time and memory in proportion
  /// to the bytes only, because aliases are refused and not followed.
  ///
  /// Refused, each with its position: text that is not UTF-8, NUL and other control characters, a byte order mark,
  /// tabs as indentation, several documents, aliases, merge keys, keys twice, tags other than `!!str`, `!!seq` and
  /// `!!map`, and what exceeds `limits`.
  public static func parse(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) -> YAMLResult {
    guard bytes.count <= limits.bytes else {
      let message = "the file has \(bytes.count) bytes; at most \(limits.bytes) are allowed"
      return YAMLResult(root: nil, problems: [YAMLProblem(message, at: .start)])
    }
    return bytes.withUnsafeBufferPointer { buffer in
      do throws(YAMLProblem) {
        return build(buffer, end: try TextCheck.end(of: buffer), limits)
      } catch {
        return YAMLResult(root: nil, problems: [error])
      }
    }
  }

  private static func build(_ bytes: UnsafeBufferPointer<UInt8>, end: YAMLMark, _ limits: YAMLLimits) -> YAMLResult {
    var builder = TreeBuilder(limits: limits)
    do throws(YAMLProblem) {
      try feed(&builder, from: bytes)
      return YAMLResult(root: builder.root, problems: builder.problems)
    } catch {
      // At the end of a text without a last line end, libyaml is a line too far.
      let last = YAMLProblem(error.message, at: min(error.mark, end))
      return YAMLResult(root: nil, problems: builder.problems + [last])
    }
  }

  private static func feed(_ builder: inout TreeBuilder, from bytes: UnsafeBufferPointer<UInt8>) throws(YAMLProblem) {
    guard let parser = EventParser(bytes) else {
      throw YAMLProblem("there is not enough memory to read the file", at: .start)
    }
    while true {
      var event: YAMLEvent
      do throws(YAMLProblem) { event = try parser.next() } catch { throw improved(error, bytes) }
      if case .streamEnd = event.kind { return }
      try builder.take(event)
    }
  }

  /// A tab is the usual cause of "cannot start any token", and only the text says whether it is the cause here.
  private static func improved(_ problem: YAMLProblem, _ bytes: UnsafeBufferPointer<UInt8>) -> YAMLProblem {
    guard problem.message.hasPrefix("a value cannot begin") else { return problem }
    var lines = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: problem.mark.line, omittingEmptySubsequences: false)
    if lines.count > problem.mark.line { lines.removeLast() }
    let line = String(decoding: lines.last ?? bytes[0..<0], as: UTF8.self)
    let character = line.unicodeScalars.dropFirst(problem.mark.column - 1).first
    switch character {
    case "\t": return YAMLProblem("a tab cannot be used for indentation; use spaces", at: problem.mark)
    case .some(let other):
      return YAMLProblem("a value cannot begin with '\(other)'; put the value in quotes", at: problem.mark)
    case nil: return problem
    }
  }
}
