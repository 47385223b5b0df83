"""The Debian package, installed, used, upgraded, removed and purged in a Debian of its own."""

import subprocess

from harness import manifest


def test_lintian_finds_no_error_and_no_warning(packages):
    done = subprocess.run(
        ["lintian", "--allow-root", "--fail-on", "error,warning", packages[0]], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def waiting(name):
    """A build that says that it runs and then waits for a file in its workspace."""
    return manifest(f"echo begun; while [ ! -e {name} ]; do sleep 0.1; done; echo gone on")


def let_go(machine, name):
    """Gives every running build the file that it waits for."""
    for workspace in (machine.folder / "var/lib/wright/work/builds").glob("*/workspace"):
        (workspace / name).touch()


def test_the_whole_life_of_an_installation(packages, machine):
    machine.install(packages[0])
    # Nothing runs and nothing is enabled; the users and folders are there, and settings can be read by those they are for.
    assert not (machine.folder / "etc/systemd/system/multi-user.target.wants/wright-server.service").exists()
    shown = machine.run(
        "stat", "-c", "%U:%G %a %n", "/var/lib/wright", "/var/lib/wright-agent", "/etc/wright/server.yaml", "/etc/wright/agent.env")
    assert shown.stdout.splitlines() == [
        "wright:wright 750 /var/lib/wright", "wright-agent:wright-agent 750 /var/lib/wright-agent",
        "root:wright 640 /etc/wright/server.yaml", "root:wright-agent 640 /etc/wright/agent.env"]

    # It serves as its user, and builds in the sandbox.
    server = machine.start("wright-server.service", WRIGHT_LISTEN="127.0.0.1:0", WRIGHT_STOP_GRACE="5m", WRIGHT_SANDBOX="required")
    first = server.run(manifest("id -u; echo hello > made", artifacts=["made"]))
    assert first["status"] == "passed", server.log(first, "create-driver") + server.journal.read_text()
    assert server.artifact(first, "made") == b"hello\n"

    # The new version is installed while a build runs; the old one ends when that has ended.
    running = server.submit(waiting("go"))
    job = server.wait_for_running(running, "job")
    server.wait_for_output(job["id"], "begun\n", times=1)
    machine.install(packages[1])
    assert "1.1~test" in machine.run("dpkg-query", "-W", "wright").stdout
    server.terminate()
    assert server.told.recv(1000).startswith(b"STOPPING=1\nEXTEND_TIMEOUT_USEC=")
    let_go(machine, "go")
    assert server.process.wait(timeout=120) == 0, server.journal.read_text()
    server = machine.start("wright-server.service", WRIGHT_LISTEN="127.0.0.1:0", WRIGHT_STOP_GRACE="0s")
    assert server.get(f"/api/v1/builds/{running['id']}")["status"] == "passed"
    assert server.log(running, "job").endswith("gone on\n")

    # Where builds get no time to finish, they begin anew with the next start.
    again = server.submit(waiting("go"))
    server.wait_for_output(server.wait_for_running(again, "job")["id"], "begun\n", times=1)
    server.stop()
    server = machine.start("wright-server.service", WRIGHT_LISTEN="127.0.0.1:0")
    server.wait_for_output(server.wait_for_running(again, "job")["id"], "begun\n", times=1)
    let_go(machine, "go")
    assert server.wait(again)["status"] == "passed"
    assert server.artifact(first, "made") == b"hello\n"
    assert server.stop() == 0

    # Removed, it leaves settings and data; purged, nothing.
    machine.run("dpkg", "--remove", "wright")
    assert not (machine.folder / "usr/bin/wright").exists()
    assert (machine.folder / "var/lib/wright/wright.db").exists()
    assert (machine.folder / "etc/wright/server.yaml").exists()
    machine.run("dpkg", "--purge", "wright")
    for path in ["var/lib/wright", "var/lib/wright-agent", "etc/wright", "lib/systemd/system/wright-server.service"]:
        assert not (machine.folder / path).exists()
