internal import Files
internal import FoundationEssentials
public import HTTPClient

/// An answer of a forge, read to its end.
public struct ForgeAnswer: Sendable {
  /// The status code.
  public var status: Int
  /// The header fields.
  public var headers: HTTPClientHeaders
  /// The body.
  public var body: [UInt8]
}

/// Requests to a forge's API, made again where they failed for the moment only. What adapters share.
public struct ForgeRequests: Sendable {
  /// How it waits before a request is made again; tests do not.
  public typealias Pause = @Sendable (Duration) async throws -> Void

  /// How forges are asked.
  public static let configuration = HTTPClient.Configuration(timeout: .seconds(60), keptConnections: 4)
  /// The longest answer that is read, in bytes; 100 merge requests with long descriptions may have more than 1 MiB.
  private static let answerLimit = 64 << 20

  private let client: HTTPClient
  /// The client reads its authorities from it for each new connection.
  private let authorities: FileDescriptor?
  private let place: ForgePlace
  private let base: String
  private let headers: HTTPClientHeaders
  private let rights: String
  private let pause: Pause

  /// Requests below `base`, the API's root, with `headers`, which hold the token. `rights` are what a token needs, as the
  /// end of a sentence. `client` is used where the place has no authorities of its own. Throws where those cannot be
  /// handed over.
  public init(
    place: ForgePlace, base: String, headers: HTTPClientHeaders, rights: String, client: HTTPClient,
    pause: @escaping Pause
  ) throws {
    self.place = place
    self.base = base
    self.headers = headers
    self.rights = rights
    self.pause = pause
    authorities = try place.authorities.map { try FileDescriptor.inMemory(Array($0.utf8), name: "authorities") }
    if let authorities {
      var configuration = Self.configuration
      configuration.authorities = "/proc/self/fd/\(authorities.raw)"
      self.client = HTTPClient(configuration: configuration)
    } else {
      self.client = client
    }
  }

  /// Sends a request for `path` below the API's root until it has an answer that is not for the moment only. Throws
  /// `ForgeError` of kind `unavailable` or `unreachable` after five attempts.
  public func send(_ method: String, _ path: String, body: [UInt8]? = nil) async throws -> ForgeAnswer {
    var plan = RetryPlan(
      limit: .seconds(300), requests: 5, first: .milliseconds(500), longestTold: .seconds(60))
    while true {
      let error: ForgeError
      var told: Duration?
      do {
        let answer = try await once(method, path, body: body)
        guard Self.isTemporary(answer) else { return answer }
        error = self.error(answer)
        told = RetryPlan.told(answer.headers["Retry-After"])
      } catch let failure as HTTPClientError {
        error = explain(failure)
        guard failure.kind == .unreachable || failure.kind == .timedOut || failure.kind == .broken else { throw error }
      }
      guard let wait = plan.next(told: told, random: .random(in: 0...1)) else {
        throw ForgeError(error.kind, "\(error); asked \(plan.failures) times, try again later")
      }
      try await pause(wait)
    }
  }

  /// An answer that is not what was asked for, as a sentence that says what to do.
  public func error(_ answer: ForgeAnswer) -> ForgeError { ForgeRefusal(answer).error(of: place, rights: rights) }

  /// What the forge itself says in an answer; empty where it is no answer of an API.
  public func words(_ answer: ForgeAnswer) -> String { ForgeRefusal(answer).words }

  /// The path below the API's root that an address of the forge's own means; nil for one that leads elsewhere: the token
  /// is for nobody else.
  public func path(_ address: String) -> String? {
    let isRelative = address.hasPrefix("/")
    let root = isRelative ? String(base.dropFirst(Self.origin(of: base).count)) : base
    guard address.hasPrefix("\(root)/") else { return nil }
    return String(address.dropFirst(root.count))
  }

  /// Reads an answer's JSON.
  public func decode<Value: Decodable>(_ type: Value.Type, _ answer: ForgeAnswer) throws(ForgeError) -> Value {
    do { return try JSONDecoder().decode(type, from: Data(answer.body)) } catch {
      throw ForgeError(
        .unexpected,
        "\(place.address.host) answers with what its API does not (status \(answer.status)); check repository_provider")
    }
  }

  private func once(_ method: String, _ path: String, body: [UInt8]?) async throws -> ForgeAnswer {
    var headers = headers
    if body != nil { headers.add("Content-Type", "application/json") }
    let response = try await client.send(
      method: method, url: base + path, headers: headers, body: body.map { .bytes($0) } ?? .none)
    return ForgeAnswer(
      status: response.status, headers: response.headers,
      body: try await response.body.collect(upTo: Self.answerLimit))
  }

  /// GitHub answers 403 to those who ask too much.
  private static func isTemporary(_ answer: ForgeAnswer) -> Bool {
    if RetryPlan.isTemporary(answer.status) { return true }
    return answer.status == 403
      && (answer.headers["Retry-After"] != nil || answer.headers["x-ratelimit-remaining"] == "0")
  }

  private static func origin(of address: String) -> Substring {
    guard let start = address.firstRange(of: "://")?.upperBound else { return "" }
    return address[..<(address[start...].firstIndex(of: "/") ?? address.endIndex)]
  }

  private func explain(_ failure: HTTPClientError) -> ForgeError {
    let host = place.address.host
    switch failure.kind {
    case .untrusted:
      return ForgeError(
        .unreachable,
        "the certificate of \(host) is not trusted (\(failure.reason)); give its authority's certificate as ca_file")
    case .invalidRequest:
      return ForgeError(.rejected, "\(failure); check repository_project_id and gitlab_ci_token")
    case .tooLarge: return ForgeError(.unexpected, "\(failure); check repository_provider")
    case .unreachable, .timedOut, .broken:
      return ForgeError(.unreachable, "\(failure); check repository_provider, \(host), and the network")
    }
  }
}

extension ForgeRequests {
  /// As a part of a path or the value of a query: everything that may mean something is escaped.
  public static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = text.utf8.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        [byte]
      default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A description with at most so many characters; one that is cut says so.
  public static func cut(_ text: String, to limit: Int) -> String {
    guard text.unicodeScalars.count > limit else { return text }
    let note = "\n\n(cut here: the forge takes no longer description)"
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit - note.unicodeScalars.count))) + note
  }

  /// The address of the next page of a list, from the header `Link`; nil on the last one.
  public static func nextPage(_ answer: ForgeAnswer) -> String? {
    for link in (answer.headers["Link"] ?? "").split(separator: ",") {
      let parts = link.split(separator: ";").map { $0.drop { $0 == " " } }
      guard let place = parts.first, place.first == "<", let end = place.firstIndex(of: ">"),
        parts.dropFirst().contains(where: { $0 == "rel=\"next\"" || $0 == "rel=next" })
      else { continue }
      return String(place[..<end].dropFirst())
    }
    return nil
  }
}
