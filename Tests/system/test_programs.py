"""Programs built from the address of their repository and nothing else."""

import os
import subprocess

import pytest

from harness import command

HELLO = """
#include <stdio.h>
int main(void) { puts("hello from C"); return 0; }
"""
MAKEFILE = "hello: hello.c\n\t$(CC) -o $@ $<\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from harness import Server
    server = Server(tmp_path_factory.mktemp("server") / "data", WRIGHT_GIT_PROTOCOLS="https,ssh,git,file").start()
    yield server
    server.stop()


@pytest.fixture
def program(tmp_path):
    """Makes a repository of these files, and gives a function that commits more."""
    path = tmp_path / "hello"
    path.mkdir()

    def git(*arguments):
        return subprocess.run(
            ["git", "-c", "user.name=T", "-c", "user.email=t@localhost", *arguments], cwd=path, check=True,
            capture_output=True, text=True).stdout.strip()

    def commit(files, executable=()):
        for name, text in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            data = text if isinstance(text, bytes) else text.encode()
            (path / name).write_bytes(data)
            if name in executable:
                (path / name).chmod(0o755)
        git("add", "-A")
        git("commit", "-qm", "change")
        return git("rev-parse", "HEAD")

    git("init", "-q", "-b", "main")
    commit.path, commit.url, commit.git = path, f"file://{path}", git
    return commit


def submit(server, url, **fields):
    return server.json("POST", "/api/v1/builds", {"url": url, **fields}, status=201)


def logs(server, build):
    return "\n".join(server.log(build, job["name"]) for job in build["jobs"])


def test_a_make_program_is_built_and_its_program_runs(server, program, tmp_path):
    commit = program({"hello.c": HELLO, "Makefile": MAKEFILE})
    build = server.wait(submit(server, program.url))
    assert build["status"] == "passed", logs(server, build)
    assert (build["kind"], build["commit"]) == ("program", commit)
    assert build["trigger"]["data"] == {"url": program.url}
    assert [j["name"] for j in build["jobs"]][:3] == ["create-driver", "clone.1", "detect"]
    assert "Makefile" in server.log(build, "detect")
    assert "stages:" in build["manifest"]
    assert "hello" in server.artifacts(build)
