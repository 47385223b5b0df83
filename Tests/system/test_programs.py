"""Programs built from the address of their repository and nothing else."""

import os
import shutil
import subprocess
import time

import pytest

from harness import command
from test_faults import gone, processes_with

HELLO = """#include <stdio.h>
int main(void) { puts("hello from C"); return 0; }
"""
MAKEFILE = "hello: hello.c\n\t$(CC) -o $@ $<\n"
PROTOCOLS = {"WRIGHT_GIT_PROTOCOLS": "https,ssh,git,file"}


@pytest.fixture
def program(tmp_path):
    """Makes a repository; called with files, it commits them and returns the commit."""
    path = tmp_path / "hello"
    path.mkdir()

    def git(*arguments):
        return subprocess.run(
            ["git", "-c", "user.name=T", "-c", "user.email=t@localhost", *arguments], cwd=path, check=True,
            capture_output=True, text=True).stdout.strip()

    def commit(files):
        for name, text in files.items():
            file = path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        git("add", "-A")
        git("commit", "-qm", "change")
        return git("rev-parse", "HEAD")

    git("init", "-q", "-b", "main")
    commit.path, commit.url, commit.git = path, f"file://{path}", git
    return commit


def submit(server, url, **fields):
    return server.json("POST", "/api/v1/builds", {"url": url, **fields}, status=201)


def run(server, url, **fields):
    return server.wait(submit(server, url, **fields))


def logs(server, build):
    return "\n".join(f"== {job['name']}\n{server.log(build, job['name'])}" for job in build["jobs"])


def statuses(build):
    return {job["name"]: job["status"] for job in build["jobs"]}


def test_a_make_program_is_built_and_runs(server, program, tmp_path):
    commit = program({"hello.c": HELLO, "Makefile": MAKEFILE, "sub/keep.h": "int x;\n"})
    build = run(server, program.url, comment="first", tags=["c"])
    assert build["status"] == "passed", logs(server, build)
    assert (build["kind"], build["commit"], build["reason"]) == ("program", commit, None)
    assert build["trigger"] == {"type": "api", "comment": "first", "data": {"url": program.url}}
    assert [j["name"] for j in build["jobs"]][:3] == ["create-driver", "clone.1", "detect"]
    assert len(build["jobs"]) > 3
    assert "Makefile" in server.log(build, "detect")

    artifact = server.artifacts(build)["hello"]
    assert set(server.artifacts(build)) == {"hello"}
    assert (artifact["kind"], artifact["mode"]) == ("executable", "0755")
    assert artifact["architecture"] == os.uname().machine
    by_commit = server.request("GET", f"/artifacts/{commit}/hello").body
    assert by_commit == server.artifact(build, "hello")
    got = command("artifacts", build["id"], "--get", "hello", server=server, cwd=tmp_path / "hello")
    assert got.returncode == 0, got.stderr
    done = subprocess.run([tmp_path / "hello/hello"], capture_output=True, text=True, check=True)
    assert done.stdout == "hello from C\n"
    assert "executable, " in command("artifacts", build["id"], server=server).stdout


def test_the_recipe_is_a_manifest_to_start_from(server, program):
    program({"hello.c": HELLO, "Makefile": MAKEFILE})
    build = run(server, program.url)
    response = server.request("GET", f"/api/v1/builds/{build['id']}/manifest")
    assert response.status == 200 and response.headers["Content-Type"].startswith("application/yaml")
    text = response.body.decode()
    assert text == build["manifest"] and "make" in text
    assert server.json("POST", "/api/v1/lint", {"manifest": text})["errors"] == []
    page = server.request("GET", f"/builds/{build['id']}", headers={"Accept": "text/html"}).body.decode()
    assert f"/api/v1/builds/{build['id']}/manifest" in page and "executable" in page
    # Put into the repository it builds the same.
    program({".wright.yml": text})
    again = run(server, program.url)
    assert again["status"] == "passed", logs(server, again)
    assert set(server.artifacts(again)) == {"hello"}
    assert ".wright.yml" in server.log(again, "detect")


def test_the_repositorys_own_manifest_replaces_the_recipe(server, program):
    own = "driver: {type: host}\nstages: [own]\njobs:\n- stage: own\n  name: mine\n  commands: [cat hello/hello.c]\n"
    program({"hello.c": HELLO, "Makefile": MAKEFILE, ".wright.yml": own})
    build = run(server, program.url)
    assert build["status"] == "passed", logs(server, build)
    assert list(statuses(build)) == ["create-driver", "clone.1", "detect", "mine"]
    assert "hello from C" in server.log(build, "mine")
    assert build["manifest"] == own


