public import Files
public import Model

/// Keeps bytes by their SHA-256, each once, and a tree of `<commit_hash>/<artifact>` names over them.
/// Safe from any task.
public protocol ArtifactStore: Sendable {
  /// Stores the bytes of `parts`, one after the other, and returns their digest, durable. Constant memory.
  /// Throws `ArtifactStoreError.changedWhileRead` where a file is shorter than its part, what the inspector throws,
  /// and `CancellationError` soon after the task was cancelled; nothing is stored then.
  func put(_ parts: [ContentPart], inspector: (any ContentInspector)?) async throws -> ContentDigest
  /// Opens stored bytes; nil where there are none of this hash.
  func open(sha256: String) async throws -> (any StoredBytes)?
  /// Whether there are stored bytes of this hash; cheaper than opening them.
  func has(sha256: String) async throws -> Bool
  /// An address elsewhere by which anybody reads the bytes for a short time, for who may read them now; nil where they
  /// are to be read through this program. The answer there has the given `Content-Type` and `Content-Disposition`.
  func address(sha256: String, type: String, disposition: String?) throws -> String?
  /// Makes the stored bytes appear in the tree as `folder/name`, replacing what was there.
  /// `name` may hold `/`; both were checked by `isSafeArtifactName`.
  func link(sha256: String, folder: String, name: String) async throws
  /// Removes a name from the tree, and folders that become empty. An absent one is fine.
  func unlink(folder: String, name: String) async throws
  /// Removes stored bytes, whatever the tree says. An absent hash is fine.
  func delete(sha256: String) async throws
  /// The hashes of stored bytes that begin with `prefix`, two hexadecimal digits, as far as they were stored at `time`
  /// or later. What is put or deleted meanwhile may be among them or not.
  func hashes(beginningWith prefix: String, since time: Timestamp) async throws -> [String]
  /// Throws where the store cannot be written, with the reason.
  func check() async throws
}

extension ArtifactStore {
  /// None: the bytes are read through this program.
  public func address(sha256: String, type: String, disposition: String?) throws -> String? { nil }

  /// Stores the first `size` bytes of `file`.
  public func put(_ file: FileDescriptor, size: Int64) async throws -> ContentDigest {
    try await put([ContentPart(file, size: size)], inspector: nil)
  }
}

/// Why the store refused.
public enum ArtifactStoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file ended before its announced size.
  case changedWhileRead(expected: Int64, found: Int64)
  /// The bytes are not in the store.
  case unknownContent(String)
  /// The name is not one that may be stored.
  case unsafeName(String)
  /// The store cannot be used now; the same may succeed later. The reason is for the operator: it may name places.
  case unavailable(String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .changedWhileRead(let expected, let found): "the file changed while it was read: \(found) of \(expected) bytes"
    case .unknownContent(let hash): "no content with SHA-256 \(hash) is stored"
    case .unsafeName(let name): "'\(name)' cannot be the name of an artifact"
    case .unavailable: "the store of artifacts cannot be used now; the server's log says why"
    }
  }
}
