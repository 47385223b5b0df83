"""A server whose database is PostgreSQL."""

import signal
import subprocess

import pytest

from data_stores import Postgres
from generated import postgres_url
from harness import BINARY, Server, manifest


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    postgres = Postgres(tmp_path_factory.mktemp("postgres") / "server")
    yield postgres
    postgres.stop()


@pytest.fixture
def server(postgres, tmp_path):
    """A server on a database of its own."""
    name = f"w{abs(hash(str(tmp_path))) % 10 ** 12}"
    postgres.sql(f"CREATE DATABASE {name} OWNER shop", user="postgres", password="postgres", database="postgres")
    server = Server(tmp_path / "data", WRIGHT_DATABASE=postgres_url(postgres, database=name)).start()
    yield server
    server.stop()


def lines(server, build, job="job"):
    return [line for line in server.log(build, job).splitlines() if line.startswith("line ")]


COUNT = manifest("for i in 1 2 3 4 5; do echo line $i; done")


def test_builds_logs_artifacts_and_lists_are_as_with_files(server):
    build = server.run(
        "driver: {type: host}\nstages: [test]\njobs:\n- stage: test\n  commands: [echo made >it, cat it]\n"
        "  artifacts: [it]\n", comment="æ", tags=["one"])
    assert build["status"] == "passed" and build["number"] == 1
    assert "made\n" in server.log(build, "test.1")
    assert server.artifacts(build)["it"]["size"] == 5
    assert [b["id"] for b in server.get("/api/v1/builds?tag=one&search=%C3%86")] == [build["id"]]
    assert server.request("GET", "/readyz").status == 200
    # Nothing of it is in the data folder but content and keys.
    assert not (server.data / "wright.db").exists()


def test_a_server_that_is_killed_goes_on_and_a_second_one_is_refused(server):
    builds = [server.submit(COUNT) for _ in range(20)]
    server.kill()
    server.start()
    second = subprocess.run(
        [BINARY, "serve", "--listen", "127.0.0.1:0", "--data", str(server.data) + "-2"],
        env={"PATH": "/usr/bin:/bin", "WRIGHT_DATABASE": server.environment["WRIGHT_DATABASE"]}, capture_output=True,
        text=True, timeout=60)
    assert second.returncode == 1 and "another server leads on the database" in second.stderr
    assert "se%20cret" not in second.stderr
    for build in builds:
        assert server.wait(build)["status"] == "passed"
        # One that ran has begun anew, below what it had said.
        assert lines(server, build)[-5:] == [f"line {i}" for i in range(1, 6)]


def test_no_build_is_lost_when_the_database_is_restarted_at_once(server, postgres):
    builds = []
    for number in range(60):
        if number in (15, 40):
            # As if its machine had lost power: nobody is told, nothing is finished.
            postgres.process.send_signal(signal.SIGQUIT)
            postgres.process.wait()
            postgres.start()
        builds.append(server.submit(COUNT))
    for build in builds:
        assert server.wait(build)["status"] == "passed"
        assert lines(server, build) == [f"line {i}" for i in range(1, 6)]
    assert len({build["number"] for build in builds}) == 60
    assert len(server.get("/api/v1/builds?limit=200")) == 60


def test_a_database_that_is_not_there_is_said_at_start(tmp_path):
    done = subprocess.run(
        [BINARY, "serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "data")],
        env={"PATH": "/usr/bin:/bin", "WRIGHT_DATABASE": "postgres://me:hunter2@127.0.0.1:1/none"}, capture_output=True,
        text=True, timeout=60)
    assert done.returncode == 1
    assert "127.0.0.1:1/none" in done.stderr and "hunter2" not in done.stderr
