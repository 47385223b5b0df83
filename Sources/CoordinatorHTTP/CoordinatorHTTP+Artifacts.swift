internal import Concurrency
internal import Crypto
internal import Files
internal import FoundationEssentials
internal import HTTPClient
public import Model
public import Queue

extension CoordinatorHTTP {
  /// Announces a file, and sends what the server does not have of it. Called again after a cut, it goes on there.
  public func storeArtifact(_ lease: Lease, job: JobID, _ upload: ArtifactUpload) async throws -> Artifact {
    var message = ArtifactMessage(
      name: upload.name, source: upload.source, permissions: upload.permissions, size: upload.size,
      program: upload.program)
    if upload.size <= AgentProtocol.inlineArtifactLimit {
      message.content = Data(try await content(upload))
    }
    while true {
      let (answer, wasResumed) = try await send(message, upload, lease, job)
      guard let id = answer.artifact, let content = answer.content, let created = answer.created else {
        throw QueueError.unavailable("the server says nothing of the artifact \(upload.name)")
      }
      let artifact = Artifact(
        id: id, build: lease.build, job: job, name: upload.name, source: upload.source, content: content,
        permissions: upload.permissions, program: upload.program, createdAt: created)
      // A server may have lost the end of what had come before a cut.
      if wasResumed, message.anew == nil, try await hash(upload) != content.sha256 {
        message.anew = true
        continue
      }
      return artifact
    }
  }

  private func send(
    _ message: ArtifactMessage, _ upload: ArtifactUpload, _ lease: Lease, _ job: JobID
  ) async throws -> (answer: ArtifactAnswer, wasResumed: Bool) {
    let answer = try await link.ask(
      "leases/\(lease.build)/jobs/\(job)/artifacts", message, fence: lease.fence, as: ArtifactAnswer.self)
    guard let answer else { throw QueueError.unavailable("the server says nothing of the artifact \(upload.name)") }
    guard let begun = answer.upload else { return (answer, false) }
    guard (0...upload.size).contains(begun.offset) else {
      throw QueueError.invalid("the server has \(begun.offset) of the artifact's \(upload.size) bytes")
    }
    let stored = try await link.send(
      "PUT", "leases/\(lease.build)/uploads/\(begun.id)?offset=\(begun.offset)",
      bytes: .file(upload.file, offset: begun.offset, count: upload.size - begun.offset), fence: lease.fence,
      patience: .transfer, as: ArtifactAnswer.self)
    return (stored, begun.offset > 0)
  }

  private func content(_ upload: ArtifactUpload) async throws -> [UInt8] {
    let bytes = try await threads.run { try upload.file.read(count: Int(upload.size), at: 0) }
    guard Int64(bytes.count) == upload.size else {
      throw QueueError.invalid("the file changed while it was read: \(bytes.count) of \(upload.size) bytes")
    }
    return bytes
  }

  private func hash(_ upload: ArtifactUpload) async throws -> String {
    try await threads.run {
      var hash = try SHA256()
      var place: Int64 = 0
      while place < upload.size {
        let block = try upload.file.read(count: Int(min(1 << 20, upload.size - place)), at: place)
        if block.isEmpty { break }
        hash.update(block)
        place += Int64(block.count)
      }
      return Hexadecimal.string(try hash.finish())
    }
  }
}