def test_a_manifest_for_a_driver_that_there_is_not_waits_for_an_agent_and_says_so(server, program):
    program({".wright.yml": "driver: {type: docker, image: i, workspace: /w}\nstages: [a]\njobs:\n"
                            "- stage: a\n  commands: [x]\n"})
    build = submit(server, program.url)
    end = time.monotonic() + 60
    while "docker" not in (server.get(f"/api/v1/builds/{build['id']}")["waiting_for"] or ""):
        assert time.monotonic() < end
        time.sleep(0.05)
    found = server.get(f"/api/v1/builds/{build['id']}")
    assert (found["status"], found["attempt"]) == ("queued", 0)
    assert server.json("POST", f"/api/v1/builds/{build['id']}/kill", status=202)["status"] == "killed"


def test_only_what_was_built_is_kept(server, program):
    blob = subprocess.run(["cat", "/bin/true"], capture_output=True, check=True).stdout
    makefile = MAKEFILE + "\techo x >notes.txt\n\tmkdir -p out\n\tcp hello out/copy\n\tln -sf copy out/link\n"
    program({"hello.c": HELLO, "Makefile": makefile, "tools/prebuilt": blob})
    build = run(server, program.url)
    assert build["status"] == "passed", logs(server, build)
    assert set(server.artifacts(build)) == {"hello", "out/copy", "out/link"}


@pytest.mark.parametrize("files,words", [
    ({"main.py": "print(1)\n"}, ["Makefile", ".wright.yml", ".py"]),
    ({"hello.c": "int main(void) {\n  return undeclared;\n}\n", "Makefile": MAKEFILE}, ["hello.c:2", "undeclared"]),
    ({".wright.yml": "stages: [a]\nnonsense: 1\n"}, [".wright.yml", "line"]),
])
def test_what_cannot_be_built_says_why(server, program, files, words):
    program(files)
    build = run(server, program.url)
    assert build["status"] == "failed"
    for word in words:
        assert word in build["reason"], (build["reason"], logs(server, build))
    page = server.request("GET", f"/builds/{build['id']}", headers={"Accept": "text/html"}).body.decode()
    assert words[0] in page


def test_a_missing_tool_is_named_with_its_package(server, program):
    tool = next(name for name in ["nasm", "yasm", "gperf", "help2man", "swig", "bison"] if not shutil.which(name))
    program({"Makefile": f"hello:\n\t{tool} --version\n"})
    build = run(server, program.url)
    assert build["status"] == "failed"
    assert tool in build["reason"] and "Debian" in build["reason"], (build["reason"], logs(server, build))


def test_an_empty_repository_says_so(server, program):
    build = run(server, program.url)
    assert build["status"] == "failed"
    assert "commit" in build["reason"], logs(server, build)


def test_a_branch_that_has_vanished_is_named(server, program):
    program({"hello.c": HELLO, "Makefile": MAKEFILE})
    program.git("branch", "soon-gone")
    assert run(server, program.url, ref="soon-gone")["status"] == "passed"
    program.git("branch", "-D", "soon-gone")
    build = run(server, program.url, ref="soon-gone")
    assert build["status"] == "failed" and "soon-gone" in build["reason"]
    assert build["trigger"]["data"] == {"url": program.url, "ref": "soon-gone"}
    assert statuses(build) == {"create-driver": "passed", "clone.1": "failed", "detect": "skipped"}


def test_a_build_that_loops_for_ever_times_out(start, program):
    server = start(WRIGHT_BUILD_TIMEOUT="5s", **PROTOCOLS)
    program({"Makefile": "hello:\n\twhile :; do sleep 7781; done\n"})
    build = run(server, program.url)
    assert build["status"] == "timed_out" and build["reason"]
    assert gone("sleep 7781")


def holding_git(tmp_path):
    """A git that waits before it lists a tree until the file that is returned is there; and the folder it is in."""
    hold, folder = tmp_path / "go-on", tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(
        f'#!/bin/sh\ncase " $* " in *" ls-tree "*) while [ ! -e {hold} ]; do sleep 0.05; done;; esac\n'
        f'exec {shutil.which("git")} "$@"\n')
    (folder / "git").chmod(0o755)
    return hold, folder


