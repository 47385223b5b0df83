"""What the benchmarks of a whole server share: starting it, timing, and a line for each figure."""

import contextlib
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests/system"))
from harness import Server  # noqa: E402


def report(name, value, reference="", ratio=""):
    print(f"{name:<46} {value:<26} {reference:<40} {ratio}", flush=True)


def timestamp(text):
    whole, milliseconds = text.rstrip("Z").split(".")
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + int(milliseconds) / 1000


def job_seconds(job):
    return timestamp(job["finished_at"]) - timestamp(job["started_at"])


@contextlib.contextmanager
def started(server):
    server.start()
    try:
        yield server
    finally:
        server.stop()


def serving(data, *arguments, **environment):
    return started(Server(data, *arguments, **environment))


def seconds(action):
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def shell(script, **options):
    return seconds(lambda: subprocess.run(["bash", "-c", script], check=True, stdout=subprocess.DEVNULL, **options))
