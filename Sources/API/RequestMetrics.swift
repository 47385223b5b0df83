internal import Concurrency
internal import Model
internal import Routing

/// Counts requests by route and status, how long they took, and what was sent of logs.
final class RequestMetrics: Sendable {
  private struct Key: Hashable {
    var method: String
    var route: String
    var status: Int
  }
  private struct Durations {
    var buckets = [Int64](repeating: 0, count: RequestMetrics.boundsMilliseconds.count)
    var count: Int64 = 0
    var milliseconds = 0.0
  }
  private struct State {
    var requests: [Key: Int64] = [:]
    var durations: [String: Durations] = [:]
    var logBytes: Int64 = 0
  }
  private static let boundsMilliseconds = [1.0, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000]
  /// Others are counted together, so that a client cannot make up new series.
  private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
  private let state = Lock(State())

  /// Counts an answer.
  func count(_ answered: AnsweredRequest) {
    let route = answered.route ?? "none"
    let key = Key(
      method: Self.methods.contains(answered.method) ? answered.method : "other", route: route, status: answered.status)
    let milliseconds = answered.duration / .milliseconds(1)
    let bucket = Self.boundsMilliseconds.firstIndex { milliseconds <= $0 }
    state.withLock { state in
      state.requests[key, default: 0] += 1
      var durations = state.durations[route] ?? Durations()
      state.durations[route] = nil
      if let bucket { durations.buckets[bucket] += 1 }
      durations.count += 1
      durations.milliseconds += milliseconds
      state.durations[route] = durations
    }
  }

  /// Counts bytes of logs that were sent.
  func countLogBytes(_ count: Int64) { state.withLock { $0.logBytes += count } }

  /// Writes what was counted.
  func write(to text: inout MetricsText) {
    let state = state.withLock { $0 }
    text.begin("wright_http_requests_total", .counter, "Answered requests.")
    for (key, count) in state.requests.sorted(by: { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }) {
      text.value(
        Double(count), ["method": key.method, "route": key.route, "status": String(key.status)])
    }
    text.begin("wright_http_request_duration_seconds", .histogram, "Time to the head of the answer.")
    for (route, durations) in state.durations.sorted(by: { $0.key < $1.key }) {
      var sum: Int64 = 0
      for (bound, count) in zip(Self.boundsMilliseconds, durations.buckets) {
        sum += count
        text.value(Double(sum), suffix: "_bucket", ["route": route, "le": MetricsText.number(bound / 1000)])
      }
      text.value(Double(durations.count), suffix: "_bucket", ["route": route, "le": "+Inf"])
      text.value(durations.milliseconds / 1000, suffix: "_sum", ["route": route])
      text.value(Double(durations.count), suffix: "_count", ["route": route])
    }
    text.begin("wright_log_sent_bytes_total", .counter, "Bytes of logs that were sent to clients.")
    text.value(Double(state.logBytes))
  }
}

/// Metrics in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct MetricsText {
  enum Kind: String { case counter, gauge, histogram }
  private(set) var text = ""
  private var name = ""

  /// Begins a metric; its values follow.
  mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  mutating func value(_ value: Double, suffix: String = "", _ labels: KeyValuePairs<String, String> = [:]) {
    let list = labels.map { "\($0)=\"\(Self.escape($1))\"" }.joined(separator: ",")
    text += "\(name)\(suffix)\(list.isEmpty ? "" : "{\(list)}") \(Self.number(value))\n"
  }

  /// Text that is in the format already.
  mutating func append(_ lines: String) { text += lines.isEmpty || lines.hasSuffix("\n") ? lines : lines + "\n" }

  /// Without a fraction where there is none.
  static func number(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)
  }

  private static func escape(_ label: String) -> String {
    label.map { $0 == "\\" ? "\\\\" : $0 == "\"" ? "\\\"" : $0 == "\n" ? "\\n" : String($0) }.joined()
  }
}
