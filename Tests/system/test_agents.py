"""Agents on other machines: what they survive, and what they may not do."""

import http.server
import json
import signal
import threading
import time

import pytest

from agents import new_token
from harness import command, manifest

# A line a hundredth of a second, numbered, for as long as a file is missing; then so many more.
TALK = "i=0; while [ ! -e {gate} ]; do i=$((i+1)); echo line $i; sleep 0.02; done; seq -f 'rest %.0f' 500; echo last"


def lines(log):
    """The numbers of TALK's lines, as far as they are output and not the commands."""
    return [int(line.split()[1]) for line in log.splitlines() if line.startswith("line ")]


def complete(log):
    """True where nothing of TALK's output is missing, doubled, or out of order."""
    numbers = lines(log)
    rest = [int(line.split()[1]) for line in log.splitlines() if line.startswith("rest ")]
    return numbers == list(range(1, len(numbers) + 1)) and rest == list(range(1, 501)) and "\nlast\n" in log


def talking(server, tmp_path, marker):
    """A build that talks until its gate is opened; returns it, its job, and the gate."""
    gate = tmp_path / f"gate-{marker}"
    build = server.submit(manifest(TALK.format(gate=gate)))
    job = server.wait_for_running(build, "job")
    server.wait_for_output(job["id"], "\nline 20\n")
    return build, job, gate


def test_an_agent_runs_builds_with_artifacts_and_its_own_name(start, agents, tmp_path):
    server = start("--agents", "0")
    agent = agents(server, tmp_path / "one", "--slots", "1")
    build = server.run(manifest(
        "echo hello >small; head -c 3000000 /dev/zero >large; echo done", artifacts=["small", "large"]))
    assert build["status"] == "passed", server.log(build, "job")
    assert server.log(build, "job").count("\ndone\n") == 1
    assert server.artifact(build, "small") == b"hello\n"
    assert server.artifact(build, "large") == bytes(3_000_000)
    agent.signal(signal.SIGTERM)
    assert agent.wait() == 0
    assert not list((agent.work / "builds").iterdir())


def test_a_build_on_an_agent_is_killed_at_once(start, agents, tmp_path):
    server = start("--agents", "0")
    agents(server, tmp_path / "one")
    build, _, _ = talking(server, tmp_path, "kill")
    assert server.request("POST", f"/api/v1/builds/{build['id']}/kill").status == 202
    build = server.wait(build)
    assert build["status"] == "killed"
    assert "killed" in server.log(build, "job")


@pytest.mark.parametrize("stop", ["TERM", "KILL"])
def test_a_restart_of_the_server_in_the_middle_loses_nothing(start, agents, tmp_path, stop):
    server = start("--agents", "0", WRIGHT_LEASE="5s")
    agent = agents(server, tmp_path / "one")
    build, job, gate = talking(server, tmp_path, stop)
    server.listen = server.host
    if stop == "KILL":
        server.kill()
    else:
        assert server.stop() == 0
    # Longer than the lease: nobody could renew it, and it counts from the server's start.
    time.sleep(6)
    server.start()
    server.wait_for_output(job["id"], "\nline 300\n")
    gate.touch()
    build = server.wait(build)
    assert build["status"] == "passed" and build["attempt"] == 1, agent.log()
    assert complete(server.log(build, "job"))
    assert agent.log().count("server does not answer") == 1, agent.log()


def test_a_build_that_ends_while_the_server_is_away_is_told_afterwards(start, agents, tmp_path):
    server = start("--agents", "0", WRIGHT_LEASE="5s")
    agent = agents(server, tmp_path / "one")
    build, job, gate = talking(server, tmp_path, "away")
    server.listen = server.host
    server.kill()
    gate.touch()
    # Its processes end; nobody is there to hear of it.
    time.sleep(6)
    server.start()
    build = server.wait(build)
    assert build["status"] == "passed" and build["attempt"] == 1, agent.log()
    assert complete(server.log(build, "job"))


def test_a_cut_and_a_frozen_network_lose_no_byte(start, agents, network, tmp_path):
    server = start("--agents", "0", WRIGHT_LEASE="60s")
    between = network(server.host)
    agent = agents(server, tmp_path / "one", url=between.url)
    build, job, gate = talking(server, tmp_path, "net")
    for _ in range(5):
        between.cut()
        time.sleep(0.3)
    between.freeze()
    time.sleep(5)
    between.thaw()
    gate.touch()
    build = server.wait(build)
    assert build["status"] == "passed" and build["attempt"] == 1, agent.log()
    assert complete(server.log(build, "job"))


