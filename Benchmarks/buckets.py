#!/usr/bin/env python3
"""Measures a server whose artifacts and large logs are in a bucket against rclone's own copy into the same bucket."""

import os
import pathlib
import random
import shutil
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests/system"))
from data_stores import Bucket  # noqa: E402
from figures import job_seconds, report, seconds, serving, shell  # noqa: E402
from harness import manifest  # noqa: E402

RCLONE = shutil.which("rclone") or str(pathlib.Path(sys.executable).parent / "rclone")
KEYS = {"AWS_ACCESS_KEY_ID": Bucket.access_key, "AWS_SECRET_ACCESS_KEY": Bucket.secret_key}
KEEP = """
driver: {{type: host}}
stages: [make, keep]
jobs:
- stage: make
  commands: ["cp {source} file"]
- stage: keep
  commands: ["true"]
  artifacts: [file]
"""


def address(bucket):
    return f"s3://shop/{random.getrandbits(48):x}?endpoint=http://127.0.0.1:{bucket.port}"


def rclone_copy(bucket, source):
    """A copy of a file by rclone with what it does when nothing is said, into the bucket under a new name."""
    remote = (f":s3,provider=Rclone,endpoint='http://127.0.0.1:{bucket.port}',"
              f"access_key_id={bucket.access_key},secret_access_key={bucket.secret_key}:shop/{random.getrandbits(48):x}")
    return shell(f"{RCLONE} --config /dev/null copyto {source} \"{remote}\"", stderr=None)


def artifact(folder, bucket, rounds=3):
    pairs, peak = [], 0
    for number in range(rounds):
        source = folder / f"source-{number}"
        shell(f"head -c 500000000 /dev/urandom >{source}; sync {source}")
        reference = rclone_copy(bucket, source)
        with serving(folder / f"data-{number}", "--artifacts", address(bucket), WRIGHT_SANDBOX="off", **KEYS) as server:
            build = server.run(KEEP.format(source=source))
            assert build["status"] == "passed" and server.artifacts(build)["file"]["size"] == 500_000_000
            pairs.append((job_seconds(build["jobs"][2]), reference))
            peak = max(peak, server.memory_peak())
        source.unlink()
        shutil.rmtree(folder / f"data-{number}")
        for stored in (bucket.folder / "shop").iterdir():
            shutil.rmtree(stored) if stored.is_dir() else stored.unlink()
    own, reference = (statistics.median(p[i] for p in pairs) for i in (0, 1))
    ratio = statistics.median(p[0] / p[1] for p in pairs)
    report("an artifact of 500 MB, hashed, in the bucket", f"{own:.2f} s, peak {peak >> 20} MiB",
           f"rclone copyto {reference:.2f} s", f"{ratio:.2f}")


def large_log(folder, bucket):
    source = folder / "log-source"
    shell(f"base64 -w 99 /dev/urandom | head -c 100000000 >{source}")
    times = {}
    for name, arguments in [("folder", []), ("bucket", ["--artifacts", address(bucket)])]:
        with serving(folder / f"log-{name}", *arguments, WRIGHT_SANDBOX="off", **KEYS) as server:
            # The whole build: the log is in its place before the end of the job is known.
            times[name] = min(seconds(lambda: server.run(manifest(f"cat {source}"))) for _ in range(5))
            peak = server.memory_peak()
    report("a log of 100 MB, ended in the bucket", f"{times['bucket']:.2f} s, peak {peak >> 20} MiB",
           f"in a folder {times['folder']:.2f} s", f"+{times['bucket'] - times['folder']:.2f} s")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wright-bench-", dir=os.environ.get("WRIGHT_BENCH_FOLDER", "/var/tmp")))
    bucket = Bucket(folder / "s3")
    try:
        artifact(folder, bucket)
        large_log(folder, bucket)
    finally:
        bucket.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
