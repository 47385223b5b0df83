internal import HTTPClient

extension PushTarget {
  /// What speaks with the cache.
  func client(
    key: PushSigningKey?, options: PushOptions, log: @escaping @Sendable (String) -> Void
  ) throws(PushError) -> any CacheClient {
    // Uploads in parts need more connections than there are paths.
    let kept = options.pathsAtOnce + 8
    var headers: HTTPClientHeaders = [:]
    if let authorization { headers.add("Authorization", authorization) }
    switch place {
    case .cachix(let base, let name):
      let requests = CacheRequests(
        client: Self.client(kept), headers: headers, pause: options.pause, log: log)
      return CachixClient(target: self, base: base, name: name, key: key, requests: requests)
    case .http(let base):
      try Self.checkName(of: key)
      let requests = CacheRequests(client: Self.client(kept), headers: headers, pause: options.pause, log: log)
      return FileCacheClient(files: HTTPFiles(base: base, requests: requests), target: self, key: key)
    case .s3(let place):
      try Self.checkName(of: key)
      return FileCacheClient(
        files: S3Files(place, options: options, kept: kept, log: log), target: self, key: key)
    }
  }

  private static func client(_ kept: Int) -> HTTPClient {
    HTTPClient(configuration: .init(keptConnections: kept))
  }

  private static func checkName(of key: PushSigningKey?) throws(PushError) {
    if let key, key.name == nil {
      throw .invalid("the signing key has no name, which a narinfo needs; write it as NAME:BASE64")
    }
  }
}
