import Store

/// The figures of the binary caches in Prometheus' exposition format.
enum CacheMetrics {
  static func text(_ caches: [BinaryCache]) -> String {
    if caches.isEmpty { return "" }
    let rows: [(name: String, type: String, help: String, value: (BinaryCache) -> Int64)] = [
      ("paths", "gauge", "Store paths in the cache.", { $0.pathCount }),
      ("bytes", "gauge", "Bytes of their compressed NARs.", { $0.byteCount }),
      ("hits_total", "counter", "Narinfos that were there.", { $0.use.hits }),
      ("misses_total", "counter", "Narinfos that were not.", { $0.use.misses }),
      ("downloads_total", "counter", "Downloads of NARs.", { $0.use.downloads }),
      ("downloaded_bytes_total", "counter", "Bytes of NARs that were downloaded.", { $0.use.downloadedBytes }),
      ("uploads_total", "counter", "Paths that were pushed.", { $0.use.uploads }),
      ("uploaded_bytes_total", "counter", "Bytes of NARs that were pushed.", { $0.use.uploadedBytes }),
      ("collected_paths_total", "counter", "Paths that were deleted to make room.", { $0.use.collectedPaths }),
      ("collected_bytes_total", "counter", "Bytes that this freed.", { $0.use.collectedBytes }),
    ]
    return rows.map { row in
      let name = "wright_cache_" + row.name
      let samples = caches.map { "\(name){cache=\"\($0.name)\"} \(row.value($0))" }
      return ([QueueMetrics.family(name, row.type, row.help)] + samples).joined(separator: "\n") + "\n"
    }.joined()
  }
}
