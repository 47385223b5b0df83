internal import Compression
internal import Files
internal import Logs
internal import Model

/// There was a log a moment ago, and now there is none: it was removed, or others keep it.
struct LogLeft: Error {}

/// Work on a log that may move while it is worked on.
enum LogAccess {
  /// A log moves at most twice in its life (compressed, removed); more often, somebody else changes the folder.
  private static let attempts = 4

  /// Runs `body` with the log where it is; again where it has moved. Errors come out as those of `LogStore`.
  /// Throws `LogLeft` where there is none any more though there was one: others may keep it now.
  static func perform<Value>(
    _ job: JobID, _ registry: LogRegistry, wasKnown: Bool, _ body: (FoundLog, LogRegistry) throws -> Value
  ) throws -> Value {
    var attempt = 1
    var wasKnown = wasKnown
    while true {
      do {
        let found = try registry.find(job)
        if wasKnown, case .none = found { throw LogLeft() }
        return try body(found, registry)
      } catch let error where isMove(error) && attempt < attempts {
        attempt += 1
        wasKnown = true
        // A file is renamed a moment before the state tells: without waiting, all attempts could fall in that moment.
        registry.waitForWriter(job)
      } catch let error as LogLeft {
        throw error
      } catch {
        throw translated(error, job)
      }
    }
  }

  private static func isMove(_ error: any Error) -> Bool {
    error is LogMoved || (error as? FileError)?.isNotFound == true
  }

  /// The error as callers of `LogStore` know it.
  static func translated(_ error: any Error, _ job: JobID) -> any Error {
    switch error {
    case CompressionError.file(let error): error
    case CompressionError.source(let error): error
    case let error as CompressionError: LogError.damaged(job, error.description)
    case is DamagedIndex: LogError.damaged(job, "its line index does not fit its bytes")
    case is LogMoved: LogError.damaged(job, "its files disappear while they are used")
    default: error
    }
  }
}
