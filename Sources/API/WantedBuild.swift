internal import Planning
internal import Routing

/// What a request asks to have built.
enum WantedBuild {
  /// What this manifest says.
  case manifest(String)
  /// The program in the repository at `url`; `shown` is the address without a password.
  case program(url: String, shown: String, reference: String?)

  /// What an entry means; what is wrong with it is noted in `fields`, and the result is of no use then.
  init(_ entry: ManifestForm.Entry, _ fields: inout JSONFields, _ dependencies: APIDependencies) {
    guard let url = entry.url else {
      if entry.manifest == nil { fields.refuse("manifest", "manifest is required, or the url of a repository") }
      if entry.reference != nil {
        fields.refuse("ref", "ref goes with url; a manifest names it behind a source's address")
      }
      self = .manifest(entry.manifest ?? "")
      return
    }
    if entry.manifest != nil {
      fields.refuse("url", "send either manifest or url; a manifest names repositories in its sources")
    }
    if let problem = entry.reference.flatMap(gitReferenceProblem) {
      fields.refuse("ref", "ref \(problem); name a branch, tag or commit")
    }
    do {
      let address = try GitAddress(url, allowing: dependencies.limits.gitProtocols)
      self = .program(url: url, shown: address.url, reference: entry.reference)
    } catch {
      fields.refuse("url", "\(error)")
      self = .program(url: url, shown: "", reference: entry.reference)
    }
  }
}
