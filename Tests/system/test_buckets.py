"""A server whose artifacts and large logs are in a bucket."""

import hashlib
import http.client
import http.server
import json
import os
import subprocess
import threading
import time
import urllib.parse

import pytest

from cachix import Client, made_path
from data_stores import Bucket
from harness import BINARY, Server, command, manifest

KEYS = {"AWS_ACCESS_KEY_ID": Bucket.access_key, "AWS_SECRET_ACCESS_KEY": Bucket.secret_key}


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    bucket = Bucket(tmp_path_factory.mktemp("s3") / "server")
    yield bucket
    bucket.stop()


class BucketServer(Server):
    """A server under a prefix of its own in the bucket; `files` is where its objects are."""

    def __init__(self, bucket, folder, *arguments, **environment):
        prefix = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        self.address = f"s3://shop/{prefix}?endpoint=http://127.0.0.1:{bucket.port}&region=eu-west-1"
        self.files = bucket.folder / "shop" / prefix
        super().__init__(folder / "data", "--artifacts", self.address, *arguments, **(KEYS | environment))

    def objects(self, below=""):
        folder = self.files / below
        return sorted(str(p.relative_to(self.files)) for p in folder.rglob("*") if p.is_file())

    def metric(self, name):
        text = self.request("GET", "/metrics").body.decode()
        return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name + " "))


@pytest.fixture
def server(bucket, tmp_path):
    server = BucketServer(bucket, tmp_path).start()
    yield server
    server.stop()


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def blob(digest):
    return f"blobs/{digest[:2]}/{digest[2:]}"


# 2 MB of text, larger than what the database keeps.
LARGE_LOG = "i=0; while [ $i -lt 50000 ]; do echo this is line number $i of the log; i=$((i+1)); done"
LINES = "".join(f"this is line number {i} of the log\n" for i in range(50000))
MADE = manifest(
    "head -c 20000000 /dev/urandom >big.bin", "mkdir out; echo hello >out/small.txt; : >empty", "set +x; " + LARGE_LOG,
    artifacts=["big.bin", "out/small.txt", "empty"])


def test_artifacts_and_large_logs_are_in_the_bucket_and_nowhere_else(server):
    build = server.run(MADE)
    assert build["status"] == "passed"
    artifacts = server.artifacts(build)
    folder = f"build-{build['id']}"
    assert server.objects("tree") == [f"tree/{folder}/{name}" for name in ("big.bin", "empty", "small.txt")]
    for name, artifact in artifacts.items():
        content = (server.files / blob(artifact["sha256"])).read_bytes()
        assert hashlib.sha256(content).hexdigest() == artifact["sha256"]
        assert hashlib.md5(content).hexdigest() == artifact["md5"]
        pointer = json.loads((server.files / "tree" / folder / name).read_text())
        assert pointer["sha256"] == artifact["sha256"] and pointer["object"].endswith(blob(artifact["sha256"]))
        assert server.artifact(build, name) == content
        assert server.request("GET", f"/artifacts/{folder}/{name}").body == content
    assert server.log(build, "job").endswith(LINES + "".join(
        f"wright: artifact {n}: {artifacts[n]['size']:,} bytes, sha256 {artifacts[n]['sha256']}\n"
        for n in ("big.bin", "small.txt", "empty")))
    # Nothing else is in the bucket, nor anything of it in the data folder.
    [log] = server.objects("logs")
    assert len(server.objects()) == 3 + 3 + 1
    unpacked = subprocess.run(["zstd", "-dc", server.files / log], stdout=subprocess.PIPE, check=True).stdout
    assert unpacked.decode() == server.log(build, "job")
    until(lambda: list((server.data / "logs" / "live").iterdir()) == [])
    assert not (server.data / "artifacts").exists()
    # A server that begins anew reads all of it.
    server.stop()
    server.start()
    assert server.log(build, "job") == unpacked.decode()
    assert server.artifact(build, "small.txt") == b"hello\n"
    # The same content once more is not stored once more.
    before = server.objects("blobs")
    server.run(manifest("echo hello >again", artifacts=["again"]))
    assert server.objects("blobs") == before


