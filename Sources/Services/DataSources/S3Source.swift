internal import HTTPClient
internal import Routing

/// A bucket that a data source leads to, by S3's protocol, path style.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
struct S3Source: Sendable {
  private let settings: ConnectionSettings

  init(_ settings: ConnectionSettings) { self.settings = settings }

  private var bucket: String { settings.text("bucket") }
  private var region: String { settings.text("region").isEmpty ? "us-east-1" : settings.text("region") }

  /// The endpoint with its scheme and without a slash at the end.
  private var endpoint: String {
    let text = settings.text("endpoint")
    let whole = text.hasPrefix("http://") || text.hasPrefix("https://") ? text : "https://" + text
    return String(whole.reversed().drop { $0 == "/" }.reversed())
  }

  /// Whether the bucket is there and the keys open it.
  func check() async throws -> ConnectionCheck {
    let signing = HTTPClient.Configuration.Signing(
      accessKey: settings.text("access_key"), secret: settings.text("secret_key"), region: region, service: "s3")
    let client = HTTPClient(
      configuration: .init(connectTimeout: .seconds(5), timeout: .seconds(10), signing: signing))
    do {
      let answer = try await client.send(
        method: "HEAD", url: endpoint + "/" + PercentEncoding.segment(bucket),
        headers: ["x-amz-content-sha256": "UNSIGNED-PAYLOAD"])
      return verdict(answer.status)
    } catch let error as HTTPClientError {
      return .bad("\(endpoint.shortened): \(error); check the endpoint")
    }
  }

  private func verdict(_ status: Int) -> ConnectionCheck {
    switch status {
    case 200: .good("the bucket '\(bucket.shortened)' answers")
    case 401, 403:
      .bad("\(endpoint.shortened) refused the keys (\(status)); check access_key, secret_key and region")
    case 404: .bad("there is no bucket '\(bucket.shortened)' at \(endpoint.shortened); make it or check its name")
    case 301, 307: .bad("the bucket '\(bucket.shortened)' is in another region (\(status)); check endpoint and region")
    default: .bad("\(endpoint.shortened) answered \(status); check that the endpoint speaks S3's protocol")
    }
  }
}
