import DriverConformance
import DriverSlurm
import Drivers
import Files
import Model
import Testing

/// What the cluster does to all its jobs: one after the other, and not beside the other tests.
@Suite(.serialized, .enabled(if: hasFaultCluster(), "there is no cluster that may be broken"))
struct SlurmFaultTests {
  @Test func `a job that waits says for what, and can be stopped`() async throws {
    try await withSlurm(["cpus": "8"], patience: .zero) { driver, _ in
      try await driver.withEnvironment { first in
        let recorder = Recorder()
        let running = driver.start(
          driver.script("echo ready; while [ ! -e go ]; do sleep 0.05; done"), recorder, in: first)
        #expect(await recorder.contains("\nready\n"))
        for isStopped in [true, false] {
          try await driver.withEnvironment { second in
            let waiting = Recorder()
            let late = driver.start(driver.script("echo begun at last"), waiting, in: second)
            #expect(await waiting.contains("waits for the cluster: Resources\n"))
            if isStopped {
              await second.stop(grace: .seconds(100))
              #expect(try await late.value == .signalled(15))
            } else {
              try await driver.place("", at: "go", in: first)
              #expect(try await late.value == .exited(0))
            }
            #expect(waiting.text.contains("begun at last\n") != isStopped)
          }
        }
        #expect(try await running.value == .exited(0))
      }
    }
  }

  @Test func `a node that goes down takes the job with it, and the error says so`() async throws {
    try await withSlurm { driver, _ in
      try await driver.withEnvironment { environment in
        let recorder = Recorder()
        let running = driver.start(driver.script("echo ready; sleep 1000"), recorder, in: environment)
        #expect(await recorder.contains("\nready\n"))
        let node =
          try await slurm("sinfo", "--noheader", "--format=%n").split(separator: "\n").first.map(String.init) ?? ""
        _ = try await slurm("scontrol", "update", "nodename=\(node)", "state=down", "reason=test")
        let error = await #expect(throws: DriverError.self) { try await running.value }
        #expect(error?.description.contains("NODE_FAIL") == true, "\(String(describing: error))")
        _ = try await slurm("scontrol", "update", "nodename=\(node)", "state=resume")
        // It builds again afterwards.
        #expect(try await driver.run("true", in: environment).status == .exited(0))
      }
    }
  }
}
