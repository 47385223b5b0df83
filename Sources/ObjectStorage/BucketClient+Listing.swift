internal import HTTPClient

/// An object as a listing shows it.
public struct ListedObject: Sendable, Hashable {
  /// Relative to the address's prefix.
  public var key: String
  /// Bytes.
  public var size: Int64
  /// When it was stored, as the bucket writes it (RFC 3339).
  public var modified: String
}

extension BucketClient {
  /// Calls `take` with the objects whose keys begin with `prefix`, 1,000 at a time, in the order of their keys.
  public func list(beginningWith prefix: String, _ take: ([ListedObject]) async throws -> Void) async throws {
    var token: String?
    while true {
      var query = [("list-type", "2"), ("max-keys", "1000"), ("prefix", address.prefix + prefix)]
      if let token { query.append(("continuation-token", token)) }
      var request = BucketRequest("GET", address.bucketURL(query: query), "listing \(prefix)")
      request.patience = options.readPatience
      let answer = BucketAnswer(try await answer(request).body, record: "Contents")
      try await take(answer.records.compactMap(object))
      guard answer.fields["IsTruncated"] == "true", let next = answer.fields["NextContinuationToken"], next != token
      else { return }
      token = next
    }
  }

  private func object(_ record: [String: String]) -> ListedObject? {
    guard let key = record["Key"], key.hasPrefix(address.prefix) else { return nil }
    return ListedObject(
      key: String(key.dropFirst(address.prefix.count)), size: record["Size"].flatMap { Int64($0) } ?? 0,
      modified: record["LastModified"] ?? "")
  }

  /// Finds out whether objects can be stored, read and deleted, by doing it, and says exactly what is wrong.
  public func check(patience: Duration = .seconds(2)) async throws {
    let key = "probe-\(UInt64.random(in: 0 ... .max))"
    let bytes = Array("wright was here\n".utf8)
    var put = request("PUT", key, "storing a probe")
    put.headers = ["Content-Type": "text/plain"]
    put.body = .bytes(bytes)
    put.patience = patience
    _ = try await answer(put)
    var get = request("GET", key, "reading the probe")
    get.patience = patience
    let found = try await answer(get)
    var delete = request("DELETE", key, "deleting the probe")
    delete.patience = patience
    _ = try await answer(delete)
    guard found.body == bytes else {
      throw ObjectStorageError(.refused, "reading the probe: \(address) gives back other bytes than were stored")
    }
  }
}
