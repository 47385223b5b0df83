"""The build WebSocket with a client that we have not written, and the real Nix."""

import json
import pathlib
import socket as sockets
import subprocess
import time

import pytest
from websockets.exceptions import InvalidStatus

from harness import FINAL, manifest
from nix_world import answers, job, newest, opened, output, run, server, world  # noqa: F401


def shape(message):
    """A message with its time checked and left out."""
    assert abs(message["timestamp"] / 1000 - time.time()) < 600
    assert isinstance(message["timestamp"], int)
    return {name: value for name, value in message.items() if name != "timestamp"}


def test_a_build_is_told_from_its_beginning_to_its_end(server, world):
    found, code = run(server, job(world.expression("echo one; echo two >&2; echo > $out")))
    assert code == 1000
    assert shape(found[0]) == {"msg": "Start Building", "jobStatus": "starting"}
    assert shape(found[-1]) == {"msg": "Build was successfull", "buildExitCode": 0, "jobStatus": "success"}
    assert {"stdout": "one", "jobStatus": "running"} in [shape(m) for m in found]
    lines = output(found)
    assert lines.index("one") < lines.index("two")
    build = newest(server)
    assert build["status"] == "passed"
    log = server.log(build, "nix")
    assert "one\ntwo\n" in log
    assert [line for line in log.splitlines() if line.strip()] == lines


def test_outputs_of_a_cloned_flake_are_built(server, world):
    flake = world.flake("cloned", a="echo from a; echo A > $out", b="read x < {a}; echo b has $x; echo B > $out")
    subprocess.run(["git", "branch", "side"], cwd=flake, check=True)
    for git in ({"branch": "side"}, {"branch": ""}, {}):
        found, code = run(server, job("nix build .#b", {"noClone": False, "repository": f"file://{flake}", **git}))
        assert code == 1000, found
    assert newest(server)["commit"]
    lines = [line for line in output(found) if not line.startswith("wright: ")]
    assert not any("from a" in line for line in lines), "it was built before"


def test_a_flake_without_a_clone_and_its_log(server, world):
    flake = world.flake("plain", x="echo building x; echo > $out")
    found, code = run(server, job(f"nix build {flake}#x"))
    assert code == 1000, found
    assert "x> building x" in output(found)
    assert any(line.startswith("building '/nix/store/") for line in output(found))


@pytest.mark.parametrize("text", ["{", "", "nothing", '{"a":1,}', b"{}", b'{"git":{"noClone":true}}'])
def test_what_is_not_json(server, text):
    found, code = run(server, text)
    assert [shape(m) for m in found] == [{"error": "Not a valid JSON", "jobStatus": "failed"}]
    assert code == 1007


@pytest.mark.parametrize(
    "message", [{}, [], 1, {"git": {}}, {"git": {"noClone": True}, "buildOptions": {"command": "nix"}},
                job("nix", {"noClone": "no"}), job("nix", {"noClone": False}), job("nix", cores="2"),
                job("nix", cachix={"push": False, "more": 1})])
def test_what_the_schema_does_not_allow(server, message):
    found, code = run(server, message)
    assert [shape(m) for m in found] == [{"error": "JSON schema is not valid.", "jobStatus": "failed"}]
    assert code == 1007


@pytest.mark.parametrize("command", ["ls", "", "nix build 'x", "/usr/bin/nix build", "nix-env -q", "sh -c 'nix build'"])
def test_what_is_no_command_of_nix(server, command):
    before = server.get("/api/v1/builds?limit=1")
    found, code = run(server, job(command))
    assert [shape(m) for m in found] == [
        {"error": f"Invalid command: '{command}'", "buildExitCode": 2, "jobStatus": "failed"}]
    assert code == 1007
    assert server.get("/api/v1/builds?limit=1") == before


def test_a_build_that_fails(server, world):
    found, code = run(server, job(world.expression("echo so far; exit 7")))
    assert shape(found[-1]) == {
        "error": "Something went wrong while building. Builder exited with error code 100", "buildExitCode": 100,
        "jobStatus": "failed"} or found[-1]["buildExitCode"] == 1
    assert code == 1011
    assert "so far" in output(found)
    assert newest(server)["status"] == "failed"


def test_a_repository_that_cannot_be_cloned(server, world):
    found, code = run(server, job("nix build", {"noClone": False, "repository": f"file://{world.folder}/none"}))
    assert shape(found[0])["msg"] == "Start Building"
    assert shape(found[-1]) == {
        "error": "Something went wrong while building. Builder exited with error code 128", "buildExitCode": 128,
        "jobStatus": "failed"}
    assert code == 1011


def test_nothing_is_given_to_a_shell(server, world):
    mark = world.folder / "mark"
    for command in (f"nix build .#a;touch {mark}", f"nix build $(touch {mark})", f"nix build `touch {mark}` | touch {mark}",
                    f"nix build & touch {mark}"):
        found, code = run(server, job(command))
        assert code == 1011
    assert not mark.exists()


