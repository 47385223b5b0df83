import DriverConformance
import Drivers
import Files
import Glibc
import Model
import Processes
import Testing

import DriverHost

/// What a build may try against the machine. Each script must end with the status 0 when it was kept out.
@Suite(.enabled("bubblewrap works here", sandboxWorks)) struct SandboxTests {
  /// Commands that must fail in the sandbox.
  static let attempts = [
    "cat /etc/shadow", "cat /etc/gshadow", "cat /root/.profile", "ls /root", "ls /home",
    "ls -d /work /srv /mnt /boot /sys",
    "touch /usr/here", "touch /etc/here", "touch /here", "mkdir /new", "touch /run/here", "touch /run/wright/here",
    "echo x > /run/wright/unit", "echo x > /etc/passwd", "rm /run/wright/environment",
    "mv /run/wright/unit /run/wright/other",
    "mount -t tmpfs none /tmp", "mount --bind / /tmp", "umount /etc/passwd", "umount /proc", "chroot / true",
    "mknod n c 1 1",
    "cat /proc/kcore", "echo b > /proc/sysrq-trigger", "echo x > /proc/sys/kernel/hostname", "hostname other",
    "chown 0:0 .", "kill -9 1 && ! kill -0 1", "ls /dev/vda", "dmesg", "nsenter -t 1 -m ls /root", "su -c true",
    "cat /proc/1/environ | grep .",
    "ls /tmp/* /var/tmp/*", "ls -A $WORKROOT", "cat $SECRET", "ls -d /proc/$SERVER", "kill -0 $SERVER",
    "ls -A /run | grep -v wright",
    "setpriv --reuid 0 true", "test $(id -u) = 0", "grep -E 'CapEff:.*[1-9a-f]' /proc/self/status",
    "grep -E 'CapBnd:.*[1-9a-f]' /proc/self/status", "grep 'NoNewPrivs:.0' /proc/self/status",
    "ps -e | grep -v -E 'PID|sh|bwrap|ps|grep|unit'",
    // The session's keyring: keyctl(KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING).
    #"perl -e 'exit(syscall(`uname -m` =~ /x86_64/ ? 250 : 219, 0, -3, 1) < 0)'"#,
    "echo x > /dev/here", "grep ' /dev tmpfs rw' /proc/mounts",
    "test $(df -Pk /dev/shm | awk 'END { print $2 }') -gt 600000",
    "ln /etc/passwd hard", "ls -A /var | grep -v -E 'lib|tmp'", "ls -A /var/lib | grep -v dpkg",
  ]

  /// Tries each of `attempts` in one script, and returns the numbers of those that succeeded.
  private func succeeding(_ attempts: [String], _ driver: DriverConformance, _ root: String) async throws -> Set<Int> {
    let variables = [("WORKROOT", root), ("SECRET", root + "/secret"), ("SERVER", "\(getpid())")]
    var commands = "set +ex\n"
    for (number, attempt) in attempts.enumerated() {
      commands += "(\(attempt)\n) >/dev/null 2>&1 && echo \"succeeded \(number)\"\n"
    }
    var numbers: Set<Int> = []
    try await driver.withEnvironment { environment in
      let (status, output) = try await driver.run(commands + "echo the end", variables, in: environment)
      #expect(status == .exited(0) && output.hasSuffix("the end\n"), "\(output)")
      for line in output.split(separator: "\n") where line.hasPrefix("succeeded ") {
        numbers.insert(try #require(Int(line.dropFirst(10))))
      }
    }
    return numbers
  }

  @Test func `keeps builds out of the machine`() async throws {
    try await withDriver(.required) { driver, root in
      try FileTree.writeAtomically(Array("secret".utf8), to: root + "/secret", permissions: 0o644)
      let succeeded = try await succeeding(Self.attempts, driver, root)
      #expect(succeeded.map { Self.attempts[$0] } == [])
    }
  }

  @Test func `hides what is in a folder of the system`() async throws {
    let hidden = "/opt/wright-test-\(UInt64.random(in: 0 ... .max))"
    guard (try? FileTree.makeDirectory(hidden)) != nil else { return }
    defer { try? FileTree.removeTree(hidden) }
    try FileTree.writeAtomically([1], to: hidden + "/token", permissions: 0o644)
    try FileTree.writeAtomically([1], to: hidden + "-file", permissions: 0o644)
    defer { try? FileTree.removeTree(hidden + "-file") }
    try await withDriver(.required, hiddenPaths: [hidden, hidden + "-file"]) { driver, root in
      let attempts = ["cat \(hidden)/token", "ls \(hidden)", "grep . \(hidden)-file"]
      let succeeded = try await succeeding(attempts, driver, root)
      #expect(succeeded.map { attempts[$0] } == [])
    }
  }

  @Test func `lets builds have what they need`() async throws {
    let needed = [
      "test $(pwd) = /workspace", "test $HOME = /workspace", "test $(id -un) = build", "test $(id -gn) = build",
      "test $(hostname) = wright",
      "touch file && test -O file", "echo x > /tmp/file", "cat /tmp/file", "touch /var/tmp/file /dev/shm/file",
      "echo x > /dev/null",
      "head -c 1 /dev/urandom | grep -q ''", "cat /etc/resolv.conf", "getent hosts localhost", "test -r /etc/ssl",
      "dpkg-query -W libc6", "test $(($(nproc))) -gt 0", "ls /proc/self/fd | wc -l | grep -q -x 4",
      "test $(ulimit -c) = 0",
      "printf 'int main(void){return 0;}' > t.c && cc t.c -o t && ./t", "sh -c 'trap : TERM; kill $$'",
      "git init -q repo",
      "mkdir -m 700 d && ln -s d l && ln file hard", "python3 -c 'import multiprocessing as m; m.Lock()'",
    ]
    try await withDriver(.required) { driver, root in
      let succeeded = try await succeeding(needed, driver, root)
      #expect(needed.indices.filter { !succeeded.contains($0) }.map { needed[$0] } == [])
    }
  }

  @Test func `a set-user-ID program gains nothing`() async throws {
    try await withDriver(.required) { driver, root in
      let attempts = [
        "cp /usr/bin/id . && chmod 6755 id && test \"$(./id -u)\" = 0", "passwd -S root", "unshare -m true",
        "test \"$(/usr/bin/newgrp -c id 2>/dev/null)\" = x",
      ]
      let succeeded = try await succeeding(attempts, driver, root)
      #expect(succeeded.map { attempts[$0] } == [])
    }
  }

  @Test func `says what it does in the log, and why it cannot`() async throws {
    try await withDriver(.auto) { driver, _ in
      let recorder = Recorder()
      let environment = try await driver.driver.create(
        EnvironmentRequest(name: "log", specification: driver.specification), output: recorder)
      #expect(recorder.text.hasPrefix("sandbox: bubblewrap"))
      await #expect(throws: DriverError.self) {
        try await driver.driver.create(
          EnvironmentRequest(name: "log", specification: driver.specification), output: recorder)
      }
      let status = try await driver.run("true", in: environment).status
      #expect(status == .exited(0))
      await environment.destroy()
      for name in ["", "../x", "a/b", "A", "a b"] {
        await #expect(throws: DriverError.self) {
          try await driver.driver.create(
            EnvironmentRequest(name: name, specification: driver.specification), output: recorder)
        }
      }
    }
  }

  @Test func `two builds see nothing of each other`() async throws {
    try await withDriver(.required) { driver, _ in
      try await driver.withEnvironment { first in
        try await driver.withEnvironment { second in
          let recorder = Recorder()
          let running = driver.start(
            driver.script("echo secret > /tmp/secret; echo secret > /dev/shm/secret; id -u; echo ready; sleep 1000"),
            recorder, in: first)
          #expect(await recorder.contains("\nready\n"))
          let result = try await driver.run(
            "set +e; ls -A /tmp /dev/shm /workspace; ps -ef; ls -d /proc/[0-9]*; id -u", in: second)
          #expect(!result.output.contains("secret") && !result.output.contains("sleep 1000"))
          if geteuid() == 0 {
            let numbers = [recorder.text, result.output].map { text in
              text.split(separator: "\n").compactMap { UInt32($0) }.max()
            }
            #expect(numbers[0] != numbers[1])
          }
          await first.stop(grace: .zero)
          _ = try await running.value
        }
      }
    }
  }

  @Test func `a fork bomb dies`() async throws {
    try await withDriver(.required) { driver, _ in
      try await driver.withEnvironment { environment in
        let recorder = Recorder()
        let running = driver.start(
          driver.script("ulimit -p 400; echo ready; set +x\nf() { f | f & f; }\nf 2>/dev/null"), recorder,
          in: environment)
        #expect(await recorder.contains("\nready\n"))
        await environment.stop(grace: .milliseconds(100))
        _ = try await running.value
      }
    }
  }
}

