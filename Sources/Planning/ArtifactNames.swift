/// The longest part of an artifact's name between two `/`, in bytes: what file systems take.
public let artifactNameSegmentLimit = 255
/// The longest name of an artifact, in bytes.
public let artifactNameLimit = 1024

/// True where `name` can be stored as a file below a folder without leaving it.
public func isSafeArtifactName(_ name: String) -> Bool { relativePathProblem(name) == nil }

/// Why `path` is not a safe relative path, as the end of a sentence that begins with it; nil where it is one.
/// The same rule holds for artifacts' names and for the folders that sources are cloned into.
public func relativePathProblem(_ path: String) -> String? { relativePathProblem(Array(path.utf8)) }

/// The same for a path whose bytes may not be text.
public func relativePathProblem(_ path: [UInt8]) -> String? {
  if path.isEmpty { return "is empty" }
  if path.count > artifactNameLimit { return "is longer than \(artifactNameLimit) bytes" }
  if path.first == UInt8(ascii: "/") { return "begins with '/', but must be relative" }
  if String(validating: path, as: UTF8.self) == nil { return "is not valid UTF-8" }
  for byte in path {
    if byte == 0 { return "holds a NUL byte" }
    if byte < 32 || byte == 127 { return "holds a control character" }
    if byte == UInt8(ascii: "\\") { return "holds a backslash; separate folders with '/'" }
  }
  for segment in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
    if segment.isEmpty { return "has an empty part between two '/' or at its end" }
    if segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8) { return "holds '.' or '..' as a part" }
    if segment.count > artifactNameSegmentLimit {
      return "has a part longer than \(artifactNameSegmentLimit) bytes"
    }
  }
  return nil
}
