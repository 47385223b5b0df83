internal import Files

/// What a command is asked to build.
public enum BuildInput: Sendable, Equatable {
  /// The manifest in this file; `-` is standard input.
  case manifest(String)
  /// The program in the repository at this address.
  case program(String)

  /// Reads the argument of a command: a file is a manifest, and what is an address or a folder is a repository.
  /// Without one it is the only manifest of the current folder.
  public init(_ argument: String?) throws {
    guard let argument else {
      self = .manifest(try ManifestFiles.onlyStandard())
      return
    }
    let kind = try? FileTree.status(argument)?.kind
    if kind == .directory {
      // git takes absolute paths only, since it is run elsewhere.
      self = .program(FileTree.realPath(argument) ?? argument)
    } else if kind == nil, Self.isAddress(argument) {
      self = .program(argument)
    } else {
      self = .manifest(argument)
    }
  }

  /// True for `https://...` and the like, and for `user@host:path`.
  static func isAddress(_ text: String) -> Bool {
    let host = text.prefix { $0 != "/" }
    return text.contains("://") || host.contains(":") && host.first != ":"
  }

  /// The value of `--ref`, which goes with an address only.
  public func reference(_ invocation: Invocation) throws(UsageError) -> String? {
    guard let reference = invocation.value("ref") else { return nil }
    if case .program = self { return reference }
    throw UsageError("--ref goes with the address of a repository; a manifest names it behind a source's address")
  }

  /// `--ref`.
  public static let referenceFlag = Flag(
    "ref", .text("REF"), "the branch, tag or commit of the repository", standard: "its default branch")
}
