/// What a program build makes, by the file's own content.
public enum FileKind: String, Codable, Sendable, CaseIterable {
  /// An ELF program.
  case executable
  /// An ELF library that programs load.
  case sharedLibrary = "shared_library"
  /// An archive of objects.
  case staticLibrary = "static_library"
  /// An ELF object, not linked yet.
  case object

  /// For people: `shared library`.
  public var title: String {
    switch self {
    case .executable: "executable"
    case .sharedLibrary: "shared library"
    case .staticLibrary: "static library"
    case .object: "object"
    }
  }
}

/// What a file's first bytes say of it.
public struct ProgramFile: Codable, Sendable, Hashable {
  /// What it is.
  public var kind: FileKind
  /// The processor it is for, by the name that `uname -m` has for it (`x86_64`, `aarch64`, ...); nil where the file
  /// does not say.
  public var architecture: String?

  /// A file of this kind.
  public init(kind: FileKind, architecture: String?) {
    self.kind = kind
    self.architecture = architecture
  }
}