def test_one_connection_at_a_time(server, world):
    with opened(server) as first:
        for _ in range(2):
            with opened(server) as second:
                found, code = answers(second)
            assert [shape(m) for m in found] == [{"error": "A build job is already running.", "jobStatus": "running"}]
            assert code == 1011
        first.send(json.dumps(job(world.expression("echo first > $out"))))
        found, code = answers(first)
        assert code == 1000
    found, code = run(server, job(world.expression("echo next > $out")))
    assert code == 1000
    with opened(server):
        pass
    with opened(server) as again:
        again.send("{")
        assert answers(again)[1] == 1007


def test_a_client_that_goes_away_does_not_lose_the_build(server, world):
    gate = world.folder / "gate"
    with opened(server) as socket:
        socket.send(json.dumps(job(world.expression(
            f"echo waiting; until test -e {gate}; do sleep 0.05; done; echo done; echo > $out"))))
        while "waiting" not in json.loads(socket.recv(timeout=60)).get("stdout", ""):
            pass
        # Without a word.
        socket.socket.shutdown(sockets.SHUT_RDWR)
    build = newest(server)
    assert build["status"] == "running"
    with opened(server) as following:
        following.send(json.dumps(job("nix --version")))
        gate.write_text("")
        assert answers(following)[1] == 1000
    assert server.wait(build)["status"] == "passed"
    assert "done" in server.log(build, "nix")


def test_a_killed_build(server, world):
    with opened(server) as socket:
        socket.send(json.dumps(job(world.expression("echo asleep; sleep 600"))))
        while "asleep" not in json.loads(socket.recv(timeout=60)).get("stdout", ""):
            pass
        build = newest(server)
        server.json("POST", f"/api/v1/builds/{build['id']}/kill", status=202)
        found, code = answers(socket)
    assert code == 1011
    assert shape(found[-1])["jobStatus"] == "failed"
    assert found[-1]["buildExitCode"] > 128 or found[-1]["buildExitCode"] == 1
    assert server.wait(build)["status"] == "killed"


@pytest.mark.parametrize("options", [
    {"additional_headers": {}}, {"additional_headers": {"Authorization": "Bearer wrong"}},
    {"additional_headers": {}, "subprotocols": ["wrong"]}, {"additional_headers": {"Authorization": "Basic eDp5"}}])
def test_without_a_token_there_is_no_upgrade(server, options):
    with pytest.raises(InvalidStatus) as refusal:
        with opened(server, **options):
            pass
    assert refusal.value.response.status_code == 401
    assert refusal.value.response.headers["Content-Type"] == "application/problem+json"


def test_a_token_as_the_first_subprotocol(server):
    with opened(server, additional_headers={}, subprotocols=[server.token, "other"]) as socket:
        assert socket.subprotocol == server.token
        socket.send("{")
        assert answers(socket)[1] == 1007


def test_a_plain_request_is_told_what_to_do(server):
    response = server.request("GET", "/api/v1/build")
    assert response.status == 426
    assert response.getheader("Upgrade") == "websocket"
    assert server.request("POST", "/api/v1/build", body={}).status == 405
    health = server.request("GET", "/api/v1/healthcheck", token=False)
    assert (health.status, health.body) == (200, b"Everyting seems healthy!")
    assert health.getheader("Content-Type").startswith("text/plain")
    assert server.request("POST", "/api/v1/healthcheck", body={}, token=False).status == 405


def test_authentication_can_be_switched_off(start, world):
    server = start(WRIGHT_WEBSOCKET_AUTHENTICATION="off", **world.environment)
    found, code = run(server, job("nix --version"), additional_headers={})
    assert code == 1000
    assert any(line.startswith("nix (Nix)") for line in output(found))
    assert server.request("GET", "/api/v1/builds", token=False).status == 401


def test_lines_are_never_split_or_joined(server, world):
    script = (
        "printf 'no end'; sleep 0.1; printf ' yet\\n\\n'; printf 'bad \\377 byte\\n'; printf '\\033[31mred\\033[0m\\n'; "
        "head -c 70000 /dev/zero | tr '\\0' x; echo; echo ä; echo > $out")
    found, code = run(server, job(world.expression(script.replace("$out", "$out"))))
    assert code == 1000, found
    lines = output(found)
    assert "no end yet" in lines
    assert "bad \ufffd byte" in lines
    assert "red" in lines
    assert "ä" in lines
    assert "" not in lines
    assert all(len(line.encode()) <= 65536 for line in lines)
    assert "".join(line for line in lines if set(line) == {"x"}) == "x" * 70000


def test_every_option_reaches_nix(server, world):
    found, code = run(server, job(
        "nix show-config", extraArgs="--option timeout 77", cores=3, maxJobs=5, keep_going=True,
        substituters=["file:///one", "file:///two"], trustedPublicKeys=[
            "k-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY="]))
    assert code == 1000, found
    lines = output(found)
    for line in ("cores = 3", "max-jobs = 5", "keep-going = true", "timeout = 77"):
        assert line in lines
    assert any(l.startswith("substituters = ") and "file:///one" in l and "file:///two" in l for l in lines)
    assert any(l.startswith("trusted-public-keys = ") and "k-1:6NCHdD59" in l for l in lines)


