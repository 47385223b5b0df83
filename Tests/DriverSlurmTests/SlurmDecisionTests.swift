import Drivers
import Model
import Testing

@testable import DriverSlurm

@Suite struct SlurmDecisionTests {
  @Test(
    arguments: [
      ([:], []),
      (["partition": "main", "account": "a b"], ["--partition=main", "--account=a b"]),
      (["cpus": "4", "memory": "1536KiB", "time": "90s"], ["--cpus-per-task=4", "--mem=2M", "--time=2"]),
      (["time": "2h", "memory": "1", "gres": "gpu:1"], ["--gres=gpu:1", "--mem=1M", "--time=120"]),
      (["qos": "--wrap=id", "constraint": "big|fast"], ["--qos=--wrap=id", "--constraint=big|fast"]),
      (["image": "not for Slurm"], []),
    ] as [([String: String], [String])])
  func `settings become arguments`(settings: [String: String], arguments: [String]) throws {
    let request = try SlurmRequest(DriverSpecification(type: "slurm", settings: settings))
    #expect(request.arguments == arguments)
  }

  @Test(arguments: [["cpus": "0"], ["cpus": "x"], ["memory": "much"], ["memory": "0"], ["time": "soon"], ["time": "0"]])
  func `wrong settings are refused`(settings: [String: String]) {
    #expect(throws: DriverError.self) { try SlurmRequest(DriverSpecification(type: "slurm", settings: settings)) }
  }

  @Test func `lines of squeue are read`() throws {
    let state = try #require(SlurmJobState(line: "17|PENDING|Resources||wright-1-b|2"))
    #expect(state.id == 17 && state.isWaiting && !state.isFinal && state.name == "wright-1-b|2" && state.nodes.isEmpty)
    for line in ["", "17", "x|RUNNING|None|n|j", "17|RUNNING|None|n"] { #expect(SlurmJobState(line: line[...]) == nil) }
  }

  @Test(arguments: [
    ("RUNNING", false, false, false), ("COMPLETING", false, false, false), ("COMPLETED", true, false, false),
    ("FAILED", true, false, false), ("TIMEOUT", true, true, false), ("OUT_OF_MEMORY", true, true, false),
    ("CANCELLED", true, true, false), ("NODE_FAIL", true, false, true), ("PREEMPTED", true, false, true),
  ])
  func `states mean`(state: String, isFinal: Bool, hasVerdict: Bool, isLost: Bool) throws {
    let job = try #require(SlurmJobState(line: "1|\(state)|None|n|j"))
    #expect(job.isFinal == isFinal && (job.verdict != nil) == hasVerdict && job.isLost == isLost)
  }
}
