public import Model

/// The plan of a build with Nix: the clone, where there is one, and the job `nix` in the stage `build`. Nil where the
/// command is not one of Nix. Nothing is fetched or checked; the job fails where the address is of no use.
public func nixPlan(_ request: NixRequest, limits: PlanLimits = PlanLimits()) -> Plan? {
  guard let arguments = NixArguments(request) else { return nil }
  let sources = request.git.map { git in
    [Source(url: authorized(git), reference: git.reference, directory: nixSourceDirectory)]
  }
  let command = NixCommand(
    words: arguments.words, directory: sources == nil ? "" : nixSourceDirectory,
    hidesResult: arguments.asksForResult, push: request.push)
  let addresses = sources?.map(\.url) ?? []
  let build = PlannedStage(name: "build", jobs: [PlannedJob(name: "nix", step: .nix(command))])
  return Plan(
    driver: DriverSpecification(type: nixDriverType), sources: sources ?? [],
    stages: [PlannedStage(name: setupStageName, jobs: setupJobs(sources: addresses.count)), build],
    timeoutSeconds: limits.timeoutSeconds,
    maskedValues: request.secrets + secrets(in: addresses).filter { !request.secrets.contains($0) })
}

/// The driver of builds with Nix.
public let nixDriverType = "nix"

/// Where a repository is cloned for Nix; its own name may not be a folder's.
let nixSourceDirectory = "source"

/// The repository's address with the credential in it, where it can be given one: over HTTP.
private func authorized(_ git: NixRequest.Git) -> String {
  guard let key = git.key, !key.isEmpty else { return git.repository }
  for scheme in ["https://", "http://"] where git.repository.lowercased().hasPrefix(scheme) {
    let rest = git.repository.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
    let user = git.user.flatMap { $0.isEmpty ? nil : $0 } ?? "git"
    return "\(scheme)\(encoded(user)):\(encoded(key))@\(host)\(rest[authority.endIndex...])"
  }
  return git.repository
}

/// With everything encoded that means something in an address.
private func encoded(_ text: String) -> String {
  var result = ""
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      result.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      let digits = String(byte, radix: 16, uppercase: true)
      result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
  }
  return result
}
