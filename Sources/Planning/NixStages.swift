public import Manifest
public import Model
public import NixFormat

/// The system that builds on this machine are for, in Nix's words.
public let nixSystem: String = {
  #if arch(arm64)
    "aarch64-linux"
  #else
    "x86_64-linux"
  #endif
}()

/// What tells the outputs of the flake in the folder that it runs in.
public let flakeShowWords: [String] = NixArguments.words("nix flake show --json")

/// The stages that build a flake's outputs, one job each: packages, then checks. `directory` is the flake's folder.
public func flakeStages(_ outputs: [FlakeOutput], directory: String) -> [PlannedStage] {
  FlakeOutput.Kind.allCases.compactMap { kind in
    let jobs = outputs.filter { $0.kind == kind }.map { nixJob($0.name, building: $0.installable, in: directory) }
    return jobs.isEmpty ? nil : PlannedStage(name: kind.rawValue, jobs: jobs)
  }
}

/// The manifest that says the same as `flakeStages`.
public func flakeManifest(_ outputs: [FlakeOutput], source: Source, comments: [String]) -> String {
  var manifest = Manifest(driver: DriverSpecification(type: nixDriverType), sources: [source], stages: [])
  manifest.kind = .nix
  manifest.outputs = outputs.map(\.installable)
  return manifest.text(comments: comments)
}

/// The stages of a manifest of kind `nix` that names outputs. `directory` is the flake's folder; empty for none.
func nixStages(_ manifest: Manifest, directory: String) -> [PlannedStage] {
  let jobs = manifest.outputs.map { output in
    nixJob(output, building: output.contains("#") ? output : ".#\(output)", in: directory)
  }
  return jobs.isEmpty ? [] : [PlannedStage(name: "build", jobs: jobs)]
}

private func nixJob(_ name: String, building installable: String, in directory: String) -> PlannedJob {
  let words = NixArguments.words("nix build") + [installable]
  return PlannedJob(name: name, step: .nix(NixCommand(words: words, directory: directory, hidesResult: true)))
}

/// Why a manifest cannot be built by itself, as a sentence; nil where it can. In a repository it is enough.
public func standaloneProblem(_ manifest: Manifest) -> String? {
  guard manifest.kind == .nix, manifest.sources.isEmpty else { return nil }
  if manifest.outputs.isEmpty { return "a manifest of kind nix needs a flake: name one in 'sources', or in 'outputs'" }
  guard let local = manifest.outputs.first(where: { !$0.contains("#") || $0.hasPrefix(".") }) else { return nil }
  return "the output '\(local)' is one of a repository, and 'sources' names none"
}
