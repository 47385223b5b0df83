internal import Planning
internal import Model
internal import Routing

/// The message that asks for a build over the WebSocket, in either of its forms.
struct BuildMessage: Sendable, Hashable {
  /// What it asks for.
  var request: NixRequest
  /// The message as it may be shown: no secrets, and nothing that means nothing to us.
  var shown: JSONValue

  /// Under which a build's trigger has the message; the API shows its members in that place.
  static let triggerKey = "request"

  /// The members of a message that a trigger has; nil for what is none.
  static func shownMembers(_ text: String) -> [JSONMember]? {
    guard case .object(let members) = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
    return members
  }

  /// Nil where the value is in neither form, or says neither what to clone nor that nothing is cloned.
  init?(_ value: JSONValue) {
    if Self.shape.accepts(value) {
      request = Self.request(value)
    } else if Self.laterShape.accepts(value) {
      request = Self.laterRequest(value)
    } else {
      return nil
    }
    let options = value["git"] ?? value["git_config"]
    if request.git == nil, (options?["noClone"] ?? options?["noclone"])?.flag != true { return nil }
    shown = Self.withoutSecrets(value, request.secrets)
  }

  private static func request(_ value: JSONValue) -> NixRequest {
    let (git, options) = (value["git"], value["buildOptions"])
    let cachix = options?["cachix"]
    var request = NixRequest(command: options?["command"]?.text ?? "")
    request.git = repository(
      git, isCloned: git?["noClone"]?.flag == false, requiresAuthorization: git?["requiresAuth"]?.flag,
      user: git?["gitUsername"], key: git?["gitKey"])
    request.extraArguments = options?["extraArgs"]?.text ?? ""
    request.cores = options?["cores"]?.numeral
    request.maxJobs = options?["maxJobs"]?.numeral
    request.keepGoing = options?["keep_going"]?.flag ?? false
    request.substituters = options?["substituters"]?.elements.compactMap(\.text) ?? []
    request.trustedPublicKeys = options?["trustedPublicKeys"]?.elements.compactMap(\.text) ?? []
    if cachix?["push"]?.flag == true {
      request.push = NixPush(
        target: cachix?["target"]?.text ?? "", token: cachix?["apiKey"]?.text, signingKey: cachix?["signingKey"]?.text)
    }
    return request
  }

  private static func laterRequest(_ value: JSONValue) -> NixRequest {
    let (git, options, cachix) = (value["git_config"], value["build_options"], value["cachix_config"])
    var request = NixRequest(command: options?["command"]?.text ?? "")
    request.git = repository(
      git, isCloned: git?["noclone"]?.flag == false, requiresAuthorization: git?["requiresauth"]?.flag,
      user: git?["gitusername"], key: git?["gitkey"])
    request.extraArguments = options?["extraargs"]?.text ?? ""
    request.cores = options?["cores"]?.numeral
    request.maxJobs = options?["maxjobs"]?.numeral
    request.keepGoing = options?["keep_going"]?.flag ?? false
    let caches = options?["substituters"]?.elements ?? []
    request.substituters = caches.compactMap { $0["url"]?.text }
    request.trustedPublicKeys = caches.flatMap { $0["public_signing_keys"]?.elements ?? [] }.compactMap(\.text)
    let target = cachix?["target"]?.text
    // Here a cache is pushed to unless the message says otherwise.
    if cachix?["push"]?.flag ?? (target != nil) {
      request.push = NixPush(
        target: target ?? "", token: cachix?["apikey"]?.text, signingKey: cachix?["signingkey"]?.text)
    }
    return request
  }

  private static func repository(
    _ git: JSONValue?, isCloned: Bool, requiresAuthorization: Bool?, user: JSONValue?, key: JSONValue?
  ) -> NixRequest.Git? {
    guard isCloned, let repository = git?["repository"]?.text else { return nil }
    var result = NixRequest.Git(repository: repository, reference: git?["branch"]?.text)
    if requiresAuthorization != false {
      result.user = user?.text
      result.key = key?.text
    }
    return result
  }

  private static let secretNames: Set<String> = ["gitKey", "apiKey", "signingKey", "gitkey", "apikey", "signingkey"]

  /// What a build's trigger says: the members that have a meaning, with `xxxxxx` for each secret, wherever it occurs.
  private static func withoutSecrets(_ value: JSONValue, _ secrets: [String]) -> JSONValue {
    guard case .object(let members) = value else { return .null }
    let known: Set<String> = ["git", "buildOptions", "git_config", "build_options", "cachix_config", "builder"]
    var all = Set(secrets)
    collectSecrets(value, into: &all)
    let masker = Masker(Array(all))
    return .object(members.filter { known.contains($0.name) }.map { JSONMember($0.name, masked($0.value, masker)) })
  }

  /// Also those that the build has no use for.
  private static func collectSecrets(_ value: JSONValue, into secrets: inout Set<String>) {
    guard case .object(let members) = value else { return }
    for member in members {
      if secretNames.contains(member.name), let secret = member.value.text { secrets.insert(secret) }
      collectSecrets(member.value, into: &secrets)
    }
  }

  private static func masked(_ value: JSONValue, _ masker: Masker) -> JSONValue {
    switch value {
    case .string(let text):
      var masker = masker
      let bytes = masker.mask(Array(text.utf8)) + masker.finish()
      return .string(String(decoding: bytes, as: UTF8.self))
    case .array(let values): return .array(values.map { masked($0, masker) })
    case .object(let members):
      return .object(
        members.map { member in
          if member.name == "repository", let url = member.value.text {
            return JSONMember(member.name, masked(.string((try? GitAddress(url))?.url ?? url), masker))
          }
          return JSONMember(member.name, masked(member.value, masker))
        })
    default: return value
    }
  }
}
