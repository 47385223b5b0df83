"""Several servers on one PostgreSQL database: one leads, the others follow."""

import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time

import pytest

from agents import Agent
from data_stores import Postgres, lasting_port
from generated import postgres_url
from harness import BINARY, FINAL, Server, command, manifest

SLOW = manifest("for i in 1 2 3 4 5; do echo line $i; sleep 0.1; done")
COUNT = manifest("for i in 1 2 3 4 5; do echo line $i; done")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    postgres = Postgres(tmp_path_factory.mktemp("postgres") / "server")
    yield postgres
    postgres.stop()


class Cluster:
    """Servers that share a database, a key, and what `storage` says, or else a folder of artifacts and one of logs; each
    has a data folder and a port."""

    def __init__(self, postgres, folder, *storage):
        self.postgres = postgres
        self.folder = folder
        self.storage = storage or ("--artifacts", str(folder / "artifacts"), "--logs", str(folder / "logs"))
        self.database = f"w{abs(hash(str(folder))) % 10 ** 12}"
        postgres.sql(
            f"CREATE DATABASE {self.database} OWNER shop", user="postgres", password="postgres", database="postgres")
        self.servers = []

    def server(self, *arguments, **environment):
        """One more, not started yet."""
        number = len(self.servers) + 1
        server = Server(
            self.folder / f"server-{number}", *self.storage, "--sealing-key", str(self.folder / "key"), *arguments,
            **{"WRIGHT_DATABASE": postgres_url(self.postgres, database=self.database), **environment})
        server.listen = f"127.0.0.1:{lasting_port()}"
        self.servers.append(server)
        return server

    def start(self, count, *arguments, **environment):
        started = []
        for _ in range(count):
            server = self.server(*arguments, **environment)
            server.token = self.servers[0].token
            started.append(server.start())
        return started

    def stop(self):
        for server in self.servers:
            if server.process and server.process.poll() is None:
                server.process.send_signal(signal.SIGCONT)
        for server in reversed(self.servers):
            server.stop()


@pytest.fixture
def cluster(postgres, tmp_path):
    cluster = Cluster(postgres, tmp_path)
    yield cluster
    cluster.stop()


def role(server):
    return server.get("/readyz")["role"]


