"""Builds on a Slurm cluster of one node, with the real daemons; what the driver does alone is tested in DriverSlurmTests."""

import os
import subprocess

import pytest

from harness import ROOT, manifest

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a cluster")


@pytest.fixture(scope="module")
def cluster():
    """The configuration of a cluster that runs as long as the tests."""
    process = subprocess.Popen(
        [ROOT / "scripts/with-slurm", "sh", "-c", 'echo "$SLURM_CONF"; read line'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True)
    configuration = process.stdout.readline().strip()
    assert configuration, "the cluster did not start"
    yield configuration
    process.stdin.close()
    process.wait(timeout=60)


def jobs(cluster):
    """The names of all jobs that wait or run."""
    return subprocess.run(
        ["squeue", "--noheader", "--format=%j"], env=os.environ | {"SLURM_CONF": cluster}, check=True, capture_output=True,
        text=True).stdout.split()


def on_cluster(*commands, settings="", **more):
    return manifest(*commands, **more).replace("  type: host\n", f"  type: slurm\n{settings}")


def test_a_build_on_the_cluster(cluster, start, tmp_path, repository):
    server = start(SLURM_CONF=cluster, WRIGHT_SLURM_FOLDER=str(tmp_path / "shared"), WRIGHT_GIT_PROTOCOLS="file")
    build = server.run(on_cluster(
        "cat repository/file; echo \"$SLURM_JOB_NAME $SLURM_CPUS_PER_TASK\"; echo made >it", artifacts=["it"],
        settings="  cpus: 2\n  time: 10m\n", head=f"sources: ['{repository.url} main']"))
    assert build["status"] == "passed", server.log(build, "job")
    lines = server.log(build, "job").splitlines()
    assert "second" in lines and any(line.startswith("wright-") and line.endswith("-job 2") for line in lines)
    assert server.artifact(build, "it") == b"made\n"
    assert "the cluster test runs the jobs" in server.log(build, "create-driver")

    # Its output comes while it runs, and it ends when it is killed.
    build = server.submit(on_cluster("trap 'echo told' TERM; echo first line; while :; do sleep 0.1; done"))
    job = server.wait_for_running(build, "job")
    assert "first line\n" in server.wait_for_output(job["id"], "first line\n")
    server.json("POST", f"/api/v1/builds/{build['id']}/kill", status=202)
    assert server.wait(build)["status"] == "killed"
    assert jobs(cluster) == []
    assert list((tmp_path / "shared/builds").iterdir()) == []

    # What a server leaves that dies is ended by the next one, which begins the build anew.
    build = server.submit(on_cluster("echo begun; while [ ! -e go ]; do sleep 0.1; done"))
    server.wait_for_output(server.wait_for_running(build, "job")["id"], "begun\n")
    left = jobs(cluster)
    assert len(left) == 1
    server.kill()
    assert jobs(cluster) == left
    server.start()
    server.wait_for_output(server.wait_for_running(build, "job")["id"], "begun\n")
    assert left[0] not in jobs(cluster)
    for workspace in (tmp_path / "shared/builds").glob("*/workspace"):
        (workspace / "go").touch()
    assert server.wait(build)["status"] == "passed"
