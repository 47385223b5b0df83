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
    "chown 0:0 .", "kill -9 1", "ls /dev/vda", "dmesg", "nsenter -t 1 -m ls /root", "su -c true",
    "cat /proc/1/environ | grep .",
    "ls /tmp/* /var/tmp/*", "ls -A $WORKROOT", "cat $SECRET", "ls -d /proc/$SERVER", "kill -0 $SERVER",
    "ls -A /run | grep -v wright",
    "setpriv --reuid 0 true", "test $(id -u) = 0", "grep -E 'CapEff:.*[1-9a-f]' /proc/self/status",
    "grep -E 'CapBnd:.*[1-9a-f]' /proc/self/status", "grep 'NoNewPrivs:.0' /proc/self/status",
    "ps -e | grep -v -E 'PID|sh|bwrap|ps|grep|unit'",
    "ln /etc/passwd hard", "ls -A /var | grep -v -E 'lib|tmp'", "ls -A /var/lib | grep -v dpkg",
  ]

  private func attempt(
    _ attempts: [String], _ driver: DriverConformance, _ root: String,
    _ check: (String, Drivers.ExitStatus, String) -> Void
  ) async throws {
    let variables = [
      ("WORKROOT", root), ("SECRET", root + "/secret"), ("SERVER", "\(getpid())"),
    ]
    try await driver.withEnvironment { environment in
      for attempt in attempts {
        let (status, output) = try await driver.run(
          "set +ex\nif \(attempt)\nthen exit 3\nfi\nexit 0", variables, in: environment)
        check(attempt, status, output)
      }
    }
  }

  @Test func `keeps builds out of the machine`() async throws {
    try await withDriver(.required) { driver, root in
      try FileTree.writeAtomically(Array("secret".utf8), to: root + "/secret", permissions: 0o644)
      try await attempt(Self.attempts, driver, root) { attempt, status, output in
        #expect(status == .exited(0), "\(attempt): \(output)")
      }
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
      try await attempt(["cat \(hidden)/token", "ls \(hidden)", "grep . \(hidden)-file"], driver, root) {
        #expect($1 == .exited(0), "\($0): \($2)")
      }
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
      try await attempt(needed, driver, root) { #expect($1 == .exited(3), "\($0): \($2)") }
    }
  }

  @Test func `a set-user-ID program gains nothing`() async throws {
    try await withDriver(.required) { driver, root in
      try await attempt(
        [
          "cp /usr/bin/id . && chmod 6755 id && test \"$(./id -u)\" = 0", "passwd -S root", "mount", "unshare -m true",
          "test \"$(/usr/bin/newgrp -c id 2>/dev/null)\" = x",
        ], driver, root
      ) { attempt, status, output in
        // `mount` without arguments only lists.
        #expect(attempt == "mount" || status == .exited(0), "\(attempt): \(output)")
      }
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
        #expect(recorder.text.hasSuffix("/scripts/env.1\n"))
        #expect(!recorder.text.contains("/workspace"))
      }
    }
  }
}
