"""The order of execution, as a client sees it."""

import pathlib
import subprocess

import pytest

from harness import ROOT, manifest

STAGES = """
driver:
  type: host
stages: [first, second, third]
allow_failures: [{allowed}]
jobs:
- stage: first
  commands: ["echo one"]
- stage: first
  commands: ["echo two; exit {code}"]
- stage: first
  commands: ["echo three"]
- stage: second
  commands: ["echo four"]
- stage: nowhere
  commands: ["echo never"]
- stage: third
  name: last
  commands: ["echo five"]
"""


@pytest.mark.parametrize("allowed,code,status,statuses", [
    ("", 0, "passed", ["passed"] * 6),
    ("", 3, "failed", ["passed", "passed", "failed", "skipped", "skipped", "skipped"]),
    ("first", 3, "passed_with_failures", ["passed", "passed", "failed", "skipped", "passed", "passed"]),
])
def test_stages_run_in_order_and_a_failure_ends_the_build(server, allowed, code, status, statuses):
    build = server.run(STAGES.format(allowed=allowed, code=code))
    jobs = build["jobs"]
    assert [(j["stage"], j["name"]) for j in jobs] == [
        ("setup", "create-driver"), ("first", "first.1"), ("first", "first.2"), ("first", "first.3"),
        ("second", "second.1"), ("third", "last")]
    assert build["status"] == status
    assert [j["status"] for j in jobs] == statuses
    assert jobs[2]["exit_code"] == code
    assert build["started_at"] and build["finished_at"]


def test_a_job_is_the_documented_script(server):
    build = server.run(manifest("cat \"$0\"; pwd >/dev/null", "echo $CI $WRIGHT $WRIGHT_JOB $WRIGHT_STAGE"))
    log = server.log(build, "job")
    assert "#!/bin/sh\nexec 2>&1\nset -ex\n\n" in log
    assert "true true job test\n" in log
    assert "+ echo true true job test\n" in log


def test_variables_of_the_build(server):
    head = "env:\n- ONE=a=b c\n- TWO=\"quoted\"\n- CI=no"
    build = server.run(manifest("env", head=head))
    environment = dict(line.split("=", 1) for line in server.log(build, "job").splitlines() if "=" in line)
    assert environment["ONE"] == "a=b c"
    assert environment["TWO"] == '"quoted"'
    assert environment["CI"] == "true"
    assert environment["WRIGHT_BUILD_ID"] == str(build["id"])
    assert environment["WRIGHT_BUILD_NUMBER"] == str(build["number"])
    assert not any("TOKEN" in name for name in environment)


def test_sources_are_cloned_in_order_and_name_the_commit(server, repository):
    head = f"sources:\n- {repository.url} v1 => one\n- {repository.url}"
    build = server.run(manifest("cat one/file repository/file", head=head, artifacts=["one/file => out/file"]))
    assert build["status"] == "passed", server.log(build, "clone.1")
    assert [j["name"] for j in build["jobs"]] == ["create-driver", "clone.1", "clone.2", "job"]
    assert "\nfirst\nsecond\n" in server.log(build, "job")
    commit = repository.git("rev-parse", "v1")
    assert build["commit"] == commit
    assert server.request("GET", f"/artifacts/{commit}/out/file").body == b"first\n"
    assert (server.data / "artifacts/tree" / commit / "out/file").read_bytes() == b"first\n"


@pytest.mark.parametrize("source,words", [
    ("file:///nowhere/at/all", "nowhere"),
    ("git://127.0.0.1:1/x.git", "127.0.0.1"),
])
def test_a_source_that_cannot_be_cloned_fails_the_build(server, source, words):
    build = server.run(manifest("echo never", head=f"sources:\n- {source}"))
    assert build["status"] == "failed"
    assert [j["status"] for j in build["jobs"]] == ["passed", "failed", "skipped"]
    assert words in server.log(build, "clone.1")


