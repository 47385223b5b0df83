internal import Logs
internal import Model

/// The small logs that a journal holds, put together record by record.
struct BegunLogs {
  struct Log {
    var text: [UInt8] = []
    var index = LineIndex()
  }
  private(set) var logs: [JobID: Log] = [:]

  /// Takes the next record. One that does not go on where its log ends is not part of it.
  mutating func take(_ record: JournalRecord) {
    if record.isEnd {
      logs[record.job] = nil
      return
    }
    var log = logs.removeValue(forKey: record.job) ?? Log()
    if record.offset == log.index.size {
      record.bytes.withUnsafeBytes { log.index.take($0, milliseconds: record.milliseconds) }
      log.text += record.bytes
    }
    logs[record.job] = log
  }
}
