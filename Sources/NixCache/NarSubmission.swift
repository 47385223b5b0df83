internal import Crypto
internal import Model
internal import NixFormat
internal import Routing

/// Why a push is refused: a sentence for whoever pushes. The protocol answers it with 400.
struct PushRefusal: Error, Hashable, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// What a client says of a path that it has uploaded: `narInfoCreate`.
struct NarSubmission: Sendable, Hashable {
  /// The largest NAR that is taken, in bytes.
  static let sizeLimit: Int64 = 1 << 40

  var path: StorePath
  var narHash: NarHash
  var narSize: Int64
  var fileHash: NarHash
  var fileSize: Int64
  var references: [StorePath]
  var deriver: StorePath?
  /// The signature's 64 bytes; nil where the cache is to sign.
  var signature: [UInt8]?

  /// The text that signatures are made of.
  var fingerprint: String {
    NixFormat.fingerprint(path: path, narHash: narHash, narSize: narSize, references: references)
  }

  /// Reads the object. Members that are not known are passed by, because newer clients may send more.
  init(_ value: JSONValue?) throws(PushRefusal) {
    let members = try JSONMembers(value, "narInfoCreate")
    let (hash, suffix) = (try members.text("cStoreHash"), try members.text("cStoreSuffix"))
    guard let path = StorePath(hash: hash, name: suffix) else {
      throw PushRefusal("\(hash.shortened)-\(suffix.shortened) is not a store path")
    }
    self.path = path
    narHash = try members.hash("cNarHash")
    narSize = try members.size("cNarSize")
    fileHash = try members.hash("cFileHash")
    fileSize = try members.size("cFileSize")
    references = try members.texts("cReferences").map { text throws(PushRefusal) in
      guard let reference = StorePath(baseName: text) else {
        throw PushRefusal("the reference '\(text.shortened)' is not a store path")
      }
      return reference
    }
    deriver = try Self.deriver(members)
    signature = try Self.signature(members)
    guard narSize > 0, narSize <= Self.sizeLimit else { throw PushRefusal("cNarSize is \(narSize), which cannot be") }
  }

  private static func deriver(_ members: JSONMembers) throws(PushRefusal) -> StorePath? {
    guard let text = try members.optionalText("cDeriver"), !text.isEmpty, text != "unknown-deriver" else { return nil }
    guard let path = StorePath(baseName: text) else {
      throw PushRefusal("the deriver '\(text.shortened)' is not a store path")
    }
    return path
  }

  /// The base 64 alone, or behind a key's name: what counts is which of the cache's keys it fits.
  private static func signature(_ members: JSONMembers) throws(PushRefusal) -> [UInt8]? {
    guard let text = try members.optionalText("cSig") else { return nil }
    guard let bytes = NarSignature(text)?.bytes ?? Base64.bytes(text), bytes.count == 64 else {
      throw PushRefusal("cSig is not the base 64 of a signature")
    }
    return bytes
  }
}

/// A part of an upload as the client names it at the end.
struct SubmittedPart: Sendable, Hashable {
  var number: Int
  /// Without quotes.
  var entityTag: String
}

/// The body of a completion.
struct CompletionRequest: Sendable, Hashable {
  /// Nil for all that were uploaded.
  var parts: [SubmittedPart]?
  var submission: NarSubmission

  init(parts: [SubmittedPart]?, submission: NarSubmission) {
    self.parts = parts
    self.submission = submission
  }

  /// Reads the body.
  init(_ value: JSONValue) throws(PushRefusal) {
    let members = try JSONMembers(value, "the body")
    parts = try Self.parts(members.value("parts"))
    submission = try NarSubmission(members.value("narInfoCreate"))
  }

  private static func parts(_ value: JSONValue?) throws(PushRefusal) -> [SubmittedPart]? {
    guard let value, value != .null else { return nil }
    guard case .array(let values) = value else { throw PushRefusal("parts is not an array") }
    var parts: [SubmittedPart] = []
    for value in values {
      let members = try JSONMembers(value, "a part")
      let number = try members.size("partNumber")
      let tag = try members.text("eTag")
      parts.append(
        SubmittedPart(number: Int(clamping: number), entityTag: tag.filter { $0 != "\"" }.lowercased()))
    }
    return parts
  }
}

/// An object's members, whose refusals are sentences.
struct JSONMembers {
  private let members: [String: JSONValue]

  init(_ value: JSONValue?, _ name: String) throws(PushRefusal) {
    guard case .object(let members) = value else { throw PushRefusal("\(name) is not an object") }
    self.members = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  func value(_ name: String) -> JSONValue? { members[name] }

  func text(_ name: String) throws(PushRefusal) -> String {
    guard let text = try optionalText(name) else { throw PushRefusal("\(name) is missing") }
    return text
  }

  func optionalText(_ name: String) throws(PushRefusal) -> String? {
    switch members[name] {
    case nil, .null: return nil
    case .string(let text): return text
    case let other?: throw PushRefusal("\(name) is \(other.kind), not a string")
    }
  }

  func texts(_ name: String) throws(PushRefusal) -> [String] {
    guard case .array(let values) = members[name] else { throw PushRefusal("\(name) is not an array") }
    return try values.map { value throws(PushRefusal) in
      guard case .string(let text) = value else { throw PushRefusal("\(name) holds \(value.kind), not a string") }
      return text
    }
  }

  func size(_ name: String) throws(PushRefusal) -> Int64 {
    guard case .integer(let number) = members[name], number >= 0 else {
      throw PushRefusal("\(name) is not a whole number from 0")
    }
    return number
  }

  func hash(_ name: String) throws(PushRefusal) -> NarHash {
    let text = try text(name)
    guard let hash = NarHash(text) else { throw PushRefusal("\(name) '\(text.shortened)' is not a SHA-256") }
    return hash
  }
}
