internal import ObjectStorage

/// A bucket, and who may write there.
struct S3Place: Sendable, Hashable {
  var address: BucketAddress
  var credentials: BucketCredentials

  /// Reads `s3://bucket?endpoint=host[:port]&region=eu-west-1&scheme=https&profile=default`, as Nix does; an endpoint may
  /// also have its scheme before it.
  init(_ address: CacheAddress, environment: [String: String]) throws(PushError) {
    guard PushTarget.isCacheName(address.place), address.user == nil else {
      throw .invalid("'\(address.shown)' is no bucket; write it like s3://bucket?endpoint=HOST&region=REGION")
    }
    do throws(ObjectStorageError) {
      // As Nix does, also at Amazon's.
      let parameters = ["style": "path"].merging(address.parameters) { $1 }
      self.address = try BucketAddress(bucket: address.place, parameters: parameters, environment: environment)
      credentials = try BucketCredentials(profile: address.parameters["profile"], environment: environment)
    } catch { throw .invalid(error.description) }
  }
}
