internal import FoundationEssentials

/// The file that lists the generated ones.
enum ServiceLock {
  static let path = "wright.lock.json"
  /// More bytes than a generated file has.
  static let fileLimit = 16 << 20

  /// The SHA-256 of each file that it lists; empty for what is no lock file: then no file is known to be generated.
  static func hashes(in lock: [UInt8]) -> [String: String] {
    guard let found = try? JSONDecoder().decode(Content.self, from: Data(lock)) else { return [:] }
    return Dictionary(found.files.map { ($0.path, $0.sha256) }, uniquingKeysWith: { first, _ in first })
  }

  private struct Content: Decodable {
    struct File: Decodable {
      var path: String
      var sha256: String
    }
    var files: [File]
  }
}
