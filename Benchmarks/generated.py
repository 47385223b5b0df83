#!/usr/bin/env python3
"""Generating a large service, and a generated service's read path against one written by hand, with wrk in one run.

With arguments, only those parts: generate, read."""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/system"))
os.environ.setdefault("WRIGHT_BINARY", str(ROOT / ".build/release/wright"))

from data_stores import Postgres  # noqa: E402
from figures import report, seconds  # noqa: E402
from generated import SERVICES, Generated, Running, postgres_url  # noqa: E402
from harness import BINARY  # noqa: E402

ROUNDS = 5


def wide():
    """A service of 50 components and 400 methods: 24 tables with 8 queries and 4 operations of a cache each."""
    tables, types = 24, ["string", "decimal", "timestamp", "uuid", "json", "bytes", "int32", "bool"]
    lines = ["wright: service/1", "name: wide", "data_sources:", "- name: db", "  type: postgres", "  tables:"]
    for table in range(tables):
        lines += [f"  - name: table{table}", "    columns:", "    - {name: id, type: int64, primary_key: true}"]
        lines += [f"    - {{name: c{number}, type: {type}, nullable: {str(number % 2 == 1).lower()}}}"
                  for number, type in enumerate(types)]
    lines += ["- {name: fast, type: redis}", "components:", "- name: Web", "  type: http", "  methods:"]
    for table in range(tables):
        lines += [f"  - {{name: Get{table}x{n}, request: [{{name: id, type: int64}}], response: "
                  f"[{{name: data, type: entity.table{table}}}], calls: Table{table}.M{n}, "
                  f"http: {{verb: GET, path: '/table{table}/{n}/{{id}}'}}}}" for n in range(4)]
    for table in range(tables):
        lines += [f"- name: Table{table}", "  type: sql", "  data_source: db", "  methods:"]
        lines += [f"  - {{name: M{n}, query: read, table: table{table}, where: [id], returns: data}}" for n in range(8)]
        lines += [f"- name: Cache{table}", "  type: redis", "  data_source: fast", "  methods:"]
        for number, operation in enumerate(["get", "set", "delete", "get"]):
            value = "" if operation == "delete" else f", value: entity.table{table}"
            lines += [f"  - {{name: O{number}, op: {operation}, key: 't{table}:{{id}}', "
                      f"params: [{{name: id, type: int64}}]{value}}}"]
    lines += ["- name: Flow", "  type: orchestrator", "  methods:"]
    lines += [f"  - {{name: F{table}, source: Table{table}.M0}}" for table in range(16)]
    lines += ["links:"] + [f"- {{from: Web, to: Table{table}}}" for table in range(tables)]
    lines += [f"- {{from: Flow, to: Table{table}}}" for table in range(16)]
    return "\n".join(lines) + "\n"


def generate(folder):
    file = folder / "wide.yml"
    file.write_text(wide())
    taken = []
    for number in range(ROUNDS):
        out = folder / f"out{number}"
        command = [BINARY, "service", "generate", str(file), "--out", str(out)]
        taken.append(seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)))
    files = [path for path in out.rglob("*") if path.is_file()]
    copied = folder / "copy"
    reference = seconds(lambda: subprocess.run(["cp", "-r", out, copied], check=True))
    size = sum(path.stat().st_size for path in files) / 1e6
    report("wright service generate, 400 methods", f"{statistics.median(taken) * 1000:.0f} ms, {len(files)} files, {size:.1f} MB",
           f"cp -r of the same: {reference * 1000:.0f} ms")


def rate(service):
    shown = subprocess.run(["wrk", "-t1", "-c32", "-d4s", f"http://{service.host}/products/7"], capture_output=True,
                           text=True, check=True).stdout
    assert "Non-2xx" not in shown and "Socket errors" not in shown, shown
    return float(re.search(r"Requests/sec:\s+([\d.]+)", shown)[1])


def read(folder):
    postgres = Postgres(folder / "postgres")
    try:
        url = postgres_url(postgres)
        generated = Generated(folder / "generated", SERVICES / "shop.yml").build()
        generated.migrate(url)
        postgres.sql("INSERT INTO products (name) SELECT 'p' || i FROM generate_series(1, 1000) i")
        minimal = folder / "minimal"
        built = generated.go("build", "-o", str(minimal), str(ROOT / "Benchmarks/minimal-service/main.go"))
        assert built.returncode == 0, built.stderr
        services = [generated.start(SHOPDB_URL=url), Running(minimal, {"SHOPDB_URL": url})]
        assert [service.ask("GET", "/products/7")[1]["data"]["name"] for service in services] == ["p7", "p7"]
        # In turn, the other one first every second time, so that a machine that gets busier favours neither.
        rates = []
        for number in range(ROUNDS + 1):
            first = number % 2
            pair = [rate(services[first]), rate(services[1 - first])]
            rates.append(pair if first == 0 else pair[::-1])
        mine, reference = (statistics.median(column) for column in zip(*rates))
        report("a row by its key, generated service", f"{mine:,.0f} requests/s", f"by hand: {reference:,.0f}",
               f"{statistics.median(a / b for a, b in rates):.2f}")
        for service in services:
            service.stop()
    finally:
        postgres.stop()


if __name__ == "__main__":
    parts = {"generate": generate, "read": read}
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or parts:
            parts[name](pathlib.Path(folder))
