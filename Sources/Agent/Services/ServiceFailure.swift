internal import Forge
internal import Git

/// Why a service's build fails, as the sentence for its user.
struct ServiceFailure: Error, Sendable, Hashable {
  var sentence: String

  init(_ sentence: String) { self.sentence = sentence }

  /// Problems of the document; all of them are in the log, a line each.
  init(problems: [String]) {
    let shown = problems.prefix(20).joined(separator: "; ")
    let more = problems.count > 20 ? "; and \(problems.count - 20) more" : ""
    sentence =
      "the service has \(problems.count == 1 ? "a problem" : "\(problems.count) problems"), correct and save it: \(shown)\(more)"
  }

  /// What went wrong between us and the forge. `host` is the forge's.
  init(_ error: any Error, host: String) {
    switch error {
    case let failure as ServiceFailure: self = failure
    case let error as ForgeError: sentence = error.description
    case let failure as GitFailure: sentence = Self.sentence(failure, host)
    default: sentence = "\(host): \(error)"
    }
  }

  private static func sentence(_ failure: GitFailure, _ host: String) -> String {
    switch failure.kind {
    case .authentication:
      "the token was refused (401) by git at \(host); make a new one with the scopes api and write_repository, and save "
        + "it as gitlab_ci_token, with its name as token_predecessor"
    case .forbidden: "\(failure); it needs the scope write_repository, and its user the role Developer"
    case .noRepository: "\(failure); check repository_path"
    default: failure.description
    }
  }

  /// Runs `body`, and says `what` in front of what it throws.
  static func explaining<Result>(_ what: String, _ body: () throws -> Result) throws(ServiceFailure) -> Result {
    do { return try body() } catch { throw ServiceFailure("\(what): \(error)") }
  }
}