def test_parts_of_artifacts_and_logs_are_read_by_ranges(server):
    build = server.run(MADE)
    path = f"/api/v1/builds/{build['id']}/artifacts/big.bin"
    whole = server.artifact(build, "big.bin")
    received = server.metric("wright_bucket_received_bytes_total")
    for start, end in [(0, 0), (65_530, 65_545), (10_000_000, 10_000_099), (19_999_990, 19_999_999)]:
        part = server.request("GET", path, headers={"Range": f"bytes={start}-{end}"})
        assert part.status == 206 and part.body == whole[start:end + 1]
    assert server.metric("wright_bucket_received_bytes_total") - received < 1_000_000
    head = server.request("HEAD", path)
    assert head.status == 200 and head.headers["Content-Length"] == "20000000" and not head.body
    tag = head.headers["ETag"]
    assert server.request("GET", path, headers={"If-None-Match": tag}).status == 304
    assert server.request("GET", path, headers={"Range": "bytes=20000000-"}).status == 416
    job = next(j for j in server.get(f"/api/v1/builds/{build['id']}/jobs") if j["name"] == "job")
    lines = server.get(f"/api/v1/jobs/{job['id']}/log/lines?from=40000&limit=3")
    assert "this is line number" in json.dumps(lines)


def test_downloads_are_sent_to_the_bucket_where_it_is_set_up_so(bucket, tmp_path):
    server = BucketServer(bucket, tmp_path, WRIGHT_S3_PRESIGNED="60s").start()
    try:
        build = server.run(MADE)
        path = f"/api/v1/builds/{build['id']}/artifacts/small.txt"
        answer = server.request("GET", path)
        assert answer.status == 307 and answer.headers["Cache-Control"] == "no-store"
        place = urllib.parse.urlsplit(answer.headers["Location"])
        assert server.token not in answer.headers["Location"] and Bucket.secret_key not in answer.headers["Location"]
        # Anybody may read that one object, and no other.
        for target, status in [(place.path, 200), (place.path[:-1] + "0", 403)]:
            connection = http.client.HTTPConnection(place.netloc)
            connection.request("GET", target + "?" + place.query)
            found = connection.getresponse()
            assert found.status == status
            if status == 200:
                assert found.read() == b"hello\n"
            connection.close()
        assert server.request("GET", path, token=False).status == 401
        assert server.request("HEAD", path).headers["Content-Length"] == "6"
        # The command follows, and checks what it gets.
        done = command("artifacts", build["id"], "--get", "big.bin", "--output", tmp_path / "big", server=server)
        assert done.returncode == 0, done.stderr
        digest = hashlib.sha256((tmp_path / "big").read_bytes()).hexdigest()
        assert digest == server.artifacts(build)["big.bin"]["sha256"]
    finally:
        server.stop()


def test_what_curation_deletes_is_gone_from_the_bucket(bucket, tmp_path):
    server = BucketServer(bucket, tmp_path, WRIGHT_CLEANUP_THRESHOLD="1500kB").start()
    try:
        make = lambda: server.run(manifest("head -c 1000000 /dev/urandom >it", artifacts=["it"]))
        first, second = make(), make()
        until(lambda: len(server.objects("blobs")) == 1 and len(server.objects("tree")) == 1)
        assert server.objects("tree") == [f"tree/build-{second['id']}/it"]
        gone = server.request("GET", f"/api/v1/builds/{first['id']}/artifacts/it")
        assert gone.status == 410
        assert len(server.artifact(second, "it")) == 1000000
    finally:
        server.stop()


def test_paths_of_binary_caches_are_in_the_bucket(server):
    server.json("POST", "/api/v1/caches", {"name": "tools", "public": True}, status=201)
    path = made_path("large", os.urandom(300_000))
    Client(server.url + "/api/v1", "tools", server.token).push(path)
    info = server.request("GET", f"/cache/tools/{path.hash}.narinfo", token=False).body.decode()
    url = next(line.removeprefix("URL: ") for line in info.splitlines() if line.startswith("URL: "))
    assert server.request("GET", f"/cache/tools/{url}", token=False).body == path.file
    assert server.objects("blobs") == [blob(hashlib.sha256(path.file).hexdigest())]
    part = server.request("GET", f"/cache/tools/{url}", token=False, headers={"Range": "bytes=100000-100009"})
    assert part.status == 206 and part.body == path.file[100000:100010]
    # Another path of the same content is checked against what is there.
    server.json("POST", "/api/v1/caches", {"name": "other", "public": True}, status=201)
    Client(server.url + "/api/v1", "other", server.token).push(path)
    assert len(server.objects("blobs")) == 1


