import Planning
import Testing

/// What masking has to do, said plainly: every byte of every occurrence is hidden, overlapping ones as one.
private func reference(_ text: [UInt8], _ secrets: [[UInt8]]) -> [UInt8] {
  var ranges: [Range<Int>] = []
  for secret in secrets where !secret.isEmpty && secret.count <= text.count {
    for start in 0...(text.count - secret.count) where text[start...].starts(with: secret) {
      ranges.append(start..<start + secret.count)
    }
  }
  ranges.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
  var (output, position): ([UInt8], Int) = ([], 0)
  for range in ranges {
    if range.lowerBound >= position {
      output += text[position..<range.lowerBound] + Masker.replacement
    }
    position = max(position, range.upperBound)
  }
  return output + text[position...]
}

private func mask(_ secrets: [String], _ reads: [String]) -> [String] {
  var masker = Masker(secrets)
  let shown = reads.map { String(decoding: masker.mask(Array($0.utf8)), as: UTF8.self) }
  return shown + [String(decoding: masker.finish(), as: UTF8.self)]
}

struct MaskerTests {
  @Test(arguments: [
    (["secret"], ["a secret b"], ["a xxxxxx b", ""]),
    (["secret"], ["a se", "cret b"], ["a ", "xxxxxx b", ""]),
    (["secret"], ["s", "e", "c", "r", "e", "t"], ["", "", "", "", "", "xxxxxx", ""]),
    (["secret"], ["sec", "sec"], ["", "sec", "sec"]),
    (["pass", "password"], ["password pass passwor"], ["xxxxxx xxxxxx xxxxxx", "wor"]),
    (["abc", "bcd"], ["abcd"], ["xxxxxx", ""]),
    (["abc"], ["abcabc"], ["xxxxxxxxxxxx", ""]),
    (["aa"], ["aaaaa"], ["xxxxxx", ""]),
    (["", "a"], ["bab"], ["bxxxxxxb", ""]),
    (["bc", "ef", "abcdefg"], ["abcdef", "!"], ["", "axxxxxxdxxxxxx!", ""]),
    (["bc", "ef", "abcdefg"], ["abcdef", "g"], ["", "xxxxxx", ""]),
    ([], ["\u{1}any\n"], ["\u{1}any\n", ""]),
    (["pässwörd"], ["p\u{e4}ssw", "örd"], ["", "xxxxxx", ""]),
  ])
  func `A value is hidden however it is cut, and nothing is held back that is decided`(
    _ secrets: [String], _ reads: [String], _ shown: [String]
  ) {
    #expect(mask(secrets, reads) == shown)
  }

  @Test(arguments: [
    ("first\nsecond\n", "a first\nsecond\nb", "a xxxxxx\nb"),
    ("first\nsecond", "a first\r\nsecond\r\nb", "a xxxxxx\r\nb"),
    ("first\r\nsecond", "a first\nsecond\nb", "a xxxxxx\nb"),
    ("first\nsecond", "second, then first", "xxxxxx, then xxxxxx"),
    ("{\n  \"key\": 1\n}", "{ } \"key\": 1", "{ } xxxxxx"),
    ("\n\nalone\n", "alone\n", "xxxxxx\n"),
    ("\n\n", "a\n\nb", "a\n\nb"),
  ])
  func `A value of several lines is hidden whole, with other line ends, and line by line`(
    _ secret: String, _ text: String, _ shown: String
  ) {
    #expect(mask([secret], [text]).joined() == shown)
  }

  @Test(arguments: 0..<40)
  func `Random texts, values and cuts give what masking the whole at once gives`(_ seed: UInt64) {
    var random = SmallGenerator(state: seed)
    for _ in 0..<200 {
      let secrets = (0..<Int.random(in: 1...4, using: &random)).map { _ in word(1...6, &random) }
      let text = word(0...60, &random)
      var masker = Masker(secrets.map { String(decoding: $0, as: UTF8.self) })
      var shown: [UInt8] = []
      var rest = text[...]
      while !rest.isEmpty {
        let read = rest.prefix(Int.random(in: 1...8, using: &random))
        shown += masker.mask(Array(read))
        rest = rest.dropFirst(read.count)
      }
      shown += masker.finish()
      #expect(shown == reference(text, secrets))
      for secret in secrets { #expect(!contains(shown, secret)) }
    }
  }

  @Test func `A text that keeps beginning a long value is masked in linear time`() {
    let value = String(repeating: "a", count: 20_000) + "b"
    var masker = Masker([value])
    let chunk = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
    var shown = 0
    for _ in 0..<4 { shown += masker.mask(chunk).count }
    #expect(shown == (4 << 20) - 20_000)
    #expect(masker.mask([UInt8(ascii: "b")]) == Masker.replacement)
    #expect(masker.finish().isEmpty)
  }

  /// Three letters only, so that values overlap and repeat; `x` is not one of them.
  private func word(_ length: ClosedRange<Int>, _ random: inout SmallGenerator) -> [UInt8] {
    (0..<Int.random(in: length, using: &random)).map { _ in UInt8.random(in: 97...99, using: &random) }
  }

  private func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    text.indices.contains { text[$0...].starts(with: part) }
  }
}

/// splitmix64: the same numbers for the same seed, so that a failure can be repeated.
struct SmallGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
