internal import FoundationEssentials

/// An answer that is not what was asked for, as a sentence that says what to do. Pure.
struct ForgeRefusal {
  let status: Int
  /// The forge's own words; empty where it has none.
  let words: String

  init(_ answer: ForgeAnswer) {
    status = answer.status
    words = Self.words(answer.body)
  }

  /// `rights` are what a token needs, as the end of a sentence.
  func error(of place: ForgePlace, rights: String) -> ForgeError {
    let host = place.address.host
    let said = words.isEmpty ? "" : ": \(words)"
    switch status {
    case 401:
      return ForgeError(
        .unauthorized,
        "the token was refused (401) by \(host)\(said); make a new one with \(rights), and save it as "
          + "gitlab_ci_token")
    case 403:
      return ForgeError(
        .forbidden,
        "\(host) does not allow it (403)\(said); the token needs \(rights), and its user the right to push")
    case 404, 410:
      return ForgeError(
        .notFound,
        "project \(place.project) was not found or the token cannot see it (404 from \(host)); check "
          + "repository_project_id and that the token's user is a member")
    case 429: return ForgeError(.unavailable, "\(host) takes no more requests for now (429)")
    case 500...: return ForgeError(.unavailable, "\(host) fails (\(status))\(said)")
    case 400, 402, 405..<500: return ForgeError(.rejected, "\(host) does not take it (\(status))\(said)")
    default:
      return ForgeError(
        .unexpected, "\(host) answers with status \(status), which its API does not; check repository_provider")
    }
  }

  /// `{"message": ...}` with a text, a list or a text for each field; `{"error": ..., "error_description": ...}`; or a
  /// text that is not JSON.
  private static func words(_ body: [UInt8]) -> String {
    guard let found = try? JSONDecoder().decode(Message.self, from: Data(body.prefix(1 << 20))) else {
      let text = String(decoding: body.prefix(400), as: UTF8.self)
      // The page of a proxy says nothing that a person wants to read here.
      return text.contains("<") ? "" : line(text)
    }
    return line(
      [found.message?.text, found.error, found.description, found.scope.map { "scope: \($0)" }]
        .compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", "))
  }

  private static func line(_ text: String) -> String {
    let words = text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
    let shown = words.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(400)
    return String(String.UnicodeScalarView(shown))
  }

  private struct Message: Decodable {
    var message: Words?
    var error: String?
    var description: String?
    var scope: String?
    var errors: [Detail]?

    enum CodingKeys: String, CodingKey {
      case message, error, scope, errors
      case description = "error_description"
    }
  }

  /// GitHub's part of a body that is wrong.
  private struct Detail: Decodable {
    var message: String?
    var field: String?
    var code: String?
    var text: String? { message ?? field.map { "\($0) \(code ?? "is wrong")" } }
  }

  private struct Words: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let text = try? value.decode(String.self) {
        self.text = text
      } else if let list = try? value.decode([String].self) {
        text = list.joined(separator: ", ")
      } else {
        let fields = try value.decode([String: [String]].self)
        text = fields.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.joined(separator: ", "))" }
          .joined(separator: "; ")
      }
    }
  }
}