def test_an_agent_that_is_frozen_past_its_lease_writes_nothing_more(start, agents, tmp_path):
    server = start("--agents", "0", WRIGHT_LEASE="2s")
    frozen = agents(server, tmp_path / "frozen")
    build, job, gate = talking(server, tmp_path, "frozen")
    frozen.signal(signal.SIGSTOP)
    other = agents(server, tmp_path / "other")
    # The other one begins the build anew.
    server.wait_for_output(job["id"], "attempt 2 begins")
    frozen.signal(signal.SIGCONT)
    end = time.monotonic() + 30
    while "lease lost" not in frozen.log() and time.monotonic() < end:
        time.sleep(0.1)
    assert "lease lost" in frozen.log()
    gate.touch()
    build = server.wait(build)
    assert build["status"] == "passed" and build["attempt"] == 2, other.log()
    log = server.log(build, "job")
    first, second = log.split("wright: attempt 2 begins\n")
    assert complete("\n" + second)
    assert lines(first) == list(range(1, len(lines(first)) + 1))


def test_an_agent_that_was_killed_leaves_nothing_and_its_build_is_begun_anew(start, agents, tmp_path):
    server = start("--agents", "0", WRIGHT_LEASE="60s")
    agent = agents(server, tmp_path / "one", name="same")
    build, job, gate = talking(server, tmp_path, "lost")
    agent.kill()
    assert list((agent.work / "builds").iterdir())
    # The same agent again: what it had goes back at once, not only when the lease has run out.
    begun = time.monotonic()
    agent.start()
    server.wait_for_output(job["id"], "attempt 2 begins")
    assert time.monotonic() - begun < 50
    gate.touch()
    build = server.wait(build)
    assert build["status"] == "passed" and build["attempt"] == 2
    assert len(list((agent.work / "builds").iterdir())) == 0
    assert not list((agent.work / "spool").iterdir())


def test_a_build_of_an_agent_that_never_comes_back_goes_to_another(start, agents, tmp_path):
    server = start("--agents", "0", WRIGHT_LEASE="2s")
    agent = agents(server, tmp_path / "one")
    build, job, gate = talking(server, tmp_path, "gone")
    agent.kill()
    agents(server, tmp_path / "two")
    server.wait_for_output(job["id"], "attempt 2 begins")
    gate.touch()
    assert server.wait(build)["status"] == "passed"


def test_an_agent_that_drains_ends_what_it_runs_and_takes_nothing_new(start, agents, tmp_path):
    server = start("--agents", "0")
    agent = agents(server, tmp_path / "one")
    build, job, gate = talking(server, tmp_path, "drain")
    agent.signal(signal.SIGTERM)
    server.wait_for_output(job["id"], f"\nline {lines(server.log(build, 'job'))[-1] + 50}\n")
    waiting = server.submit(manifest("true"))
    gate.touch()
    assert server.wait(build)["status"] == "passed"
    assert agent.wait() == 0
    assert server.get(f"/api/v1/builds/{waiting['id']}")["status"] == "queued"


def test_a_second_signal_gives_builds_back(start, agents, tmp_path):
    server = start("--agents", "0", WRIGHT_LEASE="60s")
    agent = agents(server, tmp_path / "one")
    build, job, gate = talking(server, tmp_path, "back")
    agent.signal(signal.SIGTERM)
    while "draining" not in agent.log():
        time.sleep(0.05)
    agent.signal(signal.SIGTERM)
    assert agent.wait() == 0
    found = server.get(f"/api/v1/builds/{build['id']}")
    assert found["status"] == "queued" and found["attempt"] == 0
    agents(server, tmp_path / "two")
    gate.touch()
    assert server.wait(build)["status"] == "passed"


def test_a_drain_timeout_gives_builds_back(start, agents, tmp_path):
    server = start("--agents", "0", WRIGHT_LEASE="60s")
    agent = agents(server, tmp_path / "one", "--drain-timeout", "1s")
    build, _, _ = talking(server, tmp_path, "timeout")
    agent.signal(signal.SIGTERM)
    assert agent.wait() == 0
    assert server.get(f"/api/v1/builds/{build['id']}")["status"] == "queued"


def test_many_builds_on_two_agents_each_end_once(start, agents, tmp_path):
    server = start("--agents", "0")
    ones = [agents(server, tmp_path / name, "--slots", "2") for name in ("left", "right")]
    builds = [server.submit(manifest(f"echo number {i}; seq 100", artifacts=[])) for i in range(60)]
    for i, build in enumerate(builds):
        ended = server.wait(build)
        assert ended["status"] == "passed" and ended["attempt"] == 1
        log = server.log(ended, "job")
        assert log.count(f"\nnumber {i}\n") == 1 and log.endswith("\n100\n")
    for agent in ones:
        agent.signal(signal.SIGTERM)
        assert agent.wait() == 0
        assert "build begins" in agent.log()


def test_a_large_artifact_goes_on_after_a_cut(start, agents, network, tmp_path):
    server = start("--agents", "0")
    between = network(server.host)
    agent = agents(server, tmp_path / "one", url=between.url)
    between.cut_at = 90_000_000
    size = 200_000_000
    build = server.run(manifest(
        f"head -c {size} /dev/urandom >big; sha256sum big", artifacts=["big"]))
    assert build["status"] == "passed", agent.log()
    found = server.artifacts(build)["big"]
    assert found["size"] == size
    assert f"{found['sha256']}  big" in server.log(build, "job")
    # What had come was not sent again.
    assert between.cut_at is None and between.moved < size * 1.3, between.moved
    assert not list((server.data / "agent-uploads").iterdir())


