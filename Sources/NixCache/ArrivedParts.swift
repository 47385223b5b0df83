internal import Artifacts
internal import Files
internal import Routing

/// The parts of an upload that are put together: those that the client names, or all that have come. Blocks.
struct ArrivedParts: Sendable {
  /// In order.
  let parts: [ContentPart]
  private let paths: [String]

  /// Throws a `PushRefusal` where one is missing, is not what the client says, or all have another size together.
  init(_ request: CompletionRequest, of upload: String, in folder: UploadFolder) throws {
    let chosen =
      try request.parts.map { try Self.named($0, of: upload, in: folder) } ?? folder.parts(of: upload)
    for (index, part) in chosen.enumerated() where part.number != index + 1 {
      throw PushRefusal("part \(index + 1) is missing")
    }
    paths = chosen.map(\.path)
    parts = try chosen.map { part in
      let file: FileDescriptor
      do throws(FileError) { file = try FileDescriptor.open(part.path) } catch {
        guard error.isNotFound else { throw error }
        throw try Self.refusal(part, of: upload, in: folder)
      }
      return ContentPart(file, size: try file.size(), isFinal: true)
    }
    let size = parts.reduce(Int64(0)) { $0 + $1.size }
    guard size == request.submission.fileSize else {
      throw PushRefusal("\(size) bytes have come, and cFileSize says \(request.submission.fileSize)")
    }
  }

  /// All parts, one after the other; for small ones.
  func bytes() throws -> [UInt8] {
    try parts.reduce(into: []) { $0 += try $1.file.read(count: Int($1.size), at: 0) }
  }

  /// Removes the files. What stays is swept.
  func remove() { for path in paths { _ = try? FileTree.removeFile(path) } }

  /// A part's name says its MD5, so nothing has to be looked for.
  private static func named(
    _ wanted: [SubmittedPart], of upload: String, in folder: UploadFolder
  ) throws -> [UploadFolder.Part] {
    try wanted.map { part in
      guard let path = folder.part(part.number, md5: part.entityTag, of: upload) else {
        throw PushRefusal("the eTag of part \(part.number) is not one: \(part.entityTag.shortened)")
      }
      return UploadFolder.Part(number: part.number, md5: part.entityTag, path: path)
    }
  }

  private static func refusal(
    _ part: UploadFolder.Part, of upload: String, in folder: UploadFolder
  ) throws -> PushRefusal {
    guard let other = try folder.parts(of: upload).first(where: { $0.number == part.number }) else {
      return PushRefusal("part \(part.number) has not come; send it")
    }
    return PushRefusal("the eTag of part \(part.number) is \(other.md5), and the request says \(part.md5)")
  }
}
