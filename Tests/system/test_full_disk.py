"""What happens when there is no space left: the data folder is a file system of 40 MB of its own."""

import errno
import os
import pathlib
import subprocess
import time

import pytest

from cachix import Client, made_path
from harness import BINARY, FINAL, Server, manifest

FULL = "disk is full"


def can_mount():
    """A machine may forbid the small disk that these tests need."""
    done = subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True)
    return done.returncode == 0


pytestmark = pytest.mark.skipif(not can_mount(), reason="mounting a tmpfs is not allowed here; run as root")


class SmallDisk(Server):
    """A server whose data folder is a small tmpfs in its own mount namespace, seen from here through /proc."""

    def __init__(self, folder, *arguments):
        data = folder / "small" / "data"
        data.parent.mkdir()
        super().__init__(data, *arguments, prefix=[
            "unshare", "--mount", "sh", "-c", f'mount -t tmpfs -o size=40m tmpfs {data.parent} && exec "$@"', "sh"])

    def start(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WRIGHT_")}
        self.log_path = self.data.parent.parent / "stderr"
        self.process = subprocess.Popen(
            [*self.prefix, BINARY, "serve", "--listen", "127.0.0.1:0", "--data", str(self.data), *self.arguments],
            stdout=subprocess.PIPE, stderr=open(self.log_path, "wb"), env=environment)
        self.url = self.process.stdout.readline().decode().split()[-1]
        self.host = self.url.removeprefix("http://")
        self.inside = pathlib.Path(f"/proc/{self.process.pid}/root{self.data}")
        self.token = (self.inside / "admin-token").read_text().strip()
        return self

    def stderr(self):
        return self.log_path.read_text(errors="replace")

    def wait(self, build, seconds=60):
        return self.until(build, FINAL, seconds)

    def until(self, build, statuses, seconds=60):
        end = time.monotonic() + seconds
        while True:
            found = self.get(f"/api/v1/builds/{build['id']}")
            if found["status"] in statuses:
                return found
            assert time.monotonic() < end, f"{found}\n{self.stderr()[-4000:]}"
            time.sleep(0.05)

    def until_ready(self, seconds=60):
        end = time.monotonic() + seconds
        while (answer := self.request("GET", "/readyz")).status != 200:
            assert time.monotonic() < end, f"{answer.body}\n{self.stderr()[-4000:]}"
            time.sleep(0.05)

    def fill(self, size=None):
        """Takes `size` bytes of the disk, or all that is left; returns the file that has them."""
        ballast = self.inside.parent / "ballast"
        with open(ballast, "ab", buffering=0) as file:
            try:
                while size is None or file.tell() < size:
                    file.write(bytes(4096))
            except OSError as error:
                assert error.errno == errno.ENOSPC
        return ballast

    def count(self):
        return len(self.get("/api/v1/builds?limit=100"))


@pytest.fixture
def disk(tmp_path):
    server = SmallDisk(tmp_path).start()
    yield server
    server.stop()
    # Repeated failures are said once: a full disk must not fill another one with the server's log.
    assert len(server.stderr().splitlines()) < 60, server.stderr()


def test_an_artifact_that_does_not_fit_fails_nothing(disk):
    build = disk.run(manifest(
        "dd if=/dev/zero of=big bs=1M count=25 2>/dev/null; echo x >small", artifacts=["big => one", "small"]))
    assert build["status"] == "passed"
    log = disk.log(build, "job")
    assert [FULL in line for line in log.splitlines() if "artifact one" in line] == [True], log
    assert set(disk.artifacts(build)) == {"small"}


def test_a_log_that_fills_the_disk_ends_its_build_and_nothing_else(disk):
    ballast = disk.fill(10_000_000)
    flood = disk.wait(disk.submit(manifest("base64 /dev/urandom")))
    assert flood["status"] == "failed" and FULL in flood["reason"], flood
    job = next(job for job in flood["jobs"] if job["name"] == "job")
    log = disk.log_bytes(flood, "job")
    assert job["status"] == "failed" and job["log_size"] == len(log) > 20_000_000
    assert {len(line) for line in log.splitlines()[1:-1]} == {76}

    ready = disk.request("GET", "/readyz")
    assert ready.status == 503 and FULL in ready.body.decode()
    # There is space to store a build, but not to run it: it waits.
    waiting = disk.submit(manifest("echo well"))
    assert disk.get(f"/api/v1/builds/{waiting['id']}")["status"] == "queued"
    ballast.unlink()
    assert disk.wait(waiting)["status"] == "passed"
    disk.until_ready()


@pytest.mark.parametrize("exit", ["exit 1", "exit 0"])
def test_a_workspace_that_fills_the_disk_gives_the_space_back(disk, exit):
    build = disk.wait(disk.submit(manifest(f"cat /dev/zero >fill; echo over; {exit}")))
    # Where what the script says of it still fits into the log, that is the reason.
    assert build["status"] == "failed", build
    assert FULL in (build["reason"] or "") or "No space left on device" in disk.log(build, "job"), build
    after = disk.wait(disk.submit(manifest("echo well")))
    assert after["status"] == "passed", after
    assert disk.log(after, "job").endswith("well\n")
    disk.until_ready()


def test_a_build_that_keeps_the_disk_full_is_ended_in_time(disk):
    # Without a word while the disk is full, so that nothing but the clock ends it.
    quiet = "sh -c 'sleep 0.3; cat /dev/zero >fill 2>/dev/null; sleep 600'"
    build = disk.wait(disk.submit(manifest(quiet, head="timeout: 3s")))
    assert build["status"] == "timed_out" and "3" in build["reason"], build

    build = disk.submit(manifest(quiet))
    disk.until(build, {"running"})
    end = time.monotonic() + 10
    while FULL not in disk.request("GET", "/readyz").body.decode():
        assert time.monotonic() < end
    assert disk.request("POST", f"/api/v1/builds/{build['id']}/kill").status == 202
    assert disk.wait(build)["status"] == "killed"
    assert disk.wait(disk.submit(manifest("echo well")))["status"] == "passed"


def test_on_a_full_disk_reads_answer_and_nothing_is_accepted(disk):
    build = disk.wait(disk.submit(manifest("echo before", artifacts=["none"])))
    job = build["jobs"][1]["id"]
    # Its first use is on the full disk and cannot be noted.
    fresh = disk.json("POST", "/api/v1/tokens", {"comment": "fresh"}, status=201)["token"]
    before = disk.count()
    ballast = disk.fill()

    refused = disk.request("POST", "/api/v1/builds", {"manifest": manifest("echo never", "#" * 100_000)})
    assert refused.status == 507 and FULL in refused.body.decode(), refused.body
    assert disk.count() == before
    for path in ["/api/v1/builds", f"/api/v1/builds/{build['id']}", f"/api/v1/builds/{build['id']}/jobs",
                 f"/api/v1/jobs/{job}/log", f"/api/v1/builds/{build['id']}/artifacts", "/api/v1/tokens", "/metrics"]:
        answer = disk.request("GET", path, headers={"Authorization": f"Bearer {fresh}"})
        assert answer.status == 200, (path, answer.body)
    ready = disk.request("GET", "/readyz")
    assert ready.status == 503 and FULL in ready.body.decode()

    ballast.unlink()
    disk.until_ready()
    assert disk.wait(disk.submit(manifest("echo well")))["status"] == "passed"
    assert disk.count() == before + 1


def test_a_push_that_does_not_fit_is_refused_and_works_once_there_is_space(disk):
    disk.json("POST", "/api/v1/caches", {"name": "tools"}, status=201)
    client = Client(disk.url + "/api/v1", "tools", disk.token)
    kept, large = made_path("kept", os.urandom(1_000_000)), made_path("large", os.urandom(12_000_000))
    client.push(kept)
    ballast = disk.fill(26_000_000)
    upload = client.begin()
    response = client.send(*client.with_data(upload, 1, large.file))
    assert response.status == 507 and FULL in response.body.decode(), response.body
    narinfo = disk.request("GET", f"/cache/tools/{kept.hash}.narinfo", token=False)
    assert narinfo.status == 200

    ballast.unlink()
    client.complete(upload, large.submission, [client.put(upload, 1, large.file)])
    assert client.missing([kept.hash, large.hash]) == []
    # Nothing of what was refused takes space.
    assert list((disk.inside / "uploads").glob("*/*")) == []
