public import NixFormat

/// A binary cache to push to.
public struct PushTarget: Sendable, CustomStringConvertible {
  /// How an `http` address without more is meant.
  public enum Form: Sendable, Hashable {
    /// A cache with Cachix's API: `<base>/<name>`.
    case cachix
    /// A server that takes files by `PUT`, as `nix copy --to` uses it.
    case plain
  }

  enum Place: Sendable, Hashable {
    case cachix(base: String, name: String)
    case http(base: String)
    case s3(S3Place)
  }

  let place: Place
  /// The `Authorization` header's value; a secret.
  let authorization: String?
  /// How NARs are compressed; nil for what the cache prefers, zstd where it has no wish.
  public var compression: NarInfo.Compression?
  /// How hard: 1 to 19 for zstd, 0 to 9 for xz.
  public var level: Int32 = 2

  init(place: Place, authorization: String?, compression: NarInfo.Compression? = nil) {
    self.place = place
    self.authorization = authorization
    self.compression = compression
  }

  /// A cache with Cachix's API: calls go to `<base>/api/v1/cache/<name>`, and Nix reads `<base>/<name>`. `base` has no
  /// slash at its end.
  public static func cachix(base: String, name: String, token: String) -> PushTarget {
    PushTarget(place: .cachix(base: base, name: name), authorization: "Bearer " + token)
  }

  /// Reads an address: `https://host/base/name` in the form that is said, `s3://bucket?endpoint=&region=`, or the name
  /// alone of a cache at cachix.org. The token goes into the `Authorization` header; a plain server may have
  /// `user:password@` before its host instead. Keys for S3 are in `environment` (`AWS_ACCESS_KEY_ID`,
  /// `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`) or in `$HOME/.aws/credentials`. Throws `PushError.invalid`.
  public init(
    text: String, token: String? = nil, form: Form = .cachix, environment: [String: String] = [:]
  ) throws(PushError) {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
      throw .invalid("a cache's address is empty or holds characters that no address has")
    }
    if !text.contains("/"), Self.isCacheName(text) {
      self = .cachix(base: "https://cachix.org", name: text, token: token ?? "")
      return
    }
    let address = try CacheAddress(text)
    guard address.scheme != "s3" else {
      let place = try S3Place(address, environment: environment)
      self.init(place: .s3(place), authorization: nil, compression: try address.compression())
      return
    }
    switch form {
    case .plain:
      let basic = address.user.map { "Basic " + $0 }
      self.init(
        place: .http(base: address.base), authorization: token.map { "Bearer " + $0 } ?? basic,
        compression: try address.compression())
    case .cachix:
      guard address.user == nil, let slash = address.base.lastIndex(of: "/"),
        case let name = String(address.base[address.base.index(after: slash)...]), Self.isCacheName(name),
        address.base.split(separator: "/").count > 2
      else { throw .invalid("'\(address.shown)' is no cache's address; write it like https://cache.example.org/name") }
      self = .cachix(base: String(address.base[..<slash]), name: name, token: token ?? "")
      compression = try address.compression()
    }
  }

  /// For people; holds no secret.
  public var description: String {
    switch place {
    case .cachix(let base, let name): "\(base)/\(name)"
    case .http(let base): base
    case .s3(let place): "\(place.address)"
    }
  }

  /// What a name in a URL's path may be; nothing of it needs an escape.
  static func isCacheName(_ name: String) -> Bool {
    let isWord = name.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
      default: false
      }
    }
    return isWord && !name.isEmpty && name.utf8.count <= 100 && !name.hasPrefix(".")
  }
}
