"""The command line, as a person types it."""

import hashlib
import json
import os
import signal
import subprocess

import pytest

from harness import BINARY, ROOT, Server, command, manifest

COMMANDS = ["serve", "run", "lint", "submit", "builds", "show", "logs", "kill", "rerun", "pin", "artifacts", "compare", "repo", "service", "token",
            "version", "help"]


def test_help_lists_every_command():
    done = command("help")
    assert done.returncode == 0
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout, name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    for arguments in ([name, "--help"], ["help", name]):
        done = command(*arguments)
        assert done.returncode == 0, done.stderr
        assert f"wright {name}" in done.stdout
        assert "\x1b[" not in done.stdout


@pytest.mark.parametrize("arguments,words", [
    (["nonsense"], "nonsense"), (["buils"], "builds"), (["builds", "--nonsense"], "--nonsense"),
    (["kill"], "ID"), (["show", "x"], "x"), (["serve", "--listen"], "--listen"),
    (["serve", "--listen", "nowhere"], "nowhere"), (["serve", "--agents", "-1"], "-1"),
])
def test_wrong_usage_is_status_2_and_says_what_is_right(arguments, words):
    done = command(*arguments)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert words in done.stderr and done.stdout == ""


def test_no_server_is_said_plainly():
    done = command("builds", environment={"WRIGHT_SERVER": "http://127.0.0.1:1", "WRIGHT_TOKEN": "x"})
    assert done.returncode == 1
    assert "127.0.0.1:1" in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_wrong_token_says_where_the_right_one_is(server):
    done = command("builds", environment={"WRIGHT_SERVER": server.url, "WRIGHT_TOKEN": "wrong"})
    assert done.returncode == 1
    assert "admin-token" in done.stderr


def test_lint(tmp_path):
    good, bad = tmp_path / "good.yml", tmp_path / "bad.yml"
    good.write_text(manifest("true"))
    bad.write_text("driver:\n  type: host\nstagess: [a]\n")
    assert command("lint", good).returncode == 0
    done = command("lint", good, bad)
    assert done.returncode != 0
    assert f"{bad}:3:1: error: " in done.stdout + done.stderr and "stagess" in done.stdout + done.stderr
    assert command("lint", *sorted((ROOT / "examples").glob("*.yml"))).returncode == 0


def test_a_build_from_the_command_line(server, tmp_path):
    file = tmp_path / "build.yml"
    file.write_text(manifest("echo hello from here; echo kept >file", artifacts=["file"]))
    done = command("submit", file, "--comment", "by hand", "--tag", "one", "--tag", "two", "--follow", server=server)
    assert done.returncode == 0, done.stderr
    assert "hello from here" in done.stdout
    newest = json.loads(command("builds", "--limit", "1", "--json", server=server).stdout)[0]
    assert newest["trigger"]["comment"] == "by hand" and newest["tags"] == ["one", "two"]
    number = str(newest["id"])
    assert "by hand" in command("builds", server=server).stdout
    assert "file" in command("show", number, server=server).stdout
    assert "hello from here" in command("logs", number, "--job", "job", server=server).stdout
    assert "file" in command("artifacts", number, server=server).stdout
    fetched = command("artifacts", number, "--get", "file", server=server, cwd=tmp_path)
    assert fetched.returncode == 0, fetched.stderr
    assert (tmp_path / "file").read_text() == "kept\n"
    assert command("pin", number, server=server).returncode == 0
    assert server.get(f"/api/v1/builds/{number}")["pinned"] is True
    again = command("rerun", number, "--json", server=server)
    assert again.returncode == 0, again.stderr
    assert server.wait(json.loads(again.stdout)["id"])["status"] == "passed"
    assert command("kill", number, server=server).returncode == 1
    assert command("show", "99999999", server=server).returncode == 1


def test_follow_ends_with_the_builds_result(server, tmp_path):
    file = tmp_path / "build.yml"
    file.write_text(manifest("echo before; exit 4"))
    done = command("submit", file, "--follow", server=server)
    assert done.returncode == 1
    assert "before" in done.stdout


def test_a_bad_manifest_is_shown_like_a_compilers_error(server, tmp_path):
    file = tmp_path / "build.yml"
    file.write_text("driver: {type: host}\nstages: [a]\njobs: [{stage: a, comands: [x]}]\n")
    done = command("submit", file, server=server)
    assert done.returncode != 0
    assert f"{file}:3:" in done.stderr and "commands" in done.stderr


def test_an_interrupted_follower_leaves_and_the_build_goes_on(server, tmp_path):
    file = tmp_path / "build.yml"
    file.write_text(manifest("echo begun; sleep 7781"))
    build = server.submit(file.read_text())
    environment = {**os.environ, "WRIGHT_SERVER": server.url, "WRIGHT_TOKEN": server.token}
    process = subprocess.Popen(
        [BINARY, "logs", str(build["id"]), "--follow"], stdout=subprocess.PIPE, text=True, env=environment)
    for line in process.stdout:
        if line == "begun\n":
            break
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    assert server.get(f"/api/v1/builds/{build['id']}")["status"] == "running"
    assert command("kill", str(build["id"]), server=server).returncode == 0
    assert server.wait(build)["status"] == "killed"


def test_a_reader_that_leaves_ends_the_command_quietly(server):
    process = subprocess.Popen([BINARY, "help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait(timeout=30)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_asked_to_stop_ends_in_good_order(tmp_path, number):
    server = Server(tmp_path / "data").start()
    server.process.send_signal(number)
    assert server.process.wait(timeout=30) == 0, server.stderr()
    assert "event=stopping" in server.stderr()


def test_tokens(server):
    made = json.loads(command("token", "create", "--comment", "for a test", "--json", server=server).stdout)
    assert server.request("GET", "/api/v1/builds", headers={"Authorization": f"Bearer {made['token']}"}).status == 200
    assert "for a test" in command("token", "list", server=server).stdout
    assert command("token", "revoke", str(made["id"]), server=server).returncode == 0
    assert server.request("GET", "/api/v1/builds", headers={"Authorization": f"Bearer {made['token']}"}).status == 401
    stored = (server.data / "wright.db").read_bytes() + (server.data / "wright.db-wal").read_bytes()
    assert made["token"].encode() not in stored and server.token.encode() not in stored
    assert hashlib.sha256(server.token.encode()).digest() in stored


def test_version(server):
    assert command("version").stdout.startswith("wright ")
