internal import Artifacts
internal import Concurrency
public import Model
internal import Planning
public import Queue
internal import Store

extension Scheduler {
  /// Stores a file as an artifact of a build, in the place of one of the same name. A store that cannot be used now is
  /// `QueueError.unavailable`, so that it is tried again: nothing has been refused.
  public func storeArtifact(_ lease: Lease, job: JobID, _ upload: ArtifactUpload) async throws -> Artifact {
    try await sayingNoSpace("its \(upload.size) bytes could not be stored") { try await store(upload, lease, job) }
  }

  private func store(_ upload: ArtifactUpload, _ lease: Lease, _ job: JobID) async throws -> Artifact {
    guard isSafeArtifactName(upload.name) else { throw ArtifactStoreError.unsafeName(upload.name) }
    guard (0...configuration.artifactLimit).contains(upload.size) else {
      throw QueueError.artifactTooLarge(name: upload.name, limit: configuration.artifactLimit)
    }
    let (owner, commit) = try withLive(lease) { live in
      guard live.jobs.contains(job) else {
        throw QueueError.invalid("job \(job) is not one that build \(lease.build) runs")
      }
      return (live.owner, live.commit)
    }
    let part = ContentPart(
      upload.file, size: upload.size, isFinal: upload.isFinal, arrival: upload.arrival)
    let content = try await artifacts.put([part], inspector: nil)
    let artifact = Artifact(
      id: ArtifactID(rawValue: 0), build: lease.build, job: job, name: upload.name, source: upload.source,
      content: content, permissions: upload.permissions & 0o7777, program: upload.program, createdAt: clock.now)
    let folder = artifactFolder(commit: commit, build: lease.build)
    let stored = try await contentTurns.withTurn(of: content.sha256) {
      // The same content may have been deleted between its being stored and this turn.
      if try await !artifacts.has(sha256: content.sha256) {
        _ = try await artifacts.put([part], inspector: nil)
      }
      guard let put = try await store.putArtifact(artifact, folder: folder, under: lease.stored) else {
        try await deleteUnreferenced(content.sha256)
        throw QueueError.staleLease(lease.build)
      }
      return put
    }
    try await showNewest(folder: folder, name: upload.name)
    if stored.replaced != nil { curationWanted.signal() }
    state.withLock { $0.live[lease.build]?.hasArtifacts = true }
    hub.publish([.artifact(stored.stored)], build: lease.build, owner: owner)
    return stored.stored
  }
}
