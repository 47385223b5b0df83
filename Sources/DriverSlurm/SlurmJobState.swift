/// How a job of the cluster stands, as squeue(1) tells it.
struct SlurmJobState: Hashable, Sendable {
  /// The job's number.
  var id: Int64
  /// In Slurm's words: `PENDING`, `RUNNING`, `COMPLETED`, ...
  var state: String
  /// Why it waits or has ended, in one word.
  var reason: String
  /// Where it runs; empty while it waits.
  var nodes: String
  /// What it was named at submission.
  var name: String

  /// What `line` is asked for with.
  static let format = "%i|%T|%r|%N|%j"

  /// Reads a line of that format; nil for any other.
  init?(line: Substring) {
    let parts = line.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count == 5, let id = Int64(parts[0]) else { return nil }
    self.id = id
    (state, reason, nodes, name) = (String(parts[1]), String(parts[2]), String(parts[3]), String(parts[4]))
  }

  private static let unfinished: Set = [
    "PENDING", "CONFIGURING", "RUNNING", "SUSPENDED", "COMPLETING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED",
    "RESIZING",
    "SIGNALING", "SPECIAL_EXIT", "STAGE_OUT", "STOPPED", "RESV_DEL_HOLD",
  ]

  /// Nothing of it runs any more, and nothing will.
  var isFinal: Bool { !Self.unfinished.contains(state) }
  /// It has not begun.
  var isWaiting: Bool { state == "PENDING" || state == "CONFIGURING" }
  /// Nobody's doing but the cluster's.
  var isLost: Bool { ["NODE_FAIL", "BOOT_FAIL", "PREEMPTED", "REVOKED"].contains(state) }

  /// For the log, why the cluster has ended the job; nil where it has not.
  var verdict: String? {
    switch state {
    case "TIMEOUT", "DEADLINE":
      "the cluster has ended the job \(id): its time limit ('time' of the driver, or the partition's)"
    case "OUT_OF_MEMORY": "the cluster has ended the job \(id): it used more memory than 'memory' of the driver allows"
    case "CANCELLED": "the job \(id) was cancelled on the cluster"
    default: nil
    }
  }
}