def test_a_kill_reaches_a_build_that_finds_out(start, program, tmp_path):
    hold, folder = holding_git(tmp_path)
    server = start(PATH=f"{folder}:{os.environ['PATH']}", **PROTOCOLS)
    program({"hello.c": HELLO, "Makefile": MAKEFILE})
    build = submit(server, program.url)
    server.wait_for_running(build, "detect")
    assert server.request("POST", f"/api/v1/builds/{build['id']}/kill").status == 202
    build = server.wait(build)
    assert build["status"] == "killed"
    assert statuses(build) == {"create-driver": "passed", "clone.1": "passed", "detect": "killed"}
    assert gone(str(folder))


def test_a_server_killed_while_a_build_finds_out_begins_anew(start, program, tmp_path):
    hold, folder = holding_git(tmp_path)
    server = start(PATH=f"{folder}:{os.environ['PATH']}", **PROTOCOLS)
    program({"hello.c": HELLO, "Makefile": MAKEFILE})
    build = submit(server, program.url)
    server.wait_for_running(build, "detect")
    server.kill()
    hold.touch()
    server.start()
    build = server.wait(build)
    assert build["status"] == "passed", logs(server, build)
    assert build["attempt"] == 2 and "hello" in server.artifacts(build)


def test_a_server_killed_in_a_build_finds_out_anew(start, program):
    server = start(**PROTOCOLS)
    program({"Makefile": "hello:\n\techo begun; sleep 7782\n"})
    build = submit(server, program.url)
    events = server.events(f"/api/v1/builds/{build['id']}/events")
    job = next(data for event, _, data in events
               if event == "job" and data["stage"] != "setup" and data["status"] == "running")
    server.wait_for_output(job["id"], "\nbegun\n")
    server.kill()
    assert gone("sleep 7782")
    # By the second attempt the branch has moved on, and the program is another one.
    program({"CMakeLists.txt": "", "hello.c": HELLO, "Makefile": MAKEFILE})
    server.start()
    build = server.wait(build)
    assert build["status"] == "passed", logs(server, build)
    assert build["attempt"] == 2
    assert build["commit"] == program.git("rev-parse", "HEAD")
    assert set(server.artifacts(build)) == {"hello"}


def test_a_build_that_is_run_again_finds_out_anew(server, program):
    program({"hello.c": HELLO, "Makefile": MAKEFILE})
    first = run(server, program.url)
    program({".wright.yml": "driver: {type: host}\nstages: [s]\njobs: [{stage: s, name: own, commands: ['true']}]\n"})
    again = server.json("POST", f"/api/v1/builds/{first['id']}/rerun", status=201)
    assert list(statuses(again)) == ["create-driver", "clone.1", "detect"]
    again = server.wait(again)
    assert list(statuses(again)) == ["create-driver", "clone.1", "detect", "own"]


def test_a_follower_sees_jobs_that_were_found(server, program):
    program({"hello.c": HELLO, "Makefile": MAKEFILE})
    done = command("submit", program.url, "--ref", "main", "--follow", server=server)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "setup/detect" in done.stdout.replace(" / ", "/") and "cc -o hello" in done.stdout
    found = server.get("/api/v1/builds?kind=program&limit=1")[0]
    assert found["trigger"]["data"]["ref"] == "main"


def test_a_folder_is_submitted_by_its_path(server, program):
    program({"hello.c": HELLO, "Makefile": MAKEFILE})
    done = command("submit", ".", "--follow", server=server, cwd=program.path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_address_that_is_not_allowed_is_refused(start, program):
    server = start()
    response = server.request("POST", "/api/v1/builds", {"url": program.url})
    assert response.status == 422 and b"git.protocols" in response.body
    done = command("submit", program.url, server=server)
    assert done.returncode == 1 and "git.protocols" in done.stderr


def test_a_program_is_built_without_a_server(program, tmp_path):
    program({"hello.c": HELLO, "Makefile": MAKEFILE})
    work = tmp_path / "work"
    work.mkdir()
    done = command("run", program.url, cwd=work, environment=PROTOCOLS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert subprocess.run([work / "artifacts/hello"], capture_output=True, text=True).stdout == "hello from C\n"
    program({"hello.c": "int main(void) { return undeclared; }\n"})
    failed = command("run", program.url, cwd=work, environment=PROTOCOLS)
    assert failed.returncode == 1 and "undeclared" in failed.stderr
    assert command("run", program.url, cwd=work).returncode == 2
    assert command("run", "--ref", "main", "x.yml", cwd=work).returncode == 2


def test_nothing_is_left_behind(server, program):
    program({"hello.c": HELLO, "Makefile": MAKEFILE})
    run(server, program.url)
    assert list((server.data / "work/builds").iterdir()) == []
    assert not processes_with(str(program.path))
