/// Why a text is not a narinfo.
public struct NarInfoError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Counts from 1; 0 for what is missing altogether.
  public var line: Int
  /// What is wrong.
  public var detail: String

  /// One sentence for people.
  public var description: String { line == 0 ? "the narinfo \(detail)" : "line \(line) of the narinfo \(detail)" }
}

extension NarInfo {
  /// How large a narinfo may be in bytes; those of paths with thousands of references stay below.
  public static let sizeLimit = 1 << 20

  /// Reads a narinfo as Nix does: names that are not known are passed by, a missing `Compression` is bzip2, a deriver
  /// `unknown-deriver` is none. A name twice is refused but for `Sig`.
  public init(parsing text: String) throws(NarInfoError) {
    guard text.utf8.count <= Self.sizeLimit else { throw NarInfoError(line: 0, detail: "is larger than 1 MiB") }
    var fields = NarInfoFields()
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !line.isEmpty
    {
      try fields.take(line, number: number + 1)
    }
    self = try fields.info()
  }
}

/// The values that were read so far.
private struct NarInfoFields {
  private var seen: Set<String> = []
  private var path: StorePath?
  private var url: String?
  private var compression = NarInfo.Compression.bzip2
  private var fileHash: NarHash?
  private var fileSize: Int64?
  private var narHash: NarHash?
  private var narSize: Int64?
  private var references: [StorePath] = []
  private var deriver: StorePath?
  private var signatures: [NarSignature] = []
  private var contentAddress: String?

  mutating func take(_ line: Substring, number: Int) throws(NarInfoError) {
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else {
      throw NarInfoError(line: number, detail: "has no colon")
    }
    let name = String(line[..<colon])
    var value = line[line.utf8.index(after: colon)...]
    guard value.utf8.first == UInt8(ascii: " ") || value.isEmpty else {
      throw NarInfoError(line: number, detail: "has no space after '\(name):'")
    }
    value = Substring(value.utf8.dropFirst())
    guard name == "Sig" || seen.insert(name).inserted else {
      throw NarInfoError(line: number, detail: "says '\(name)' a second time")
    }
    guard set(name, value) else { throw NarInfoError(line: number, detail: "has a wrong value for '\(name)'") }
  }

  /// Takes a value; false where it is not one.
  private mutating func set(_ name: String, _ value: Substring) -> Bool {
    switch name {
    case "StorePath": return assign(&path, StorePath(value))
    case "URL": return assign(&url, value.isEmpty ? nil : String(value))
    case "Compression":
      guard let known = NarInfo.Compression(rawValue: String(value)) else { return false }
      compression = known
      return true
    case "FileHash": return assign(&fileHash, NarHash(value))
    case "FileSize": return assign(&fileSize, Self.size(value))
    case "NarHash": return assign(&narHash, NarHash(value))
    case "NarSize": return assign(&narSize, Self.size(value).flatMap { $0 > 0 ? $0 : nil })
    case "References": return setReferences(value)
    case "Deriver": return value == "unknown-deriver" || assign(&deriver, StorePath(baseName: value))
    case "Sig":
      guard let signature = NarSignature(value) else { return false }
      signatures.append(signature)
      return true
    case "CA": return assign(&contentAddress, value.isEmpty ? nil : String(value))
    default: return true
    }
  }

  private mutating func setReferences(_ value: Substring) -> Bool {
    for word in value.split(separator: " ") {
      guard let reference = StorePath(baseName: word) else { return false }
      references.append(reference)
    }
    return true
  }

  private func assign<Value>(_ field: inout Value?, _ value: Value?) -> Bool {
    guard let value else { return false }
    field = value
    return true
  }

  private static func size(_ text: Substring) -> Int64? {
    guard let size = Int64(text), size >= 0, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return size
  }

  func info() throws(NarInfoError) -> NarInfo {
    guard let path else { throw NarInfoError(line: 0, detail: "has no StorePath") }
    guard let url else { throw NarInfoError(line: 0, detail: "has no URL") }
    guard let narHash else { throw NarInfoError(line: 0, detail: "has no NarHash") }
    guard let narSize else { throw NarInfoError(line: 0, detail: "has no NarSize") }
    return NarInfo(
      path: path, url: url, compression: compression, fileHash: fileHash, fileSize: fileSize, narHash: narHash,
      narSize: narSize, references: references, deriver: deriver, signatures: signatures,
      contentAddress: contentAddress)
  }
}
