import Manifest
import Model
import NixFormat
import Testing

@testable import Planning

@Suite struct NixPlanTests {
  private static let features = ["--extra-experimental-features", "nix-command flakes"]

  @Test(
    arguments: [
      ("nix build .#a", ["nix"] + features + ["build", "--no-write-lock-file", "--json", ".#a"], true),
      ("nix build --json .#a", ["nix"] + features + ["build", "--no-write-lock-file", "--json", ".#a"], false),
      ("nix -L build '.#a b'", ["nix"] + features + ["-L", "build", "--no-write-lock-file", "--json", ".#a b"], true),
      (
        "nix run .#a -- build --json",
        ["nix"] + features + ["run", "--no-write-lock-file", ".#a", "--", "build", "--json"], false
      ),
      ("nix flake check", ["nix"] + features + ["flake", "check", "--no-write-lock-file"], false),
      ("nix flake update", ["nix"] + features + ["flake", "update"], false),
      ("nix store ping", ["nix"] + features + ["store", "ping"], false),
      ("nix --version", ["nix"] + features + ["--version"], false),
      ("nix", ["nix"] + features, false),
      ("nix-build -A a", ["nix-build"] + features + ["-A", "a"], false),
      ("nix build .#a;id", ["nix"] + features + ["build", "--no-write-lock-file", "--json", ".#a;id"], true),
      (
        "nix build $(id) `id` | id",
        ["nix"] + features + ["build", "--no-write-lock-file", "--json", "$(id)", "`id`", "|", "id"], true
      ),
    ] as [(String, [String], Bool)])
  func `a command gets what Wright adds where it belongs`(command: String, words: [String], asks: Bool) throws {
    let arguments = try #require(NixArguments(NixRequest(command: command)))
    #expect(arguments.words == words)
    #expect(arguments.asksForResult == asks)
  }

  @Test(arguments: [
    "", "  ", "ls", "nix'", "nix build \"x", "nix build \\", "/usr/bin/nix build", "nixx", "NIX build", "nix-env -i x",
    "nix\u{0}",
  ]) func `what is no command of Nix has no plan`(command: String) {
    #expect(nixPlan(NixRequest(command: command)) == nil)
  }

  @Test func `every option of a request is in the words`() throws {
    let request = NixRequest(
      command: "nix build .#a -- x", extraArguments: "--impure '-v v'", cores: "2", maxJobs: "3", keepGoing: true,
      substituters: ["http://a", "http://b"], trustedPublicKeys: ["k-1:x"])
    #expect(
      try #require(NixArguments(request)).words == ["nix"] + Self.features + [
        "--option", "extra-substituters", "http://a http://b", "--option", "extra-trusted-public-keys", "k-1:x",
        "--cores", "2", "--max-jobs", "3", "--keep-going", "build", "--no-write-lock-file", "--json", ".#a", "--impure",
        "-v v", "--", "x",
      ])
    #expect(NixArguments(NixRequest(command: "nix build", extraArguments: "'")) == nil)
  }

  @Test func `a plan clones, builds there, and masks every secret`() throws {
    let request = NixRequest(
      git: .init(repository: "https://old:one@example.org/a.git?x", reference: "main", user: "me@x", key: "k/€"),
      command: "nix build", push: NixPush(target: "https://c/n", token: "tok", signingKey: "n:sig"))
    let plan = try #require(nixPlan(request, limits: PlanLimits(timeoutSeconds: 60)))
    #expect(
      plan.sources == [
        Source(url: "https://me%40x:k%2F%E2%82%AC@example.org/a.git?x", reference: "main", directory: "source")
      ])
    #expect(plan.jobs.map(\.job.name) == ["create-driver", "clone.1", "nix"])
    #expect(plan.driver.type == "nix")
    #expect(plan.timeoutSeconds == 60)
    #expect(Set(plan.maskedValues).isSuperset(of: ["k/€", "k%2F%E2%82%AC", "tok", "n:sig"]))
    guard case .nix(let command) = plan.jobs[2].job.step else {
      Issue.record("no command")
      return
    }
    #expect(command.directory == "source")
    #expect(command.push == request.push)
    #expect(!command.words.joined().contains("tok"))
  }

  @Test(arguments: ["git@example.org:a.git", "ssh://example.org/a", "file:///a"])
  func `a key is given to no other transport than HTTP`(address: String) throws {
    let plan = try #require(
      nixPlan(NixRequest(git: .init(repository: address, user: "u", key: "secret"), command: "nix build")))
    #expect(plan.sources.first?.url == address)
  }

  @Test func `without a clone the command runs in the workspace`() throws {
    let plan = try #require(nixPlan(NixRequest(command: "nix build x")))
    #expect(plan.jobs.map(\.job.name) == ["create-driver", "nix"])
    #expect(plan.maskedValues.isEmpty)
  }
}

@Suite struct NixManifestPlanTests {
  private func manifest(_ outputs: [String], sources: [Source] = []) -> Manifest {
    var manifest = Manifest(driver: DriverSpecification(type: "nix"), sources: sources, stages: [])
    manifest.kind = .nix
    manifest.outputs = outputs
    return manifest
  }
  private let source = Source(url: "https://example.org/flake.git", directory: "it")

  @Test func `each output is a job in the flake's folder`() throws {
    let plan = plan(from: manifest(["a", ".#b", "/x#c"], sources: [source]))
    #expect(plan.jobs.map(\.job.name) == ["create-driver", "clone.1", "a", ".#b", "/x#c"])
    let commands = plan.jobs.compactMap { if case .nix(let command) = $0.job.step { command } else { nil } }
    #expect(commands.map(\.words.last) == [".#a", ".#b", "/x#c"])
    #expect(commands.allSatisfy { $0.directory == "it" && $0.hidesResult })
    #expect(plan.detectPosition == nil)
  }

  @Test func `without outputs a job finds out which there are`() {
    let plan = plan(from: manifest([], sources: [source]))
    #expect(plan.jobs.map(\.job.name) == ["create-driver", "clone.1", "outputs"])
    #expect(plan.detectPosition == 2)
  }

  @Test(arguments: [([], false), (["a"], false), ([".#a"], false), (["/x#a"], true), (["github:o/r#a"], true)])
  func `a manifest by itself needs a flake`(outputs: [String], isEnough: Bool) {
    #expect((standaloneProblem(manifest(outputs)) == nil) == isEnough)
    #expect(standaloneProblem(manifest(outputs, sources: [source])) == nil)
  }

  @Test func `a flake's outputs are stages, and a manifest that says the same`() throws {
    let json =
      #"{"packages":{"x86_64-linux":{"a":{"type":"derivation"}}},"checks":{"x86_64-linux":{"t":{"type":"derivation"}}}}"#
    let outputs = try #require(flakeOutputs(Array(json.utf8), system: "x86_64-linux")).outputs
    let stages = flakeStages(outputs, directory: "it")
    #expect(stages.map(\.name) == ["packages", "checks"])
    let text = flakeManifest(outputs, source: source, comments: ["made"])
    let again = try #require(Manifest.parse(Array(text.utf8)).manifest)
    #expect(plan(from: again).jobs.map(\.job.step).suffix(2) == stages.flatMap(\.jobs).map(\.step)[...])
  }
}