@Suite struct PlainTests {
  @Test(arguments: ["/bin/false", "/nonexistent/bwrap"])
  func `refuses or says so where there is no sandbox`(bubblewrap: String) async throws {
    let root = "/tmp/wright-driver-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileTree.removeTree(root) }
    let request = EnvironmentRequest(name: "one", specification: DriverSpecification(type: "host"))
    let strict = try HostDriver(root: root, sandbox: .required, bubblewrap: bubblewrap)
    let error = await #expect(throws: DriverError.self) { try await strict.create(request, output: Recorder()) }
    #expect(error?.description.contains("bubblewrap") == true)
    let recorder = Recorder()
    let plain = try HostDriver(root: root, sandbox: .auto, bubblewrap: bubblewrap)
    let environment = try await plain.create(request, output: recorder)
    #expect(recorder.text.hasPrefix("no sandbox: bubblewrap"))
    #expect(environment.workspace == root + "/one")
    await environment.destroy()
    #expect(try FileTree.names(in: root).isEmpty)
  }

  @Test func `removes what an earlier process left`() async throws {
    try await withDriver(.off) { driver, root in
      try FileTree.makeDirectory(root + "/work/old/workspace/a")
      try FileTree.writeAtomically([1], to: root + "/work/file")
      try await driver.driver.sweep()
      #expect(try FileTree.names(in: root + "/work").isEmpty)
    }
  }

  @Test func `keeps scripts out of the workspace, honours the first line, and refuses what leads out`() async throws {
    try await withDriver(.off) { driver, root in
      try await driver.withEnvironment { environment in
        #expect(environment.workspace.hasPrefix(root + "/work/test-"))
        let recorder = Recorder()
        let script = Script(
          name: "env.1", text: Array("#!/usr/bin/env -S sh -e\necho \"$0\"\nls -A\n".utf8), environment: [])
        let status = try await environment.run(script, output: recorder)
        #expect(status == .exited(0))
        #expect(recorder.text == "/proc/self/fd/3\n")
        #expect(try FileTree.names(in: environment.workspace).isEmpty)
      }
    }
  }
}
