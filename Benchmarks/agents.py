#!/usr/bin/env python3
"""Measures agents in processes of their own: how fast an artifact comes, and how often a build asks the server."""

import contextlib
import os
import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests/system"))
from agents import Agent  # noqa: E402
from figures import report, serving, shell, timestamp  # noqa: E402
from harness import manifest  # noqa: E402


@contextlib.contextmanager
def working(server, work, *arguments):
    agent = Agent(server, work, *arguments).start()
    try:
        yield agent
    finally:
        agent.stop()


def requests(server):
    """Answered requests of agents so far, by the last part of their route."""
    text = server.request("GET", "/metrics").body.decode()
    found = {}
    for labels, value in re.findall(r"^wright_http_requests_total\{(.*)\} (\S+)$", text, re.M):
        route = re.search(r'route="([^"]*)"', labels).group(1)
        if "/api/v1/agent/" in route:
            name = route.rpartition("/")[2]
            found[name] = found.get(name, 0) + int(float(value))
    return found


def asked(folder, count=300):
    with serving(folder / "asked", "--agents", "0") as server:
        builds = [server.submit(manifest("echo hello")) for _ in range(count)]
        with working(server, folder / "asking", "--slots", "1"):
            for build in builds:
                assert server.wait(build)["status"] == "passed"
        found = requests(server)
    report("requests of an agent for a trivial build", f"{sum(found.values()) / count:.2f}",
           " ".join(f"{name} {number / count:.2f}" for name, number in sorted(found.items())))


def artifact(folder, rounds=5):
    two_jobs = """
driver: {type: host}
stages: [make, keep]
jobs:
- stage: make
  commands: ["head -c 500000000 /dev/urandom >file"]
- stage: keep
  commands: ["true"]
  artifacts: [file]
"""
    source = folder / "artifact-source"
    shell(f"head -c 500000000 /dev/urandom >{source}")
    times, references = [], []
    with serving(folder / "artifact", "--agents", "0") as server, working(server, folder / "sending") as agent:
        for _ in range(rounds):
            references.append(shell(f"cp {source} {folder}/copy") + shell(f"sha256sum {source}"))
            build = server.run(two_jobs)
            assert build["status"] == "passed" and server.artifacts(build)["file"]["size"] == 500_000_000
            keep = build["jobs"][2]
            times.append(timestamp(keep["finished_at"]) - timestamp(keep["started_at"]))
        status = pathlib.Path(f"/proc/{agent.process.pid}/status").read_text()
        peaks = server.memory_peak() >> 20, int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) >> 10
    report("an artifact of 500 MB from a remote agent", f"{min(times):.2f} s, peaks {peaks[0]} and {peaks[1]} MiB",
           f"cp, then sha256sum {min(references):.2f} s", f"{min(times) / min(references):.2f}")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wright-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    try:
        asked(folder)
        artifact(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
