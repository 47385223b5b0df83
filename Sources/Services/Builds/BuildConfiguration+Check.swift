internal import Forge
internal import Model
internal import Planning
internal import Queue

extension BuildConfiguration {
  /// This configuration with what is given in its place; secrets that are not given stay.
  func replaced(by given: [Property: String]) -> BuildConfiguration {
    var result = BuildConfiguration()
    for property in Property.allCases {
      result[property] = given[property] ?? (property.isSecret ? self[property] : nil)
    }
    return result
  }

  /// What cannot be right of what is given. What is missing is not wrong: a configuration may be saved half-filled.
  func problems(insecureHosts: [String]) -> [(property: Property, detail: String)] {
    Property.allCases.compactMap { property in
      guard let value = self[property] else { return nil }
      return problem(of: property, value, insecureHosts).map { (property, "\(property.rawValue) \($0)") }
    }
  }

  /// Why a build cannot use it: what is missing, and what is wrong.
  func reasons(at pointer: String, insecureHosts: [String]) -> [ServiceRefusal.Reason] {
    let wrong = problems(insecureHosts: insecureHosts)
    return missing.map { property in
      ServiceRefusal.Reason(
        pointer: "\(pointer)/\(property.rawValue)",
        detail: "\(property.rawValue) is missing; give it in the builds config: \(property.meaning)",
        isMissing: true)
    } + wrong.map { ServiceRefusal.Reason(pointer: "\(pointer)/\($0.property.rawValue)", detail: $0.detail) }
  }

  private func problem(of property: Property, _ value: String, _ insecureHosts: [String]) -> String? {
    if value.isEmpty { return "is empty; \(property.meaning)" }
    if value.utf8.count > (property == .authorities ? 256 << 10 : 1000) { return "is too long" }
    if property != .authorities, value.utf8.contains(where: { $0 < 32 || $0 == 127 }) {
      return "holds a control character; copy it without line ends"
    }
    switch property {
    case .tokenPredecessor:
      return value.contains(":") ? "holds ':', which a user name over HTTP cannot; give the token another name" : nil
    case .gitlabToken, .fileStorageToken: return value.contains(" ") ? "holds a space; copy the token alone" : nil
    case .dockerHubUser: return Self.dockerHubProblem(value)
    case .provider: return Self.sentence { _ = try ForgeAddress(provider: value, insecureHosts: insecureHosts) }
    case .repositoryPath:
      return Self.sentence { _ = try ForgeAddress(provider: "localhost", insecureHosts: []).repository(path: value) }
    case .project: return Self.projectProblem(value)
    case .targetBranch: return gitReferenceProblem(value)
    case .authorities:
      return value.contains("-----BEGIN CERTIFICATE-----") && value.contains("-----END CERTIFICATE-----")
        ? nil : "is not a certificate; paste the authority's certificate as PEM text"
    }
  }

  private static func sentence(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch { return "\(error)" }
  }

  private static func dockerHubProblem(_ value: String) -> String? {
    if value == notApplicable { return nil }
    let isName = value.utf8.enumerated().allSatisfy { index, byte in
      (97...122).contains(byte) || (48...57).contains(byte) || index > 0 && "-_.".utf8.contains(byte)
    }
    return isName ? nil : "is not a name on Docker Hub, which has lower-case letters and digits; or write NA"
  }

  /// A number, or a path as GitLab also takes it.
  private static func projectProblem(_ value: String) -> String? {
    if let number = Int64(value), number > 0, value.utf8.allSatisfy({ (48...57).contains($0) }) { return nil }
    return sentence { _ = try ForgeAddress(provider: "localhost", insecureHosts: []).repository(path: value) } == nil
      ? nil : "is not a project's number; it stands on top of the project's page"
  }
}
