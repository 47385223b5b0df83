#!/usr/bin/env python3
"""Measures a server on PostgreSQL with agents of their own processes against one that has everything inside.

Runs beside a PostgreSQL server whose address is in WRIGHT_TEST_POSTGRES (scripts/with-postgres).
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests/system"))
from figures import report, serving, started, timestamp  # noqa: E402
from harness import BINARY, Server, manifest  # noqa: E402

ADDRESS = os.environ["WRIGHT_TEST_POSTGRES"]


def sql(script, database="postgres"):
    return subprocess.run(
        ["psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", ADDRESS.replace("/postgres?", f"/{database}?")],
        input=script, text=True, check=True, capture_output=True).stdout


def database():
    """A new database's address."""
    name = "b" + uuid.uuid4().hex
    sql(f"CREATE DATABASE {name}")
    return name, ADDRESS.replace("/postgres?", f"/{name}?")


def submit(server, count):
    connection = server.connection()
    body = json.dumps({"manifest": manifest("echo hello")})
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    for _ in range(count):
        connection.request("POST", "/api/v1/builds", body, headers)
        response = connection.getresponse()
        assert response.status == 201, response.read()
        response.read()


def drained(server, count):
    """Waits until nothing is left to do and returns builds a second."""
    last = server.get("/api/v1/builds?limit=1")[0]["id"]
    server.wait(last)
    while server.get("/api/v1/builds?status=running") or server.get("/api/v1/builds?status=queued"):
        time.sleep(0.01)
    assert server.get(f"/api/v1/builds/{last}")["status"] == "passed"
    begun = timestamp(server.get(f"/api/v1/builds/{last - count + 1}")["started_at"])
    ended = timestamp(server.get(f"/api/v1/builds/{last}")["finished_at"])
    return count / (ended - begun)


def inside(folder, count):
    data = folder / f"inside-{uuid.uuid4().hex}"
    with serving(data, "--agents", "0") as server:
        submit(server, count)
    with serving(data, "--agents", "2", WRIGHT_SANDBOX="off") as server:
        return drained(server, count)


