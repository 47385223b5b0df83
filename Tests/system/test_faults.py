"""Things that go wrong in the middle."""

import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

from harness import BINARY, command, manifest


def processes_with(marker):
    """The commands of living processes whose arguments hold `marker`."""
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if marker.encode() in line and state != "Z":
                found.append(line)
    return found


def gone(marker, seconds=10):
    """True once no process with `marker` is left; gives the kernel a moment to end them."""
    end = time.monotonic() + seconds
    while processes_with(marker):
        if time.monotonic() > end:
            return False
        os.sched_yield()
    return True


DAEMONS = """
setsid nohup sleep {a} >/dev/null 2>&1 </dev/null &
(setsid env -i sleep {a} &) &
sh -c 'trap "" TERM; while :; do sleep {a}; done' &
echo started
sleep {a}
"""


@pytest.mark.parametrize("sandbox", ["auto", "off"])
def test_kill_reaches_the_whole_process_tree(start, sandbox):
    server = start(WRIGHT_SANDBOX=sandbox)
    marker = "7771" if sandbox == "auto" else "7772"
    build = server.submit(manifest(DAEMONS.format(a=marker)))
    job = server.wait_for_running(build, "job")
    server.wait_for_output(job["id"], "\nstarted\n")
    assert processes_with(f"sleep {marker}")
    assert server.request("POST", f"/api/v1/builds/{build['id']}/kill").status == 202
    build = server.wait(build)
    assert build["status"] == "killed"
    assert build["jobs"][1]["status"] == "killed"
    assert gone(f"sleep {marker}")
    assert server.request("POST", f"/api/v1/builds/{build['id']}/kill").status == 409


@pytest.mark.parametrize("sandbox", ["auto", "off"])
def test_a_job_ends_with_its_script_and_leaves_no_daemon(start, sandbox):
    server = start(WRIGHT_SANDBOX=sandbox)
    marker = "7773" if sandbox == "auto" else "7774"
    build = server.run(manifest(f"setsid sleep {marker} & echo done"))
    assert build["status"] == "passed"
    assert "done\n" in server.log(build, "job")
    assert gone(f"sleep {marker}")


def test_kill_of_a_queued_build(start):
    server = start("--agents", "0")
    build = server.submit(manifest("echo never"))
    assert server.request("POST", f"/api/v1/builds/{build['id']}/kill").status == 202
    build = server.wait(build)
    assert build["status"] == "killed"
    assert {j["status"] for j in build["jobs"]} == {"skipped"}


@pytest.mark.parametrize("sandbox", ["auto", "off"])
def test_a_server_killed_in_the_middle_loses_nothing(start, sandbox):
    server = start(WRIGHT_SANDBOX=sandbox)
    marker = "7775" if sandbox == "auto" else "7776"
    finished = server.run(manifest("echo kept"))
    running = server.submit(manifest(f"echo attempt; sleep {marker}"))
    job = server.wait_for_running(running, "job")
    server.wait_for_output(job["id"], "\nattempt\n")
    waiting = [server.submit(manifest(f"echo waiting {n}; sleep 0.1")) for n in range(5)]
    before = server.get(f"/api/v1/builds/{running['id']}/jobs")
    server.kill()
    assert gone(f"sleep {marker}"), "the build outlived the server"

    server.start()
    assert server.log(finished, "job").endswith("\nkept\n")
    # The interrupted build goes on by itself, and its log keeps what the first attempt wrote.
    server.wait_for_output(job["id"], "\nattempt\n", times=2)
    after = server.get(f"/api/v1/builds/{running['id']}/jobs")
    assert [j["name"] for j in after] == [j["name"] for j in before]
    # The job that had ended is done again under another number; who has its page open goes on there.
    assert after[0]["id"] != before[0]["id"]
    page = server.request("GET", f"/builds/{running['id']}/jobs/{before[0]['id']}", headers={"Accept": "text/html"})
    assert page.status == 200 and f'data-selected="{after[0]["id"]}"'.encode() in page.body
    other = server.request("GET", f"/builds/{finished['id']}/jobs/{before[0]['id']}", headers={"Accept": "text/html"})
    assert other.status == 404
    for build in waiting:
        assert server.wait(build)["status"] == "passed"
    server.request("POST", f"/api/v1/builds/{running['id']}/kill")
    assert server.wait(running)["status"] == "killed"
    assert gone(f"sleep {marker}")


def test_what_was_shown_of_a_small_log_outlives_a_killed_server(start):
    server = start(WRIGHT_SANDBOX="off")
    build = server.submit(manifest("for n in 1 2 3 4 5; do echo line $n; done; sleep 7781"))
    job = server.wait_for_running(build, "job")
    seen = server.wait_for_output(job["id"], "line 5\n")
    for attempt in (2, 3):
        server.kill()
        server.start()
        assert server.log(build, "job").startswith(seen)
        seen = server.wait_for_output(job["id"], "line 5\n", times=2 * attempt)
        assert f"wright: attempt {attempt} begins\n" in seen
    server.request("POST", f"/api/v1/builds/{build['id']}/kill")
    assert server.wait(build)["status"] == "killed"
    assert server.log(build, "job").startswith(seen)
    assert gone("sleep 7781")


