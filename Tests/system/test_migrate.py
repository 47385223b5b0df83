"""An installation moves to another database and folder, whatever happens on the way."""

import contextlib
import os
import pty
import sqlite3
import subprocess

import pytest

from data_stores import Postgres
from generated import postgres_url
from harness import BINARY, Server, command, manifest


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    postgres = Postgres(tmp_path_factory.mktemp("postgres") / "server")
    yield postgres
    postgres.stop()


@pytest.fixture
def database(postgres, tmp_path):
    name = f"w{abs(hash(str(tmp_path))) % 10 ** 12}"
    postgres.sql(f"CREATE DATABASE {name} OWNER shop", user="postgres", password="postgres", database="postgres")
    return postgres_url(postgres, database=name)


def migrate(*arguments):
    done = command("migrate", *arguments)
    assert done.returncode == 0, done.stderr
    return done


def refused(*arguments):
    done = command("migrate", *arguments)
    assert done.returncode in (1, 2), done.stdout
    return done.stderr


def contents(file):
    """Everything that a database holds, in an order of its own, but when its tables were made."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return sorted(line for line in connection.iterdump() if "migrations" not in line)


def test_an_installation_goes_to_postgresql_and_back(start, database, tmp_path):
    server = start()
    large = server.run(manifest("seq 100000; head -c 3000000 /dev/urandom >made", artifacts=["made"]), tags=["æ"])
    small = server.run(manifest("echo small; echo x >made", artifacts=["made"]))
    made = [server.artifact(build, "made") for build in (large, small)]
    logs = [server.log_bytes(build, "job") for build in (large, small)]
    assert "is using the folder" in refused("--from-data", server.data, "--to", database)
    server.stop()

    there, back = tmp_path / "there", tmp_path / "back"
    migrate("--from-data", server.data, "--to", database, "--to-data", there)
    assert "holds an installation" in refused("--from-data", server.data, "--to", database, "--to-data", there)
    migrate("--from", database, "--from-data", there, "--to-data", back)
    assert contents(back / "wright.db") == contents(server.data / "wright.db")
    moved = start(data="there", WRIGHT_DATABASE=database)
    assert moved.token == server.token
    assert [moved.artifact(build, "made") for build in (large, small)] == made
    assert [moved.log_bytes(build, "job") for build in (large, small)] == logs
    assert "another server uses the database" in refused("--from", database, "--to", f"sqlite:{tmp_path}/no.db")
    moved.stop()

    again = start(data="back")
    next_one = again.run(manifest("echo next"))
    assert (next_one["id"], next_one["number"]) == (3, 3)
    assert [again.log_bytes(build, "job") for build in (large, small)] == logs


def test_a_copy_that_is_killed_goes_on_where_it_was(start, database, tmp_path):
    server = start("--agents", "0")
    build = server.submit(manifest("echo x"))
    server.stop()
    # Open files are held against it, so this one is closed.
    with contextlib.closing(sqlite3.connect(server.data / "wright.db")) as connection, connection:
        job = connection.execute("SELECT MIN(id) FROM jobs").fetchone()[0]
        connection.executemany(
            "INSERT INTO messages (build, job, owner, place, severity, file, text, log_line, fingerprint)"
            " VALUES (?, ?, 1, ?, 'warning', 'f', ?, 1, ?)",
            ((build["id"], job, place, "æ\n" * (place % 700), place) for place in range(20_000)))
        # A few that are larger than what is moved at once.
        connection.execute("UPDATE messages SET text = ? WHERE place IN (1, 2, 15000)", ("x" * 6_000_000,))
    arguments = ["--from-data", str(server.data), "--to", database, "--to-data", str(tmp_path / "there")]
    # On a terminal each step is shown; with the first rows of the largest table the process is gone at once.
    terminal, end = pty.openpty()
    process = subprocess.Popen([BINARY, "migrate", *arguments], stdout=subprocess.DEVNULL, stderr=end)
    os.close(end)
    seen = b""
    while b"messages:" not in seen:
        seen += os.read(terminal, 4096)
    process.kill()
    process.wait()
    os.close(terminal)
    late = Server(tmp_path / "late", WRIGHT_DATABASE=database)
    with pytest.raises(RuntimeError, match="is being copied into the database"):
        late.start()
    done = migrate(*arguments)
    assert "messages: 20000 rows, the same on both sides" in done.stdout


def test_wrong_sides_are_refused_with_what_to_do(start, database, tmp_path):
    server = start("--agents", "0")
    server.stop()
    for arguments, words in [
        (["--from", f"sqlite:{tmp_path}/none.db", "--to", database], "there is no file"),
        (["--from-data", server.data, "--to", f"sqlite:{server.data}/wright.db"], "same database"),
    ]:
        assert words in refused(*arguments)
    assert command("migrate", "--from-data", server.data).returncode == 2
    other = tmp_path / "other"
    other.mkdir()
    (other / "sealing-key").write_bytes(b"x" * 32)
    assert "another installation's" in refused("--from-data", server.data, "--to", database, "--to-data", other)
