import ObjectStorage

/// The figures of the bucket in Prometheus' exposition format.
enum BucketMetrics {
  static func text(_ bucket: BucketStatistics) -> String {
    let rows: [(name: String, type: String, help: String, value: Int64)] = [
      (
        "wright_bucket_answering", "gauge", "1 unless the last request to the bucket failed for the moment.",
        bucket.isAnswering ? 1 : 0
      ),
      ("wright_bucket_requests_total", "counter", "Requests to the bucket since the start.", bucket.requests),
      (
        "wright_bucket_failures_total", "counter", "Requests to the bucket that failed for the moment.", bucket.failures
      ),
      ("wright_bucket_sent_bytes_total", "counter", "Bytes of objects sent to the bucket.", bucket.sentBytes),
      ("wright_bucket_received_bytes_total", "counter", "Bytes of objects read from the bucket.", bucket.receivedBytes),
    ]
    return rows.map { "\(QueueMetrics.family($0.name, $0.type, $0.help))\n\($0.name) \($0.value)\n" }.joined()
  }
}
