"""What people look for in a build: compilers' messages, test results, and what is new."""

import re
import subprocess

from harness import command, manifest

SOURCE = """#include "twice.h"
int first(void) {{ int {unused}; return 0; }}
{more}int main(void) {{ return first(); }}
"""
REPORT = """<testsuites><testsuite name="unit">
<testcase classname="sums" name="adds" time="0.25"/>
<testcase classname="sums" name="subtracts"><failure message="1 is not 2">at sums.py:3</failure></testcase>
</testsuite></testsuites>
"""
MANIFEST = """
driver: {{type: host}}
sources: ["file://{repository} => src"]
stages: [make]
jobs:
- stage: make
  name: compile
  commands:
  - cd src
  - gcc -Wall -c a.c -o a.o
  - gcc -Wall -c a.c -o b.o
  artifacts: [src/report.xml, src/broken.xml]
"""


def git(folder, *arguments):
    subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=T", "-c", "user.email=t@example.org", *arguments], check=True,
        capture_output=True)


def commit(folder, more=""):
    (folder / "a.c").write_text(SOURCE.format(unused="forgotten", more=more))
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "change")


def repository(folder):
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "twice.h").write_text("static int twice(void) { return 2; }\n")
    (folder / "report.xml").write_text(REPORT)
    (folder / "broken.xml").write_text("<testsuite><testcase")
    commit(folder)
    return folder


def test_messages_and_tests_are_found_and_what_is_new_is_known(server, tmp_path):
    folder = repository(tmp_path / "program")
    text = MANIFEST.format(repository=folder)
    first = server.run(text)
    assert first["status"] == "passed"
    assert (first["errors"], first["warnings"], first["new_warnings"]) == (0, 2, 0)
    assert first["tests"] == {"passed": 1, "failed": 1, "errors": 0, "skipped": 0}

    messages = server.get(f"/api/v1/builds/{first['id']}/messages")
    assert sorted((m["file"], m["severity"], m["option"]) for m in messages) == [
        ("a.c", "warning", "-Wunused-variable"), ("twice.h", "warning", "-Wunused-function")]
    log = server.log(first, "compile").split("\n")
    for message in messages:
        assert message["text"] in log[message["log_line"] - 1]
        assert message["page"].endswith(f"#L{message['log_line']}")
    assert "wright: test report report.xml: 2 tests, 1 failed" in log
    assert any("broken.xml is not read: " in line for line in log)
    assert len(server.artifacts(first)) == 2
    tests = server.get(f"/api/v1/builds/{first['id']}/tests")
    assert [(t["suite"], t["name"], t["status"]) for t in tests] == [
        ("sums", "subtracts", "failed"), ("sums", "adds", "passed")]
    assert tests[0]["message"].startswith("1 is not 2") and tests[1]["duration"] == 0.25

    # Two lines further down, everything is the same, but for one more.
    commit(folder, more="\n\nint second(void) { int another; return 1; }\n")
    second = server.run(text)
    assert (second["warnings"], second["new_warnings"], second["compared_with"]) == (3, 1, first["id"])
    new = server.get(f"/api/v1/builds/{second['id']}/messages?new=true")
    assert len(new) == 1 and "another" in new[0]["text"] and new[0]["new"] is True


def test_a_program_that_does_not_compile_says_so_in_its_counts(server, tmp_path):
    folder = repository(tmp_path / "program")
    commit(folder, more="int broken(void) { return missing; }\n")
    build = server.run(MANIFEST.format(repository=folder))
    assert build["status"] == "failed" and build["errors"] == 1
    error, = server.get(f"/api/v1/builds/{build['id']}/messages?severity=error")
    assert (error["file"], error["line"]) == ("a.c", 3) and "missing" in error["text"]
    shown = command("show", str(build["id"]), server=server)
    assert re.search(r"found +1 error, \d warnings; tests: 1 passed, 1 failed", shown.stdout)
    assert "a.c:3:" in shown.stdout and "failed: sums / subtracts: 1 is not 2" in shown.stdout


def test_a_build_without_a_server_sums_up(tmp_path):
    report = REPORT.replace("\n", "")
    (tmp_path / "m.yml").write_text(manifest(
        "printf 'int main(void) { int i; return 0; }' > a.c", "gcc -Wall -c a.c", f"echo '{report}' > report.xml",
        artifacts=["report.xml"]))
    run = command("run", str(tmp_path / "m.yml"), "--artifacts", str(tmp_path / "artifacts"))
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 warning; tests: 1 passed, 1 failed\n" in run.stdout
    assert "failed: sums / subtracts\n" in run.stdout


def test_a_build_that_prints_nothing_of_the_kind_has_no_results(server):
    build = server.run(manifest("echo error and warning"))
    assert (build["errors"], build["warnings"], build["tests"], build["compared_with"]) == (0, 0, None, None)
    assert server.get(f"/api/v1/builds/{build['id']}/messages") == [] == server.get(f"/api/v1/builds/{build['id']}/tests")
