internal import Documents
internal import Model

extension ManifestReader {
  /// The repositories to clone, each into a folder of its own.
  mutating func sources(_ place: Place?, driver: DriverSpecification?) -> [Source] {
    var found: [Source] = []
    var taken: Set<String> = []
    for item in items(place, of: "sources ('URL [ref] [=> dir]')") {
      guard let text = text(item, "a source ('URL [ref] [=> dir]')") else { continue }
      switch SourceNotation.parse(text, workspace: driver?.settings["workspace"]) {
      case .failure(let refusal): diagnostics.error(refusal.message, at: item)
      case .success(let source):
        if !taken.insert(source.directory).inserted {
          diagnostics.error(
            "the folder \(quoted(source.directory)) is taken by an earlier source; name another one with '=>'", at: item
          )
        }
        found.append(source)
      }
    }
    return found
  }
}

/// `URL [ref] [=> dir]`.
enum SourceNotation {
  struct Refusal: Error, Equatable { var message: String }

  static func parse(_ text: String, workspace: String?) -> Result<Source, Refusal> {
    func refuse(_ message: String) -> Result<Source, Refusal> { .failure(Refusal(message: message)) }
    let notation = Notation(text)
    let words = (notation?.left ?? "").split { $0 == " " || $0 == "\t" }.map(String.init)
    guard let notation, let url = words.first else {
      return refuse("\(quoted(masked(text))) is not a source; write 'URL [ref] [=> dir]'")
    }
    if let refusal = addressRefusal(url) { return refuse("\(quoted(masked(url))) cannot be cloned: \(refusal)") }
    guard words.count <= 2 else {
      return refuse("\(quoted(masked(text))) has more than one ref; write 'URL [ref] [=> dir]'")
    }
    let reference = words.count == 2 ? words[1] : nil
    if let reference, let refusal = referenceRefusal(reference) {
      return refuse("\(quoted(reference)) is not a branch, tag or commit: \(refusal)")
    }
    let directory = ManifestPath.relative(notation.right ?? Source.defaultDirectory(url), to: workspace)
    if let refusal = directoryRefusal(directory) {
      return refuse("a source cannot be cloned into \(quoted(notation.right ?? directory)): \(refusal)")
    }
    return .success(Source(url: url, reference: reference, directory: directory))
  }

  private static let protocols = ["https", "http", "ssh", "git", "file"]

  private static func addressRefusal(_ url: String) -> String? {
    if url.hasPrefix("-") { return "an address cannot begin with '-'" }
    if url.hasControlCharacter { return "it holds a control character" }
    if let helper = url.firstRange(of: "::"), url[..<helper.lowerBound].allSatisfy(isSchemeCharacter) {
      return "transport helpers are not allowed"
    }
    if let scheme = url.firstRange(of: "://").map({ url[..<$0.lowerBound].lowercased() }) {
      return protocols.contains(scheme) ? nil : "its protocol is not one of \(protocols.joined(separator: ", "))"
    }
    let isAddress = url.hasPrefix("/") || url.prefix { $0 != "/" }.contains(":")
    return isAddress ? nil : "it is not an address; write https://..., git@host:path or an absolute path"
  }

  private static func isSchemeCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "+-.".contains(character))
  }

  /// The rules of git-check-ref-format(1), which commits satisfy too.
  private static func referenceRefusal(_ reference: String) -> String? {
    if reference.hasPrefix("-") { return "it begins with '-'" }
    if reference.hasControlCharacter { return "it holds a control character" }
    if let wrong = reference.first(where: { "~^:?*[\\".contains($0) }) { return "it holds '\(wrong)'" }
    for part in ["..", "@{", "//"] where reference.contains(part) { return "it holds '\(part)'" }
    let parts = reference.split(separator: "/")
    if parts.contains(where: { $0.hasPrefix(".") || $0.hasSuffix(".lock") }) {
      return "a part of it begins with '.' or ends with '.lock'"
    }
    if reference.hasPrefix("/") || reference.hasSuffix("/") || reference.hasSuffix(".") || reference == "@" {
      return "git does not allow it"
    }
    return nil
  }

  private static func directoryRefusal(_ directory: String) -> String? {
    if directory.isEmpty { return "name a folder with '=> dir'" }
    if directory.hasPrefix("/") { return "it must be a path relative to the workspace" }
    if directory.hasPrefix("-") { return "it begins with '-'" }
    return ManifestPath.refusal(directory)
  }

  /// The address without what stands between `//` and `@`, which may be a password.
  static func masked(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://"), let at = url[scheme.upperBound...].firstIndex(of: "@") else {
      return url
    }
    return url[..<scheme.upperBound] + "xxxxxx" + url[at...]
  }
}

extension StringProtocol where SubSequence == Substring {
  /// Where `part` first occurs. (The standard library's own is for collections of any kind, and slower.)
  func firstRange(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      let rest = self[start...]
      if rest.hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
