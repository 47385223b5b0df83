public import Documents
internal import Files

/// Finds and reads manifests.
public enum ManifestFiles {
  /// Largest file that is read: far above what any server takes, so that the server's own limit is the one that counts.
  static let sizeLimit = 64 << 20

  /// The manifests of the current folder: `.wright.yml`, `.wright/*.yml`, `.djinn.yml`, `.djinn/*.yml`.
  static func standard() -> [String] {
    [".wright", ".djinn"].flatMap { name in
      let single = isFile("\(name).yml") ? ["\(name).yml"] : []
      let names = (try? FileTree.names(in: name)) ?? []
      return single + names.filter { $0.hasSuffix(".yml") }.map { "\(name)/\($0)" }
    }
  }

  /// The one manifest that is meant where none is named.
  public static func onlyStandard() throws(UsageError) -> String {
    let found = standard()
    if let main = found.first(where: { $0 == ".wright.yml" || $0 == ".djinn.yml" }) { return main }
    guard let only = found.first else {
      throw UsageError("there is no .wright.yml here; name the manifest's FILE")
    }
    guard found.count == 1 else { throw UsageError("name one of \(found.joined(separator: ", "))") }
    return only
  }

  /// A file's bytes, or those of standard input for `-`.
  public static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    if path == "-" { return try StandardInput.read(limit: sizeLimit) }
    do throws(FileError) {
      return try FileTree.contents(of: path, limit: sizeLimit)
    } catch {
      throw CommandFailure("cannot read the manifest: \(error)")
    }
  }

  /// `.wright.yml:3:1: error: ...` for each.
  public static func lines(_ diagnostics: [Diagnostic], of path: String, _ style: Style) -> String {
    diagnostics.map { diagnostic in
      let place = style.bold("\(path):\(diagnostic.line):\(diagnostic.column):")
      let severity = diagnostic.severity == .error ? style.red("error:") : style.yellow("warning:")
      return "\(place) \(severity) \(BuildRenderer.safe(diagnostic.message))\n"
    }.joined()
  }

  private static func isFile(_ path: String) -> Bool {
    (try? FileTree.status(path)).flatMap { $0 }.map { $0.kind != .directory } ?? false
  }
}
