"""Several servers that share nothing but a PostgreSQL database and a bucket."""

import hashlib

import pytest

from agents import Agent
from data_stores import Bucket
from harness import manifest
from test_buckets import KEYS, LARGE_LOG, LINES
from test_servers import Cluster, postgres, role, wait_for_ended, wait_for_role  # noqa: F401

# A log that is too large for the database, slow enough to be cut in its middle, and a file.
TALK = manifest(
    "set +x", "head -c 3000000 /dev/urandom >made.bin; sha256sum made.bin", LARGE_LOG.replace("50000", "25000"), "sleep 1",
    LARGE_LOG.replace("i=0;", "i=25000;"), artifacts=["made.bin"])


@pytest.fixture
def cluster(postgres, tmp_path):  # noqa: F811
    bucket = Bucket(tmp_path / "s3")
    cluster = Cluster(
        postgres, tmp_path, "--artifacts", f"s3://shop/wright?endpoint=http://127.0.0.1:{bucket.port}&region=eu-west-1")
    yield cluster
    cluster.stop()
    bucket.stop()


def complete(server, build):
    """The whole log and the artifact, as the build has made them."""
    log = server.log(build, "job")
    assert "".join(line for line in log.splitlines(True) if line.startswith("this is line")) == LINES
    made = next(line.split()[0] for line in log.splitlines() if line.endswith("  made.bin"))
    found = server.request("GET", f"/api/v1/builds/{build['id']}/artifacts/made.bin")
    assert hashlib.sha256(found.body).hexdigest() == made
    return True


def test_builds_of_agents_go_on_when_the_leader_is_killed_and_nothing_is_on_its_disk_only(cluster):
    leader, second, third = cluster.start(3, "--agents", "0", **KEYS)
    token = leader.json("POST", "/api/v1/tokens", {"kind": "agent"}, status=201)["token"]
    agents = [Agent(server, cluster.folder / f"agent-{n}", token=token).start() for n, server in enumerate((second, third))]
    try:
        builds = [second.submit(TALK) for _ in range(10)]
        wait_for_ended(second, 2)
        leader.kill()
        # What had ended is read without the machine that it ended on.
        wait_for_role(second, "leading", "following")
        wait_for_role(third, "leading", "following")
        for build in builds:
            assert second.wait(build)["status"] == "passed"
        for server in (second, third):
            assert all(complete(server, build) for build in builds)
        # It comes back with what its disk has of logs that have ended elsewhere, and that counts for nothing.
        leader.start()
        wait_for_role(leader, "following")
        assert all(complete(leader, build) for build in builds)
        # And leads once more.
        survivor = second if role(second) == "leading" else third
        other = third if survivor is second else second
        other.kill()
        survivor.kill()
        wait_for_role(leader, "leading")
        assert all(complete(leader, build) for build in builds)
    finally:
        for agent in agents:
            agent.stop()