def wait_for_role(server, *wanted, seconds=60):
    """Waits until the server says that it is this; it may be starting anew."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if role(server) in wanted:
                return
        except (OSError, AssertionError, KeyError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"{server.url} is not {wanted}\n{server.stderr()[-3000:]}")


def wait_for_end(server, count=1):
    """Waits until so many builds have ended."""
    for event, _, data in server.events("/api/v1/events"):
        if event == "build" and data["status"] in FINAL:
            if sum(b["status"] in FINAL for b in server.get("/api/v1/builds?limit=200")) >= count:
                return


def wait_for_ended(server, count):
    """Waits until so many builds have ended, by looking: events of a time without a leader may be left out."""
    end = time.monotonic() + 120
    while sum(b["status"] in FINAL for b in server.get("/api/v1/builds?limit=200")) < count:
        assert time.monotonic() < end
        time.sleep(0.1)


def lines(server, build, job="job"):
    return [line for line in server.log(build, job).splitlines() if line.startswith("line ")]


def test_a_server_that_follows_answers_everything(cluster):
    leader, follower = cluster.start(2)
    assert [role(leader), role(follower)] == ["leading", "following"]
    assert follower.get("/readyz")["leader"] == leader.get("/readyz")["leader"]
    for server in (leader, follower):
        for other in (leader, follower):
            build = server.run(COUNT, tags=["one"], comment="æ")
            assert build["status"] == "passed"
            # Lists, logs and lines of logs, through the other one, too.
            assert build["id"] in [b["id"] for b in other.get("/api/v1/builds?tag=one")]
            assert lines(other, build) == [f"line {i}" for i in range(1, 6)]
            job = next(j for j in other.get(f"/api/v1/builds/{build['id']}/jobs") if j["name"] == "job")
            found = other.get(f"/api/v1/jobs/{job['id']}/log/lines?from=0&limit=100")
            assert found["ended"] and "line 3" in [line["text"] for line in found["lines"]]
    # Pages, and who may see them.
    assert follower.request("GET", f"/builds/{build['id']}", token=False).status == 303
    for path in ("/builds", f"/builds/{build['id']}", f"/builds/{build['id']}?log=plain", "/caches", "/metrics"):
        assert follower.request("GET", path, headers={"Accept": "text/html"}).status == 200, path
    assert follower.request("GET", f"/api/v1/jobs/{job['id']}/log", token=False).status == 401
    assert follower.request("POST", "/api/v1/builds", {"manifest": COUNT}, token=False).status == 401
    assert follower.request("GET", "/api/v1/nothing").status == 404
    assert b'wright_server_leading{server="' in follower.request("GET", "/metrics").body


def test_headers_ranges_and_refusals_come_through_as_they_are(cluster):
    leader, follower = cluster.start(2)
    build = leader.run(manifest("head -c 300000 /dev/urandom >big", artifacts=["big"]) )
    job = next(j for j in leader.get(f"/api/v1/builds/{build['id']}/jobs") if j["name"] == "job")
    for method, path, headers in [
        ("GET", f"/api/v1/jobs/{job['id']}/log", {}), ("GET", f"/api/v1/jobs/{job['id']}/log", {"Range": "bytes=2-7"}),
        ("GET", f"/api/v1/jobs/{job['id']}/log", {"Range": "bytes=99999999-"}),
        ("GET", f"/api/v1/builds/{build['id']}/artifacts/big", {}),
        ("HEAD", f"/api/v1/builds/{build['id']}/artifacts/big", {}),
        ("POST", "/api/v1/builds", {"Content-Type": "application/json"}), ("DELETE", "/api/v1/tokens/12345", {}),
    ]:
        one, other = (server.request(method, path, headers=headers) for server in (leader, follower))
        assert (one.status, one.body) == (other.status, other.body), path
        names = [sorted(k.lower() for k, _ in r.getheaders() if k.lower() != "transfer-encoding") for r in (one, other)]
        assert names[0] == names[1], (path, names)
    # A body that is larger than what is kept of it.
    large = {"manifest": "x" * 300_000}
    assert follower.request("POST", "/api/v1/builds", large).status == leader.request("POST", "/api/v1/builds", large).status


def test_a_session_that_one_server_has_opened_is_one_on_all(cluster):
    leader, follower = cluster.start(2)
    own = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    answer = follower.request("POST", "/sign-in", f"token={leader.token}", headers=own, token=False)
    assert answer.status == 303
    cookie = answer.getheader("Set-Cookie").split(";")[0]
    for server in (leader, follower):
        page = server.request("GET", "/builds", headers={"Cookie": cookie}, token=False)
        assert page.status == 200
    # A page of somebody else acts for nobody, through a server that follows neither.
    refused = follower.request(
        "POST", "/sign-out", headers={"Cookie": cookie, "Sec-Fetch-Site": "cross-site"}, token=False)
    assert refused.status == 403
    assert follower.request("POST", "/sign-out", headers={"Cookie": cookie, **own}, token=False).status == 303
    # Who was signed out is so at once, where it was and elsewhere.
    for server in (leader, follower):
        end = time.monotonic() + 30
        while server.request("GET", "/builds", headers={"Cookie": cookie}, token=False).status == 200:
            assert time.monotonic() < end
            time.sleep(0.02)


def test_a_live_log_and_events_come_through_a_server_that_follows(cluster, tmp_path):
    leader, follower = cluster.start(2)
    gate = tmp_path / "gate"
    gate.mkdir(mode=0o777)
    os.chmod(gate, 0o777)
    build = follower.submit(manifest("echo begun", "for i in 1 2 3; do sleep 0.3; echo later $i; done"))
    job = follower.wait_for_running(build, "job")
    seen = follower.wait_for_output(job["id"], "later 1")
    assert "begun" in seen
    # While it still runs, or it would not be live.
    events = [event for event, _, _ in follower.events(f"/api/v1/builds/{build['id']}/events")]
    assert events[-1] == "end"
    assert follower.wait(build)["status"] == "passed"
    # All builds of the caller's, as they change.
    seen, ready = [], threading.Event()

    def watch():
        for event, _, data in follower.events("/api/v1/events"):
            ready.set()
            if event == "build":
                seen.append((data["id"], data["status"]))
                if data["status"] in FINAL:
                    return

    first = leader.submit(manifest("sleep 1"))
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    ready.wait(30)
    watcher.join(60)
    assert (first["id"], "passed") in seen


def test_tokens_that_are_revoked_end_streams_on_all_servers(cluster):
    leader, follower = cluster.start(2)
    made = leader.json("POST", "/api/v1/tokens", {"comment": "x"}, status=201)
    other = Server(follower.data)
    other.host, other.token = follower.host, made["token"]
    stream = other.events("/api/v1/events")
    ended = threading.Event()

    def read():
        try:
            for _ in stream:
                pass
        except OSError:
            pass
        except http.client.HTTPException:
            pass
        finally:
            ended.set()

    threading.Thread(target=read, daemon=True).start()
    assert other.request("GET", "/api/v1/builds").status == 200
    assert leader.request("DELETE", f"/api/v1/tokens/{made['id']}").status == 204
    assert ended.wait(60)
    assert other.request("GET", "/api/v1/builds").status == 401


def test_a_follower_takes_the_place_of_a_leader_that_is_killed(cluster):
    leader, second, third = cluster.start(3)
    builds = [second.run(COUNT)]
    leader.kill()
    # Held until somebody leads, and then done.
    builds += [third.submit(COUNT) for _ in range(3)]
    wait_for_role(second, "leading", "following")
    wait_for_role(third, "leading", "following")
    roles = sorted([role(second), role(third)])
    assert roles == ["following", "leading"]
    terms = {s["id"]: s["term"] for s in second.get("/api/v1/servers")}
    assert sorted(terms.values())[-1] == 2
    # The one that has gone comes back, and follows.
    leader.start()
    wait_for_role(leader, "following")
    listed = command("servers", server=leader).stdout
    assert listed.count("following") == 2 and listed.count("leading") == 1 and "(this)" in listed
    # What it had done is there: its logs are where all of them reach them.
    assert lines(leader, builds[0]) == [f"line {i}" for i in range(1, 6)]
    # And what was submitted meanwhile was run by the agent of the one that leads now.
    for build in builds:
        assert leader.wait(build)["status"] == "passed"
        assert lines(leader, build) == [f"line {i}" for i in range(1, 6)]


def test_no_build_of_agents_elsewhere_is_lost_when_servers_are_killed(cluster):
    leader, second, third = cluster.start(3, "--agents", "0")
    token = leader.json("POST", "/api/v1/tokens", {"kind": "agent"}, status=201)["token"]
    # They speak to a server that follows, and goes on doing so or leads.
    agents = [Agent(third, cluster.folder / f"agent-{n}", token=token).start() for n in range(2)]
    try:
        builds = [third.submit(SLOW) for _ in range(40)]
        wait_for_ended(third, 10)
        leader.kill()
        wait_for_ended(third, 20)
        wait_for_role(third, "leading", "following")
        victim, survivor = (second, third) if role(third) == "leading" else (third, second)
        if victim is second:
            # One that only follows.
            victim.kill()
        for build in builds:
            found = survivor.wait(build)
            assert (found["status"], found["attempt"]) == ("passed", 1), found
            assert lines(survivor, build) == [f"line {i}" for i in range(1, 6)]
        assert len({b["number"] for b in builds}) == 40
    finally:
        for agent in agents:
            agent.stop()


def test_a_frozen_leader_is_replaced_and_follows_when_it_wakes(cluster):
    leader, follower = cluster.start(2)
    build = leader.submit(manifest("sleep 600"))
    leader.wait_for_running(build, "job")
    old = leader.process.pid
    leader.process.send_signal(signal.SIGSTOP)
    try:
        wait_for_role(follower, "leading")
        made = follower.submit(COUNT)
        # The build of the agent that was frozen with its server waits again, or is begun anew.
        assert follower.get(f"/api/v1/builds/{build['id']}")["status"] in ("queued", "running")
    finally:
        leader.process.send_signal(signal.SIGCONT)
    wait_for_role(leader, "following")
    assert leader.process.poll() is None and leader.process.pid == old
    assert "another server leads: nothing is written any more" in leader.stderr()
    # Its queue is the other's: nothing that it knew is written, and all that is asked of it is done there.
    assert {b["id"] for b in leader.get("/api/v1/builds")} == {build["id"], made["id"]}
    assert leader.json("POST", f"/api/v1/builds/{build['id']}/kill", status=202)["id"] == build["id"]
    assert follower.wait(build)["status"] == "killed"


def test_a_restart_of_the_database_leaves_one_leader_and_loses_nothing(cluster, postgres):
    servers = cluster.start(2)
    builds = []
    for number in range(20):
        if number == 8:
            postgres.process.send_signal(signal.SIGQUIT)
            postgres.process.wait()
            postgres.start()
        end = time.monotonic() + 90
        while True:
            answer = servers[number % 2].request("POST", "/api/v1/builds", {"manifest": COUNT})
            if answer.status == 201:
                builds.append(json.loads(answer.body)["id"])
                break
            # Where it is not known whether a request took effect, that is said.
            assert answer.status in (502, 503) and time.monotonic() < end, answer.body
            time.sleep(0.2)
    wait_for_role(servers[0], "leading", "following")
    wait_for_role(servers[1], "leading", "following")
    end = time.monotonic() + 60
    while sorted(role(s) for s in servers) != ["following", "leading"]:
        assert time.monotonic() < end
        time.sleep(0.1)
    found = {b["id"] for b in servers[1].get("/api/v1/builds?limit=200")}
    assert set(builds) <= found


def test_what_has_to_be_done_once_is_done_by_one_of_them(cluster, tmp_path):
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", "-b", "main", repository], check=True)
    (repository / ".wright.yml").write_text(COUNT)
    git = ["git", "-C", str(repository), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "one"], check=True)
    leader, follower = cluster.start(2, WRIGHT_GIT_PROTOCOLS="file")
    added = follower.json(
        "POST", "/api/v1/repositories", {"url": f"file://{repository}", "every": 5}, status=201)
    wait_for_end(follower)
    (repository / "more").write_text("x")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "two"], check=True)
    wait_for_end(follower, 2)
    # One build for each of the two commits.
    assert len(follower.get(f"/api/v1/repositories/{added['id']}/builds")) == 2


@pytest.mark.parametrize("arguments, environment, words", [
    (["--sealing-key", "{folder}/other-key"], {}, "give each the same file with --sealing-key"),
    (None, {}, "give each --artifacts"),
])
def test_a_server_that_does_not_fit_says_what_to_do(cluster, tmp_path, arguments, environment, words):
    leader, = cluster.start(1)
    if arguments is None:
        options = ["--sealing-key", str(tmp_path / "key")]
    else:
        options = [*cluster.servers[0].arguments[:4], *(a.format(folder=tmp_path) for a in arguments)]
    done = subprocess.run(
        [BINARY, "serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "stranger"), *options],
        env={"PATH": "/usr/bin:/bin", "WRIGHT_DATABASE": leader.environment["WRIGHT_DATABASE"], **environment},
        capture_output=True, text=True, timeout=90)
    assert done.returncode != 0 and words in done.stderr
    assert "se%20cret" not in done.stderr
    assert role(leader) == "leading"


def test_a_server_of_another_schema_is_refused(cluster, tmp_path):
    leader, = cluster.start(1)
    cluster.postgres.sql("INSERT INTO migrations VALUES (9999, 'later', 0)", database=cluster.database)
    done = subprocess.run(
        [BINARY, "serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "stranger"), *leader.arguments],
        env={"PATH": "/usr/bin:/bin", "WRIGHT_DATABASE": leader.environment["WRIGHT_DATABASE"]},
        capture_output=True, text=True, timeout=90)
    assert done.returncode == 1
    assert "servers of one database have the same version; stop all of them" in done.stderr


def handshake(server, *fields):
    """Asks for the build WebSocket and returns what comes after one message that is no build."""
    host, port = server.host.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall("\r\n".join([
            "GET /api/v1/build HTTP/1.1", f"Host: {server.host}", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *fields, "", ""]).encode())
        stream = connection.makefile("rb")
        status = stream.readline().split()[1].decode()
        headers = dict(line.decode().rstrip().lower().split(": ", 1) for line in iter(stream.readline, b"\r\n"))
        if status != "101":
            return status, headers, stream.read(int(headers["content-length"]))
        connection.sendall(bytes([0x81, 0x82, 0, 0, 0, 0]) + b"{}")
        first, length = stream.read(2)
        return status, headers, first, stream.read(length)


def test_the_websocket_of_builds_is_there_on_all_servers(cluster):
    leader, follower = cluster.start(2)
    for fields in ([f"Authorization: Bearer {leader.token}"], ["Authorization: Bearer wrong"]):
        direct, through = handshake(leader, *fields), handshake(follower, *fields)
        assert direct[0] == through[0] and direct[1].keys() == through[1].keys()
        assert direct[1].get("sec-websocket-accept") == through[1].get("sec-websocket-accept")
        if direct[0] == "101":
            assert direct[2] == through[2] == 0x81
            assert json.loads(through[3])["error"] == json.loads(direct[3])["error"]
        else:
            assert direct[0] == "401" and direct[2] == through[2]
