import Artifacts
import ArtifactsFile
import ArtifactsS3
import Lifecycle
import Logs
import LogsS3
import Model
import ObjectStorage
import Queue

/// The store of artifacts that the configuration names, and the bucket where it is one.
struct ContentStores: Sendable {
  /// What artifacts are stored in.
  let artifacts: any ArtifactStore
  /// Nil for a store in files.
  let bucket: BucketClient?
  private let inBucket: ArtifactsS3?
  private let stopping: @Sendable () -> Void
  private let log: Logger

  /// Opens the store. `folder` is used where the configuration names none. A bucket that can never work as it is set up
  /// is an error; one that does not answer now may come back.
  init(
    _ configuration: Configuration, folder: String, environment: [String: String], log: Logger
  ) async throws {
    self.log = log
    switch configuration.artifacts {
    case .folder(let path):
      let store = try ArtifactsFile(directory: path ?? folder)
      (artifacts, bucket, inBucket, stopping) = (store, nil, nil, { store.stop() })
    case .bucket(let text):
      let client = try Self.client(text, configuration, environment: environment, log: log)
      let store = ArtifactsS3(
        client, presignedSeconds: configuration.presigned.map { Int($0.components.seconds) },
        clock: { SystemClock().now })
      (artifacts, bucket, inBucket, stopping) = (store, client, store, { store.stop() })
      try await Self.check(client, log: log)
    }
  }

  /// Where large logs go that have ended; nil where they stay with their server. A log is not waited for long: its job's
  /// end is told again.
  var logArchive: (any LogArchive)? { bucket.map { LogsS3($0.patient(for: .seconds(5))) } }

  /// Ends the store's threads.
  func stop() { stopping() }

  /// What has to be done now and then.
  var services: [any Service] { inBucket.map { [Self.sweeper(of: $0, log: log)] } ?? [] }

  /// What the bucket has done, in Prometheus' exposition format.
  var metrics: String { bucket.map { BucketMetrics.text($0.statistics) } ?? "" }

  private static func client(
    _ text: String, _ configuration: Configuration, environment: [String: String], log: Logger
  ) throws -> BucketClient {
    do throws(ObjectStorageError) {
      let address = try BucketAddress(text: text, environment: environment)
      let credentials = try BucketCredentials(
        file: configuration.bucketCredentials, profile: BucketAddress.profile(in: text), environment: environment)
      let trouble = BucketTrouble(log)
      return BucketClient(address, credentials, BucketClient.Options(log: { trouble.hear($0) }))
    } catch { throw ConfigurationError("--artifacts: \(error)") }
  }

  private static func check(_ client: BucketClient, log: Logger) async throws {
    do { try await client.check() } catch let error as ObjectStorageError {
      if error.needsOperator { throw ConfigurationError("--artifacts: \(error)") }
      log.warning("the bucket does not work yet; what needs it waits", ["error": "\(error)"])
    }
  }

  /// Sweeps at the start and daily.
  private static func sweeper(of store: ArtifactsS3, log: Logger) -> any Service {
    ClosureService("bucket") {
      while !Task.isCancelled {
        do {
          let count = try await store.sweepUploads()
          if count > 0 { log.info("uploads that were left in the bucket given up", ["count": "\(count)"]) }
        } catch {
          log.debug("uploads in the bucket not swept, tomorrow again", ["error": "\(error)"])
        }
        try? await Task.sleep(for: .seconds(86_400))
      }
    }
  }
}