def test_a_missing_branch_is_named(server, repository):
    build = server.run(manifest("echo never", head=f"sources:\n- {repository.url} no-such-branch"))
    assert build["status"] == "failed"
    assert "no-such-branch" in server.log(build, "clone.1")


def test_an_object_that_is_missing_is_reported_and_fails_nothing(server):
    build = server.run(manifest("echo ran", head="objects:\n- keys.jks => store/keys.jks"))
    assert build["status"] == "passed"
    assert "keys.jks" in server.log(build, "create-driver")


@pytest.mark.parametrize("rule,names", [
    ("*.txt", {"a.txt", "b.txt"}), ("sub/*", {"c"}), (".", {"a.txt", "b.txt", "sub/c"}),
])
def test_a_pattern_without_a_name_keeps_the_names_of_its_files(server, rule, names):
    build = server.run(manifest("mkdir sub", "touch a.txt b.txt sub/c", artifacts=[f"'{rule}'"]))
    assert set(server.artifacts(build)) == names


def test_artifacts_are_collected_after_each_job_also_a_failed_one(server):
    build = server.run(manifest(
        "mkdir -p out/sub\nprintf abc > out/a\nprintf b > out/sub/b\nchmod +x out/a\nexit 1",
        artifacts=["out/a", "out => tree", "missing.txt", "out/* => flat"]))
    assert build["status"] == "failed"
    found = server.artifacts(build)
    assert {"a", "tree/a", "tree/sub/b"} <= set(found)
    assert found["a"]["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert found["a"]["md5"] == "900150983cd24fb0d6963f7d28e17f72"
    assert (found["a"]["size"], found["a"]["job"]) == (3, "job")
    assert server.artifact(build, "tree/sub/b") == b"b"
    assert "missing.txt" in server.log(build, "job")


def test_a_build_times_out(server):
    build = server.run(manifest("echo begun; sleep 600", head="timeout: 1s"))
    assert build["status"] == "timed_out"
    assert [j["status"] for j in build["jobs"]] == ["passed", "timed_out"]


def test_workspaces_are_removed(server):
    server.run(manifest("mkdir -p a/b; chmod 0 a; touch file"))
    assert list((server.data / "work/builds").iterdir()) == []
    # What stays is one folder with git's configuration, the same for all clones.
    homes = list((server.data / "work/git").iterdir())
    assert len(homes) <= 1 and all(sorted(p.name for p in home.iterdir()) == ["config"] for home in homes)


@pytest.mark.parametrize("example", sorted(p.name for p in (ROOT / "examples").glob("*.yml") if p.name != "tour.yml"))
def test_every_example_passes(server, example):
    build = server.run((ROOT / "examples" / example).read_text())
    assert build["status"] in {"passed", "passed_with_failures"}, build


def test_the_tour_compiles_and_tests_a_c_program(server, tmp_path):
    work = tmp_path / "wordfreq"
    subprocess.run(["cp", "-r", ROOT / "examples/wordfreq", work], check=True)
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"],
                      ["-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", work, *arguments], check=True)
    text = (ROOT / "examples/tour.yml").read_text()
    assert "git://127.0.0.1/wordfreq.git" in text
    build = server.run(text.replace("git://127.0.0.1/wordfreq.git", f"file://{work}"))
    assert build["status"] == "passed"
    assert set(server.artifacts(build)) == {"wordfreq", "reports/wordfreq.xml", "words.txt"}
    program = tmp_path / "program"
    program.write_bytes(server.artifact(build, "wordfreq"))
    program.chmod(0o755)
    output = subprocess.run([program, "-n", "1"], input="b a b", capture_output=True, text=True, check=True).stdout
    assert output.split() == ["2", "b"]
    assert b'failures="0"' in server.artifact(build, "reports/wordfreq.xml")
    assert pathlib.Path(program).read_bytes()[:4] == b"\x7fELF"
