#!/usr/bin/env python3
"""Measures a whole server against what the same machine does by hand, in one run.

Each figure is printed beside its reference; the ratio is what counts, since machines differ and are shared.
"""

import json
import os
import pathlib
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests/system"))
from figures import job_seconds, report, serving, shell, timestamp  # noqa: E402
from harness import manifest  # noqa: E402


def first_line(folder, sandbox, rounds=200):
    """From sending the manifest to the first byte of the job's own log on an event stream."""
    text = manifest("echo hello")
    with serving(folder / f"first-{sandbox}", WRIGHT_SANDBOX=sandbox) as server:
        times = []
        connection = server.connection()
        body = json.dumps({"manifest": text})
        headers = {"Authorization": f"Bearer {server.token}"}
        for _ in range(rounds + 10):
            begun = time.perf_counter()
            connection.request("POST", "/api/v1/builds", body, {**headers, "Content-Type": "application/json"})
            build = json.loads(connection.getresponse().read())
            job = next(j["id"] for j in build["jobs"] if j["name"] == "job")
            stream = server.connection()
            stream.request("GET", f"/api/v1/jobs/{job}/log", headers={**headers, "Accept": "text/event-stream"})
            response = stream.getresponse()
            while not response.readline().startswith(b"event: log"):
                pass
            times.append((time.perf_counter() - begun) * 1000)
            response.read()
            stream.close()
        times = sorted(times[10:])
    report(f"submit to first log line, sandbox {sandbox}",
           f"p50 {statistics.median(times):.1f} ms", f"p99 {times[int(len(times) * 0.99) - 1]:.1f} ms")


def trivial_builds(folder, sandbox, count=1000):
    data = folder / f"trivial-{sandbox}"
    text = manifest("echo hello")
    with serving(data, "--agents", "0") as server:
        connection = server.connection()
        body = json.dumps({"manifest": text})
        for _ in range(count):
            connection.request("POST", "/api/v1/builds", body, {
                "Authorization": f"Bearer {server.token}", "Content-Type": "application/json"})
            response = connection.getresponse()
            assert response.status == 201, response.read()
            response.read()
    with serving(data, "--agents", "2", WRIGHT_SANDBOX=sandbox) as server:
        last = server.get("/api/v1/builds?limit=1")[0]["id"]
        server.wait(last)
        while server.get("/api/v1/builds?status=running") or server.get("/api/v1/builds?status=queued"):
            pass
        begun = timestamp(server.get(f"/api/v1/builds/{last - count + 1}")["started_at"])
        ended = timestamp(server.get(f"/api/v1/builds/{last}")["finished_at"])
        assert len(server.get("/api/v1/builds?status=passed&limit=200")) == 200
    rate = count / (ended - begun)
    reference = count / shell(f"seq {count} | xargs -P2 -I{{}} sh -c 'echo hello'")
    report(f"trivial builds, 2 slots, sandbox {sandbox}", f"{rate:.0f} builds/s", f"xargs -P2 {reference:.0f}/s",
           f"{rate / reference:.2f}")


def large_log(folder):
    source = folder / "log-source"
    shell(f"base64 -w 99 /dev/urandom | head -c 100000000 >{source}")
    shell(f"cat {source} >/dev/null")
    reference = min(shell(f"cat {source} >{folder}/log-copy; sync -d {folder}/log-copy") for _ in range(3))
    with serving(folder / "log", WRIGHT_SANDBOX="off") as server:
        times = []
        for _ in range(3):
            build = server.run(manifest(f"cat {source}"))
            job = build["jobs"][1]
            assert build["status"] == "passed" and job["log_size"] > 100_000_000
            times.append(job_seconds(job))
        peak = server.memory_peak()
    report("a log of 100 MB, stored", f"{min(times):.2f} s, peak {peak >> 20} MiB", f"cat and fsync {reference:.2f} s",
           f"{min(times) / reference:.2f}")


def large_artifact(folder):
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
    reference = min(
        shell(f"cp {source} {folder}/copy") + shell(f"sha256sum {source}") for _ in range(3))
    times = []
    with serving(folder / "artifact", WRIGHT_SANDBOX="off") as server:
        for _ in range(3):
            build = server.run(two_jobs)
            assert build["status"] == "passed" and server.artifacts(build)["file"]["size"] == 500_000_000
            times.append(job_seconds(build["jobs"][2]))
        peak = server.memory_peak()
    report("an artifact of 500 MB, hashed and stored", f"{min(times):.2f} s, peak {peak >> 20} MiB",
           f"cp, then sha256sum {reference:.2f} s", f"{min(times) / reference:.2f}")


def seed(data, count):
    """Fills the database with `count` ended builds, copies of a real one."""
    with serving(data) as server:
        build = server.run(manifest("echo hello"), comment="A build like many others", tags=["nightly", "main"])
    database = sqlite3.connect(data / "wright.db")

    def columns(table):
        return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]

    def copy(table, identifier, changes, where):
        names = columns(table)
        values = ", ".join(changes.get(name, name) for name in names)
        database.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table}, n WHERE {where}")

    base = build["id"]
    copy("builds", "id", {"id": f"{base} + n.i", "number": f"{base} + n.i"}, f"id = {base}")
    for table in ("build_plans", "build_tags", "jobs"):
        changes = {"build": f"{base} + n.i"}
        if table == "jobs":
            changes["id"] = "jobs.id + 2 * n.i"
        copy(table, "build", changes, f"build = {base}")
    database.execute(f"UPDATE users SET last_number = {base + count}")
    database.commit()
    database.close()


def list_of_builds(folder, count=100_000):
    data = folder / "list"
    seed(data, count)
    starts = []
    for _ in range(3):
        begun = time.perf_counter()
        with serving(data) as server:
            starts.append((time.perf_counter() - begun) * 1000)
            if len(starts) == 3:
                assert len(server.get("/api/v1/builds")) == 50
                output = subprocess.run(
                    ["wrk", "-t1", "-c16", "-d8s", "-H", f"Authorization: Bearer {server.token}",
                     f"{server.url}/api/v1/builds"], capture_output=True, text=True, check=True).stdout
                wrong = re.search(r"Non-2xx.*|Socket errors.*", output)
                rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    report(f"GET /api/v1/builds, {count} builds", f"{rate:.0f} requests/s", wrong.group(0) if wrong else "no error")
    report(f"start to listening, {count} builds", f"{statistics.median(starts):.0f} ms")


def idle(folder):
    with serving(folder / "idle") as server:
        server.run(manifest("echo hello"))
        time.sleep(2)
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    resident = int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024
    report("an idle server", f"{resident:.1f} MiB resident")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wright-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    chosen = sys.argv[1:]
    try:
        for name, run in {
                "first-line": lambda: [first_line(folder, s) for s in ("off", "auto")],
                "trivial": lambda: [trivial_builds(folder, s) for s in ("off", "auto")],
                "log": lambda: large_log(folder),
                "artifact": lambda: large_artifact(folder),
                "list": lambda: list_of_builds(folder),
                "idle": lambda: idle(folder),
        }.items():
            if not chosen or name in chosen:
                run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