def remote(folder, count):
    data = folder / f"remote-{uuid.uuid4().hex}"
    with serving(data, "--agents", "0", "--database", database()[1]) as server:
        submit(server, count)
        agents = []
        token = server.json("POST", "/api/v1/tokens", {"kind": "agent"}, status=201)["token"]
        try:
            for name in ("one", "two"):
                agents.append(subprocess.Popen(
                    [BINARY, "agent", "--name", name, "--slots", "1", "--work", str(data / name)],
                    env={**os.environ, "WRIGHT_SERVER": server.url, "WRIGHT_TOKEN": token, "WRIGHT_SANDBOX": "off"},
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            return drained(server, count)
        finally:
            for agent in agents:
                agent.terminate()
            for agent in agents:
                agent.wait()


def throughput(folder, count=1000, rounds=3):
    pairs = [(inside(folder, count), remote(folder, count)) for _ in range(rounds)]
    ratio = statistics.median(there / here for here, there in pairs)
    here, there = (statistics.median(column) for column in zip(*pairs))
    report(f"{count} trivial builds, PostgreSQL, 2 remote agents", f"{there:.0f} builds/s",
           f"SQLite, in the process {here:.0f}/s", f"{ratio:.2f}")


def fill(name, count):
    """Puts copies of the one build on the queue."""
    sql(f"""
      CREATE TEMP TABLE n AS SELECT i::bigint FROM generate_series(1, {count - 1}) i;
      DO $$ DECLARE t text; names text; vals text; BEGIN
        FOREACH t IN ARRAY ARRAY['builds', 'build_plans', 'jobs'] LOOP
          SELECT string_agg(quote_ident(attname), ','), string_agg(CASE
              WHEN t = 'builds' AND attname IN ('id', 'number') THEN 't.' || attname || ' + n.i'
              WHEN t = 'jobs' AND attname = 'id' THEN 't.id + 2 * n.i'
              WHEN attname = 'build' THEN 't.build + n.i' ELSE 't.' || quote_ident(attname) END, ',')
            INTO names, vals FROM pg_attribute WHERE attrelid = t::regclass AND attnum > 0 AND NOT attisdropped;
          EXECUTE format('INSERT INTO %I (%s) SELECT %s FROM %I t, n', t, names, vals, t);
        END LOOP; END $$;
      UPDATE users SET last_number = {count};
      ANALYZE;""", name)


def claim_times(folder, queued, claims=500):
    name, address = database()
    data = folder / name
    with serving(data, "--agents", "0", "--database", address) as server:
        submit(server, 1)
    fill(name, queued)
    with serving(data, "--agents", "0", "--database", address) as server:
        token = server.json("POST", "/api/v1/tokens", {"kind": "agent"}, status=201)["token"]
        connection = server.connection()
        times = []
        version = server.get("/api/v1/version")["version"]
        machine = {"host": "h", "system": "s", "architecture": "a", "processors": 1, "memory": 1}
        for number in range(min(claims, queued - 10)):
            # Each is an agent of its own, which has nothing so far.
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json",
                       "Wright-Agent": f"installation-{number}.process"}
            body = json.dumps({
                "agent": f"agent-{number}", "sequence": 1, "holding": [], "slots": 1, "busy": 0, "drivers": ["host"],
                "labels": {}, "version": version, "protocol": 1, "wait_seconds": 10, "machine": machine})
            begun = time.perf_counter()
            connection.request("POST", "/api/v1/agent/claims", body, headers)
            response = connection.getresponse()
            text = response.read()
            times.append((time.perf_counter() - begun) * 1000)
            assert response.status == 200, (response.status, text)
    times = sorted(times[5:])
    return statistics.median(times), times[int(len(times) * 0.99) - 1]


def claims(folder):
    few, many = claim_times(folder, 500), claim_times(folder, 100_000)
    report("claim of 100,000 queued builds", f"p50 {many[0]:.1f} ms, p99 {many[1]:.1f} ms",
           f"of 500: p50 {few[0]:.1f} ms, p99 {few[1]:.1f} ms", f"{many[1] / few[1]:.2f}")


def lines_of(server, job, times):
    """Takes down how late each line came, which says itself when it was written."""
    for event, _, data in server.events(f"/api/v1/jobs/{job}/log"):
        now = time.time_ns()
        if event == "log":
            times += [(now - int(line)) / 1e6 for line in data["text"].split() if len(line) == 19 and line.isdigit()]


def lag(folder, lines=200):
    """Of a live log, through the server that leads and through one that follows, at once."""
    address = database()[1]
    shared = ["--database", address, "--artifacts", str(folder / "artifacts"), "--logs", str(folder / "logs"),
              "--sealing-key", str(folder / "key")]
    with serving(folder / "leader", *shared, WRIGHT_SANDBOX="off") as leader:
        other = Server(folder / "follower", *shared)
        (folder / "follower").mkdir()
        (folder / "follower/admin-token").write_text(leader.token)
        with started(other) as follower:
            follower.token = leader.token
            build = leader.submit(manifest(f"set +x; for i in $(seq {lines}); do date +%s%N; sleep 0.03; done"))
            job = next(j["id"] for j in build["jobs"] if j["name"] == "job")
            direct, through = [], []
            readers = [threading.Thread(target=lines_of, args=(server, job, times))
                       for server, times in ((leader, direct), (follower, through))]
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join()
    assert len(direct) == len(through) == lines, (len(direct), len(through))
    one, two = (statistics.quantiles(times, n=100) for times in (direct, through))
    report("a live line of a log, through a second server", f"p50 {two[49]:.1f} ms, p99 {two[98]:.1f} ms",
           f"through the one that leads p50 {one[49]:.1f} ms, p99 {one[98]:.1f} ms",
           f"+{two[49] - one[49]:.1f}, +{two[98] - one[98]:.1f} ms")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="wright-remote-") as folder:
        for part in sys.argv[1:] or ["remote", "claims", "lag"]:
            {"remote": throughput, "claims": claims, "lag": lag}[part](pathlib.Path(folder))
