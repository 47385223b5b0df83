import Model
import Planning
import Testing

struct JobScriptTests {
  @Test func `A script is these bytes and no others`() {
    let commands = ["cd djinn", "go test -cover ./...", "go test -tags \"integration\" ./integration"]
    let expected = """
      #!/bin/sh
      exec 2>&1
      set -ex

      cd djinn
      go test -cover ./...
      go test -tags "integration" ./integration

      """
    #expect(jobScript(commands) == Array(expected.utf8))
    #expect(jobScript([]) == Array("#!/bin/sh\nexec 2>&1\nset -ex\n\n".utf8))
  }

  @Test func `A job's variables are the plan's, each with its last value, and Wright's own win`() {
    let context = JobContext(
      build: BuildID(rawValue: 12), number: 3, stage: "test", job: "test.1", commit: "abc")
    let given = [("A", "1"), ("CI", "no"), ("B", "2"), ("A", "3=4"), ("WRIGHT_COMMIT", "x")]
    let variables = jobEnvironment(given.map { EnvironmentVariable(name: $0.0, value: $0.1) }, context)
    #expect(
      variables.map { "\($0.name)=\($0.value)" } == [
        "B=2", "A=3=4", "CI=true", "WRIGHT=true", "WRIGHT_BUILD_ID=12", "WRIGHT_BUILD_NUMBER=3", "WRIGHT_JOB=test.1",
        "WRIGHT_STAGE=test", "WRIGHT_COMMIT=abc",
      ])
  }
}