def test_small_logs_are_complete_wherever_the_server_is_killed(start):
    server = start("--agents", "3", WRIGHT_SANDBOX="off")
    builds = []
    for round in range(6):
        builds += [server.submit(manifest(f"echo build {round}.{n}")) for n in range(8)]
        # Each round a little later in the life of some build.
        server.wait(builds[-8 + round])
        server.kill()
        # A supervisor that was just being forked has the server's lock until it sees that the server has gone.
        for _ in range(200):
            try:
                server.start()
                break
            except RuntimeError as error:
                assert "another wright is using" in str(error)
        else:
            raise AssertionError("the folder is still locked")
    for number, build in enumerate(builds):
        assert server.wait(build)["status"] == "passed"
        line = f"\nbuild {number // 8}.{number % 8}\n"
        assert server.log(build, "job").endswith(line)
        for job in server.get(f"/api/v1/builds/{build['id']}/jobs"):
            log = server.request("GET", f"/api/v1/jobs/{job['id']}/log").body
            assert len(log) == job["log_size"] > 0
    logs = server.data / "logs"
    assert sorted(path.name for path in logs.iterdir()) == ["journal", "live"] and not list((logs / "live").iterdir())


def test_three_lost_attempts_fail_the_build_with_a_reason(start):
    server = start()
    build = server.submit(manifest("echo begun; sleep 7777"))
    for attempt in range(3):
        job = server.wait_for_running(build, "job")
        server.wait_for_output(job["id"], "\nbegun\n", times=attempt + 1)
        server.kill()
        server.start()
    build = server.wait(build)
    assert build["status"] == "failed"
    assert build["reason"]


def test_a_graceful_stop_gives_builds_back(start):
    server = start(WRIGHT_STOP_GRACE="0s")
    build = server.submit(manifest("echo begun; sleep 7778"))
    job = server.wait_for_running(build, "job")
    server.wait_for_output(job["id"], "\nbegun\n")
    assert server.stop() == 0
    assert gone("sleep 7778")
    server.start()
    job = server.wait_for_running(build, "job")
    server.request("POST", f"/api/v1/builds/{build['id']}/kill")
    assert server.wait(build)["status"] == "killed"


def test_a_second_server_on_the_same_folder_is_refused(start):
    server = start()
    second = subprocess.run(
        [BINARY, "serve", "--listen", "127.0.0.1:0", "--data", server.data], capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert str(server.data) in second.stderr and "another" in second.stderr
    assert server.run(manifest("echo still here"))["status"] == "passed"


def test_a_taken_port_is_named(start):
    server = start()
    second = subprocess.run(
        [BINARY, "serve", "--listen", server.host, "--data", str(server.data) + "-2"], capture_output=True, text=True,
        timeout=60)
    assert second.returncode == 1
    assert server.host in second.stderr


def test_a_log_beyond_its_limit_is_cut_and_said(start):
    server = start(WRIGHT_LOG="1MiB")
    build = server.run(manifest("head -c 3000000 /dev/zero | tr '\\0' 'x' | fold -w 100; echo end"))
    assert build["status"] == "passed"
    job = next(j for j in build["jobs"] if j["name"] == "job")
    assert job["log_size"] <= 1 << 20
    log = server.log_bytes(build, "job")
    assert job["log_size"] == len(log)
    missing = re.fullmatch(
        rb"(.*)\nwright: the log has reached its limit; ([0-9,]+) bytes are missing here\n", log, re.DOTALL)
    assert missing, log[-200:]
    assert len(missing[1]) + int(missing[2].replace(b",", b"")) > 3_000_000


def test_a_large_log_in_constant_memory(start):
    server = start()
    build = server.run(manifest("yes 'a line of some forty characters, repeated' | head -c 300000000"))
    assert build["status"] == "passed"
    job = build["jobs"][1]
    assert job["log_size"] > 300_000_000
    assert server.memory_peak() < 200 << 20
    ranged = server.request("GET", f"/api/v1/jobs/{job['id']}/log", headers={"Range": "bytes=299999000-299999099"})
    assert ranged.status == 206 and len(ranged.body) == 100
    lines = server.get(f"/api/v1/jobs/{job['id']}/log/lines?from=5000000&limit=3")
    assert [line["number"] for line in lines["lines"]] == [5000000, 5000001, 5000002]
    assert server.memory_peak() < 200 << 20


def test_ten_thousand_jobs(start):
    server = start("--agents", "0")
    text = "driver: {type: host}\nstages: [s]\njobs:\n" + "- stage: s\n  commands: [\"true\"]\n" * 10_000
    build = server.submit(text)
    assert len(server.get(f"/api/v1/builds/{build['id']}/jobs")) == 10_001


def test_a_client_that_goes_away_does_no_harm(start):
    server = start()
    build = server.submit(manifest("for n in $(seq 300); do echo $n; sleep 0.01; done"))
    job = server.wait_for_running(build, "job")
    for _ in range(50):
        connection = server.connection()
        connection.request("GET", f"/api/v1/jobs/{job['id']}/log", headers={
            "Authorization": f"Bearer {server.token}", "Accept": "text/event-stream"})
        connection.sock.recv(10)
        connection.close()
    build = server.wait(build)
    assert build["status"] == "passed"
    assert "\n300\n" in server.log(build, "job")


def test_the_offline_runner(tmp_path):
    file = tmp_path / "m.yml"
    file.write_text(manifest("echo hello; echo x >out", artifacts=["out"]))
    done = command("run", file, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "hello\n" in done.stdout
    for text, code in [(manifest("exit 3"), 1), ("stages: [", 2), (manifest("sleep 600", head="timeout: 1s"), 124)]:
        file.write_text(text)
        assert command("run", file, cwd=tmp_path).returncode == code, text


def test_the_offline_runner_is_interrupted(tmp_path):
    file = tmp_path / "m.yml"
    file.write_text(manifest("echo begun; sleep 7779"))
    process = subprocess.Popen([BINARY, "run", file], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    for line in process.stdout:
        if line == "begun\n":
            break
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    assert process.wait(timeout=60) == 130
    assert gone("sleep 7779")