def test_later_clients_send_the_same_in_another_form(server, world):
    message = {
        "git_config": {"id": 1, "noclone": True}, "builder": {"id": 1}, "cachix_config": {"id": 1, "push": False},
        "build_options": {"id": 1, "command": world.expression("echo later; echo > $out"), "cores": 1,
                          "substituters": []}}
    found, code = run(server, message)
    assert code == 1000, found
    assert "later" in output(found)


def test_secrets_are_nowhere(server, world):
    secrets = ["gitkey-1a2b3c", "apikey-4d5e6f", "signingkey-7a8b9c"]
    found, _ = run(server, job(
        "nix build --print-build-logs apikey-4d5e6f",
        {"noClone": False, "repository": "http://127.0.0.1:9/none.git", "gitUsername": "me", "gitKey": secrets[0],
         "requiresAuth": True},
        {"push": True, "target": "http://127.0.0.1:9/c", "apiKey": secrets[1], "signingKey": secrets[2]}))
    assert found[-1]["buildExitCode"] == 128
    build = newest(server)
    data = build["trigger"]["data"]
    assert data["git"]["gitKey"] == "xxxxxx"
    assert data["buildOptions"]["cachix"]["apiKey"] == "xxxxxx"
    assert data["buildOptions"]["cachix"]["signingKey"] == "xxxxxx"
    assert data["git"]["gitUsername"] == "me"
    shown = json.dumps(found) + json.dumps(server.get(f"/api/v1/builds/{build['id']}"))
    shown += "".join(server.log(build, job["name"]) for job in server.get(f"/api/v1/builds/{build['id']}/jobs"))
    for secret in secrets:
        assert secret not in shown
    for path in server.data.rglob("*"):
        if path.is_file() and path.name != "admin-token":
            content = path.read_bytes()
            for secret in secrets:
                assert secret.encode() not in content, path
    assert not any(secret in server.stderr() for secret in secrets)


def test_a_server_that_stops_closes_the_socket_and_goes_on_later(start, world):
    gate = world.folder / "later"
    server = start(WRIGHT_STOP_GRACE="0s", **world.environment)
    with opened(server) as socket:
        socket.send(json.dumps(job(world.expression(
            f"echo waiting; until test -e {gate}; do sleep 0.05; done; echo > $out"))))
        while "waiting" not in json.loads(socket.recv(timeout=60)).get("stdout", ""):
            pass
        server.process.terminate()
        _, code = answers(socket)
    assert code == 1011
    assert server.process.wait(timeout=60) == 0
    gate.write_text("")
    server.start()
    build = server.wait(newest(server))
    assert build["status"] in FINAL and build["status"] == "passed"


def test_a_build_outlives_a_server_that_is_killed(start, world):
    gate = world.folder / "after-the-kill"
    server = start(**world.environment)
    with opened(server) as socket:
        socket.send(json.dumps(job(world.expression(
            f"echo waiting; until test -e {gate}; do sleep 0.05; done; echo > $out"))))
        while "waiting" not in json.loads(socket.recv(timeout=60)).get("stdout", ""):
            pass
        server.kill()
        assert answers(socket)[1] is None
    gate.write_text("")
    server.start()
    assert server.wait(newest(server))["status"] == "passed"


def test_hundreds_of_connections_that_are_refused_leave_nothing_behind(server):
    with opened(server) as first:
        for _ in range(200):
            with opened(server) as other:
                assert answers(other)[1] == 1011
        first.send("{")
        assert answers(first)[1] == 1007
    descriptors = len(list(pathlib.Path(f"/proc/{server.process.pid}/fd").iterdir()))
    assert descriptors < 150


def test_many_pings_and_fragments_do_no_harm(server):
    with opened(server) as socket:
        for number in range(50):
            assert socket.ping(str(number)).wait(60)
        text = json.dumps(job("nix --version"))
        socket.send(text[n:n + 7] for n in range(0, len(text), 7))
        socket.send("ignored")
        found, code = answers(socket)
    assert code == 1000
    assert len([m for m in found if m.get("msg") == "Start Building"]) == 1


def test_a_message_that_is_too_long(server):
    with opened(server) as socket:
        socket.send("x" * (3 << 20))
        found, code = answers(socket)
    assert (found, code) == ([], 1009)


def test_a_build_sees_nothing_of_the_server(server, world):
    outside = pathlib.Path("/etc/wright-test-written")
    other = server.submit(manifest("echo other > file; sleep 0.1"))
    server.wait(other)
    data, work = server.data, server.data / "work"
    script = (
        f"cat {data}/admin-token; ls -la {data} {work}; echo > {outside}; "
        f"tr '\\0' '\\n' < /proc/{server.process.pid}/environ; ls /proc | grep -c '^[0-9]'; echo > $out")
    found, code = run(server, job(world.expression(script)))
    assert code == 1000, found
    text = "\n".join(output(found))
    assert server.token not in text and "wright.db" not in text
    assert not outside.exists()
    found, code = run(server, job(f"nix eval --impure --expr 'builtins.readFile {data}/admin-token'"))
    assert code == 1011
    assert server.token not in json.dumps(found)