def test_an_artifact_goes_on_after_a_restart_of_the_server(start, agents, network, tmp_path):
    server = start("--agents", "0", WRIGHT_LEASE="60s")
    between = network(server.host)
    agent = agents(server, tmp_path / "one", url=between.url)
    between.cut_at = 50_000_000
    size = 120_000_000
    server.listen = server.host
    build = server.submit(manifest(f"head -c {size} /dev/urandom >big; sha256sum big", artifacts=["big"]))
    while between.cut_at is not None:
        time.sleep(0.01)
    server.kill()
    server.start()
    build = server.wait(build)
    assert build["status"] == "passed" and build["attempt"] == 1, agent.log()
    assert f"{server.artifacts(build)['big']['sha256']}  big" in server.log(build, "job")


def test_a_wrong_token_is_said_and_ends_the_agent(start, agents, tmp_path):
    server = start("--agents", "0")
    for token in ("wr_nonsense", server.token):
        agent = agents(server, tmp_path / "one", token=token)
        assert agent.wait() == 1
        assert "does not accept the token" in agent.log().splitlines()[-1]
    result = command("agent", "--server", server.url, "--work", tmp_path / "none")
    assert result.returncode == 2 and "token is missing" in result.stderr


def test_a_token_of_an_agent_opens_nothing_else(start):
    server = start("--agents", "0")
    token = new_token(server)
    headers = {"Authorization": f"Bearer {token}"}
    for method, path in [("GET", "/api/v1/builds"), ("POST", "/api/v1/builds"), ("GET", "/api/v1/tokens")]:
        assert server.request(method, path, headers=headers).status == 401
    assert server.request("POST", "/api/v1/agent/claims", "{}").status == 401


def claim(server, token, **fields):
    body = {
        "agent": "hand", "sequence": 1, "holding": [], "slots": 1, "busy": 0, "drivers": ["host"], "labels": {},
        "version": "0", "protocol": 1, "wait_seconds": 0,
        "machine": {"host": "h", "system": "s", "architecture": "a", "processors": 1, "memory": 1}, **fields}
    return server.request(
        "POST", "/api/v1/agent/claims", body,
        headers={"Authorization": f"Bearer {token}", "Wright-Agent": "hand-made.process-1"})


def test_another_version_is_refused_in_words(start):
    server = start("--agents", "0")
    response = claim(server, new_token(server), protocol=99, version="9.9")
    assert response.status == 409
    problem = json.loads(response.body)
    assert problem["type"] == "urn:wright:agent-version"
    assert "9.9" in problem["detail"] and "install the server's version" in problem["detail"]


def test_an_agent_of_another_version_says_so_and_ends(start, agents, tmp_path):
    class Newer(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps({"type": "urn:wright:agent-version", "title": "Conflict", "status": 409,
                               "detail": "this server is Wright 9.9: install its version"}).encode()
            self.send_response(409)
            self.send_header("Content-Type", "application/problem+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    newer = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Newer)
    threading.Thread(target=newer.serve_forever, daemon=True).start()
    try:
        agent = agents(None, tmp_path / "one", url=f"http://127.0.0.1:{newer.server_port}", token="wr_token")
        assert agent.wait() == 1
        assert agent.log().splitlines()[-1] == "wright: this server is Wright 9.9: install its version"
    finally:
        newer.shutdown()
        newer.server_close()


def test_a_lease_is_its_process_s_alone(start):
    server = start("--agents", "0")
    token, other = new_token(server), new_token(server)
    server.submit(manifest("true"))
    assignment = json.loads(claim(server, token).body)["assignment"]
    build, fence = assignment["lease"]["build"], assignment["lease"]["fence"]

    def renew(agent, fence, token):
        return server.request(
            "POST", f"/api/v1/agent/leases/{build}/renewals", "",
            headers={"Authorization": f"Bearer {token}", "Wright-Agent": agent, "Wright-Fence": str(fence)})

    assert renew("hand-made.process-1", fence, token).status == 200
    for agent, number in [("hand-made.process-2", fence), ("hand-made.process-1", fence + 1)]:
        response = renew(agent, number, other)
        assert response.status == 409 and json.loads(response.body)["type"] == "urn:wright:stale-lease"
    # It was given to a process that says that it does not have it: it comes once more, under another fence.
    again = json.loads(claim(server, token, sequence=2).body)["assignment"]
    assert again["lease"]["build"] == build and again["lease"]["fence"] > fence
    assert renew("hand-made.process-1", fence, token).status == 409


def test_an_agent_waits_for_a_server_that_is_not_there_yet(start, agents, tmp_path):
    server = start("--agents", "0")
    token = new_token(server)
    server.listen = server.host
    server.stop()
    agent = agents(server, tmp_path / "one", token=token)
    while "server does not answer" not in agent.log():
        time.sleep(0.05)
    server.start()
    assert server.run(manifest("true"))["status"] == "passed"
    assert agent.log().count("server does not answer") == 1