@pytest.mark.parametrize("change, says", [
    ({"AWS_SECRET_ACCESS_KEY": "another-secret"}, "secret does not fit"),
    ({"AWS_ACCESS_KEY_ID": "UNKNOWN"}, "check"),
    ({"AWS_ACCESS_KEY_ID": "", "HOME": "/nonexistent"}, "AWS_ACCESS_KEY_ID"),
    ({"WRIGHT_S3_CREDENTIALS": "/nonexistent"}, "/nonexistent"),
    ({"bucket": "absent"}, "make the bucket"),
    ({"endpoint": "http://s3.example.org"}, "insecure=true"),
    ({"style": "both"}, "path or virtual"),
])
def test_what_can_never_work_ends_the_start_with_a_sentence(bucket, tmp_path, change, says):
    name, endpoint = change.pop("bucket", "shop"), change.pop("endpoint", f"http://127.0.0.1:{bucket.port}")
    style = change.pop("style", "path")
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **KEYS, **change}
    done = subprocess.run(
        [BINARY, "serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "data"), "--artifacts",
         f"s3://{name}/x?endpoint={endpoint}&region=eu-west-1&style={style}"],
        env={k: v for k, v in environment.items() if v}, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and says in done.stderr, done.stderr
    assert "another-secret" not in done.stderr and Bucket.secret_key not in done.stderr


class Refusing(http.server.BaseHTTPRequestHandler):
    """A bucket that is too busy."""

    def answer(self):
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = answer
    log_message = lambda *_: None


def test_a_bucket_that_is_away_for_a_while_loses_nothing(tmp_path):
    bucket = Bucket(tmp_path / "s3")
    server = BucketServer(bucket, tmp_path).start()
    try:
        before = server.run(MADE)
        builds = [server.submit(MADE) for _ in range(4)]
        bucket.stop()
        refusing = http.server.ThreadingHTTPServer(("127.0.0.1", bucket.port), Refusing)
        threading.Thread(target=refusing.serve_forever, daemon=True).start()
        until(lambda: server.request("GET", "/readyz").status == 503)
        assert b"artifacts" in server.request("GET", "/readyz").body
        # What only reads works: lists, small logs, pages.
        assert len(server.get("/api/v1/builds")) == 5
        assert "sandbox" in server.log(before, "create-driver")
        time.sleep(10)
        refusing.shutdown()
        refusing.server_close()
        # Now nobody listens.
        time.sleep(10)
        assert server.request("GET", "/").status in (200, 303)
        assert server.request("GET", f"/api/v1/builds/{before['id']}/artifacts/big.bin").status == 503
        assert not any(server.get(f"/api/v1/builds/{b['id']}")["status"] == "failed" for b in builds)
        bucket.start()
        for build in builds:
            assert server.wait(build)["status"] == "passed"
            artifacts = server.artifacts(build)
            assert hashlib.sha256(server.artifact(build, "big.bin")).hexdigest() == artifacts["big.bin"]["sha256"]
            assert LINES in server.log(build, "job")
        until(lambda: server.request("GET", "/readyz").status == 200)
        assert server.metric("wright_bucket_failures_total") > 0
        assert server.metric("wright_bucket_answering") == 1
        assert Bucket.secret_key not in server.stderr()
    finally:
        server.stop()
        bucket.stop()


def test_a_server_that_is_killed_while_the_bucket_is_away_loses_nothing(tmp_path):
    bucket = Bucket(tmp_path / "s3")
    server = BucketServer(bucket, tmp_path).start()
    try:
        build = server.submit(manifest("set +x; " + LARGE_LOG, "echo ready", "sleep 1"))
        job = server.wait_for_running(build, "job")
        server.wait_for_output(job["id"], "ready")
        bucket.stop()
        until(lambda: "bucket in trouble" in server.stderr())
        server.kill()
        server.start()
        bucket.start()
        assert server.wait(build)["status"] == "passed"
        assert LINES in server.log(build, "job")
        assert server.objects("logs")
    finally:
        server.stop()
        bucket.stop()
