internal import Documents
internal import ServiceModel

/// `.gitlab-ci.yml`: the checks, the program, and the image where there is an account for it.
enum PipelineFile {
  /// No image is pushed where the account is missing, `NA`, or nothing that Docker Hub calls an account.
  static func file(of service: ResolvedService, dockerHubUsername: String?) -> GeneratedFile {
    let account = dockerHubUsername.flatMap { $0 != "NA" && isAccount($0) ? $0 : nil }
    let stages = ["test", "build"] + (account == nil ? [] : ["publish"])
    let pipeline = DocumentValue.mapping([
      ("stages", .texts(stages)),
      ("default", .mapping([("image", .text(ContainerFiles.goImage))])),
      ("vet", job("test", ["test -z \"$(gofmt -l .)\"", "go vet ./..."])),
      ("test", job("test", ["go test ./..."])),
      ("build", build(of: service)),
      ("publish", account.map { publish("\($0)/\(ContainerFiles.image(of: service))", account: $0) }),
    ])
    return GeneratedFile(path: ".gitlab-ci.yml", contents: GeneratedMark.hash + pipeline.yaml)
  }

  /// Letters, digits, and what stands between them; nothing that a shell would understand.
  private static func isAccount(_ name: String) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
      }
  }

  private static func job(_ stage: String, _ script: [String]) -> DocumentValue {
    .mapping([("stage", .text(stage)), ("script", .list(script.map { .text($0) }))])
  }

  private static func build(of service: ResolvedService) -> DocumentValue {
    .mapping([
      ("stage", .text("build")),
      (
        "script",
        .list([.text("CGO_ENABLED=0 go build -trimpath -o bin/\(service.name) ./cmd/\(service.name)")])
      ),
      ("artifacts", .mapping([("paths", .texts(["bin/\(service.name)"]))])),
    ])
  }

  /// The token of the account is the pipeline's variable DOCKERHUB_TOKEN, masked and protected.
  private static func publish(_ image: String, account: String) -> DocumentValue {
    .mapping([
      ("stage", .text("publish")),
      ("image", .text("docker:28")),
      ("services", .texts(["docker:28-dind"])),
      (
        "rules",
        .list(["$CI_COMMIT_TAG", "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"].map { .mapping([("if", .text($0))]) })
      ),
      (
        "script",
        .list([
          .text("printf %s \"$DOCKERHUB_TOKEN\" | docker login --username '\(account)' --password-stdin"),
          .text("docker build --tag '\(image):latest' --tag '\(image):'\"$CI_COMMIT_SHORT_SHA\" ."),
          .text("docker push --all-tags '\(image)'"),
        ])
      ),
    ])
  }
}
