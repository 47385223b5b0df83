public import Model

extension CompilerMessage {
  /// The same for what is the same message to a person: severity, file, text and option; lines may have moved.
  /// Stored: it never changes.
  public var fingerprint: Int64 {
    var hash = FingerprintHash()
    hash.add(severity.rawValue)
    hash.add(withoutTemporaryNames(file))
    hash.add(withoutTemporaryNames(text))
    hash.add(option ?? "")
    return Int64(bitPattern: hash.value)
  }
}

/// `/tmp/ccQ3k2.o` as `/tmp/`: compilers make up such names for each run.
private func withoutTemporaryNames(_ text: String) -> String {
  guard text.utf8.contains(UInt8(ascii: "/")) else { return text }
  var parts = text.split(separator: "/tmp/", omittingEmptySubsequences: false)
  for index in parts.indices.dropFirst() {
    parts[index] = parts[index].drop { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_" }
  }
  return parts.joined(separator: "/tmp/")
}

/// FNV-1a over fields.
struct FingerprintHash {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    // Fields end, so that what moves from one to the next makes a difference.
    add(0xFF)
  }

  private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
}

/// Which messages are new: a message is old as often as the build before had it.
public struct NewMessages: Sendable {
  private var left: [Int64: Int]

  /// Against a build with these fingerprints.
  public init(previous: some Sequence<Int64>) {
    left = previous.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// Takes the next message; true where it is new.
  public mutating func isNew(_ fingerprint: Int64) -> Bool {
    guard let count = left[fingerprint], count > 0 else { return true }
    left[fingerprint] = count - 1
    return false
  }
}
