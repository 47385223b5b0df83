/// Checks that bytes are one whole NAR, as they come and in constant memory: the grammar, names of entries (not empty,
/// no `/`, no NUL, not `.` or `..`, in strictly rising order), and how deep folders may go.
/// https://nix.dev/manual/nix/2.28/protocols/nix-archive
public struct NarValidator: Sendable {
  /// How deep folders may be nested.
  public static let depthLimit = 256

  private enum Expectation {
    /// This word; then go on with the next of the list.
    case words([String])
    /// `regular`, `symlink` or `directory`.
    case type
    /// `executable`, `contents`, or the end of an empty file.
    case file
    /// A content was passed by.
    case content
    /// A link's target.
    case target
    /// The end of an entry, after its node's.
    case entryEnd
    /// `entry`, or the end of the folder.
    case entry
    /// An entry's name.
    case name
    /// Nothing.
    case end
  }

  private var tokens = NarTokens()
  private var expectation = Expectation.words(["nix-archive-1", "("])
  /// The last name of each folder that is open.
  private var folders: [[UInt8]] = []

  /// Before the first byte.
  public init() {}

  /// Takes the next bytes.
  public mutating func feed(_ bytes: ArraySlice<UInt8>) throws(NarError) {
    var rest = bytes
    while !rest.isEmpty {
      if case .end = expectation { throw tokens.error("bytes follow the end") }
      guard let token = try tokens.next(&rest) else { return }
      try take(token)
    }
  }

  /// Throws where the NAR is not whole.
  public func finish() throws(NarError) {
    guard case .end = expectation, tokens.isBetween else { throw tokens.error("it ends too soon") }
  }

  private mutating func take(_ token: [UInt8]) throws(NarError) {
    switch expectation {
    case .words(let words): try takeWord(token, of: words)
    case .type: try takeType(token)
    case .file: try takeFile(token)
    case .content: expectation = .words([")"])
    case .target:
      guard !token.isEmpty, !token.contains(0) else { throw tokens.error("a link has no target") }
      expectation = .words([")"])
    case .entryEnd:
      guard token.elementsEqual(")".utf8) else { throw tokens.error("the end of an entry is expected") }
      expectation = .entry
    case .entry: try takeEntry(token)
    case .name: try takeName(token)
    case .end: throw tokens.error("bytes follow the end")
    }
  }

  /// After the last word of a list comes what that word begins: `(` and `type` a node, `)` what its folder goes on with.
  private mutating func takeWord(_ token: [UInt8], of words: [String]) throws(NarError) {
    guard let word = words.first, token.elementsEqual(word.utf8) else {
      throw tokens.error("'\(words.first ?? "")' is expected")
    }
    let rest = Array(words.dropFirst())
    switch (rest.isEmpty, word) {
    case (false, _): expectation = .words(rest)
    case (true, "("): expectation = .words(["type"])
    case (true, "type"): expectation = .type
    case (true, "name"): expectation = .name
    case (true, "contents"): expectContent()
    case (true, "target"): expectation = .target
    case (true, "node"): expectation = .words(["("])
    case (true, _): closeNode()
    }
  }

  private mutating func takeType(_ token: [UInt8]) throws(NarError) {
    switch String(decoding: token, as: UTF8.self) {
    case "regular": expectation = .file
    case "symlink": expectation = .words(["target"])
    case "directory":
      guard folders.count < Self.depthLimit else { throw tokens.error("folders are too deep") }
      folders.append([])
      expectation = .entry
    default: throw tokens.error("an unknown type of file")
    }
  }

  private mutating func takeFile(_ token: [UInt8]) throws(NarError) {
    switch String(decoding: token, as: UTF8.self) {
    case "executable": expectation = .words(["", "contents"])
    case "contents": expectContent()
    case ")": closeNode()
    default: throw tokens.error("'contents' is expected")
    }
  }

  private mutating func takeEntry(_ token: [UInt8]) throws(NarError) {
    switch String(decoding: token, as: UTF8.self) {
    case "entry": expectation = .words(["(", "name"])
    case ")":
      folders.removeLast()
      closeNode()
    default: throw tokens.error("'entry' is expected")
    }
  }

  private mutating func takeName(_ name: [UInt8]) throws(NarError) {
    let isUsable =
      !name.isEmpty && name.count <= 255 && !name.contains(0) && !name.contains(UInt8(ascii: "/"))
      && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
    guard isUsable else { throw tokens.error("an entry's name cannot be used") }
    guard let last = folders.last, last.lexicographicallyPrecedes(name) else {
      throw tokens.error("the entries are not in order")
    }
    folders[folders.count - 1] = name
    expectation = .words(["node"])
  }

  private mutating func expectContent() {
    tokens.expectContent()
    expectation = .content
  }

  /// A node is over: the archive, or what an entry holds.
  private mutating func closeNode() { expectation = folders.isEmpty ? .end : .entryEnd }
}
