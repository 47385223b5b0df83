"""A backup that is made while builds run, restored into a fresh folder, and compared."""

import os
import shutil
import subprocess

import pytest

from data_stores import Postgres
from generated import postgres_url
from harness import ROOT, Server, manifest

POSTGRES_PROGRAMS = "/usr/lib/postgresql/15/bin"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    postgres = Postgres(tmp_path_factory.mktemp("postgres") / "server")
    yield postgres
    postgres.stop()


def database(postgres, name):
    """A new database: its address, and that address and the password apart, as arguments may show the one only."""
    postgres.sql(f"CREATE DATABASE {name} OWNER shop", user="postgres", password="postgres", database="postgres")
    plain = f"postgres://{postgres.user}@127.0.0.1:{postgres.port}/{name}"
    return postgres_url(postgres, database=name), plain, {"PGPASSWORD": postgres.password}


def run(*words, **environment):
    subprocess.run([str(word) for word in words], check=True, env=os.environ | environment, timeout=300)


def put_back(source, data):
    """What docs/operations.md says, as it says it."""
    data.mkdir()
    for name in ["wright.db", "sealing-key", "admin-token"]:
        if (source / name).exists():
            shutil.copy2(source / name, data / name)
    for name in ["logs", "artifacts"]:
        run("cp", "-a", source / name, data / name)


def everything(server):
    """All that can be asked for of the builds that have ended."""
    found = {}
    for build in server.get("/api/v1/builds?limit=200"):
        if build["status"] not in {"queued", "running"}:
            jobs = server.get(f"/api/v1/builds/{build['id']}/jobs")
            found[build["id"]] = (
                build, jobs, {job["name"]: server.log_bytes(build, job["name"]) for job in jobs},
                {name: (artifact["sha256"], server.artifact(build, name)) for name, artifact in server.artifacts(build).items()})
    return found


LARGE = manifest("seq 1 60000", "seq 1 200000 > numbers; ln -s numbers link; mkdir more; echo æ > more/æ", artifacts=["numbers", "more"])


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_restored_backup_is_what_was_there(kind, postgres, start, repository, tmp_path):
    settings, backup = {}, {"WRIGHT_DATA": str(tmp_path / "data")}
    if kind == "postgres":
        settings["WRIGHT_DATABASE"], backup["WRIGHT_DATABASE"], password = database(postgres, "backed_up")
        backup |= password | {"PATH": f"{POSTGRES_PROGRAMS}:{os.environ['PATH']}"}
    server = start("--agents", "2", WRIGHT_GIT_PROTOCOLS="file", WRIGHT_WORK=str(tmp_path / "work"), **settings)
    builds = [server.run(LARGE, tags=["large"]), server.run(manifest("echo small", "exit 3"), comment="it fails")]
    registered = server.json("POST", "/api/v1/repositories", {"url": repository.url, "manifest": manifest("cat file")}, status=201)
    secret = server.get(f"/api/v1/repositories/{registered['id']}/webhook")["secret"]
    running = server.submit(manifest("echo begun; while [ ! -e go ]; do sleep 0.1; done; echo gone on"))
    job = server.wait_for_running(running, "job")
    server.wait_for_output(job["id"], "begun\n")

    # Builds come and go while the copy is made; once more brings it up to date.
    copy = tmp_path / "copy"
    with subprocess.Popen(
            [ROOT / "contrib/backup/wright-backup", copy], env=os.environ | backup) as process:
        while process.poll() is None:
            server.run(LARGE)
    assert process.returncode == 0
    builds.append(server.run(manifest("echo later > later", artifacts=["later"])))
    run(ROOT / "contrib/backup/wright-backup", copy, **backup)
    before = everything(server)
    assert all(build["id"] in before for build in builds)
    server.kill()
    server.data.rename(tmp_path / "lost")

    put_back(copy, tmp_path / "restored")
    if kind == "postgres":
        settings["WRIGHT_DATABASE"], plain, password = database(postgres, "restored")
        run(f"{POSTGRES_PROGRAMS}/pg_restore", "--no-owner", "--exit-on-error", f"--dbname={plain}", copy / "database.pgdump", **password)
    restored = start("--agents", "2", data="restored", WRIGHT_WORK=str(tmp_path / "work-2"), **settings)
    assert restored.token == server.token
    after = everything(restored)
    assert {identifier: after.get(identifier) for identifier in before} == before
    # What is sealed in the database opens.
    assert restored.get(f"/api/v1/repositories/{registered['id']}/webhook")["secret"] == secret
    # What ran begins anew.
    restored.wait_for_output(restored.wait_for_running(running, "job")["id"], "begun\n")
    for folder in (tmp_path / "work-2/builds").glob("*"):
        ((folder / "workspace") if (folder / "workspace").is_dir() else folder).joinpath("go").touch()
    assert restored.wait(running)["status"] == "passed"
