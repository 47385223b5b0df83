#!/usr/bin/env python3
"""Pushing to binary caches, beside what `nix copy` takes for the same paths: the median of rounds taken in turn.

With arguments, only those parts: large, small, large-plain, small-plain. `TMPDIR=/dev/shm` leaves the disk out.
"""

import hashlib
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/system"))
sys.path.insert(0, str(ROOT / "Benchmarks"))
from cachix import nar_of, nix32  # noqa: E402
from harness import BINARY, Server  # noqa: E402
from webdav import WebDAV  # noqa: E402

ROUNDS = 5
LAUNCHER = """
import os, sys, time
begun = time.perf_counter()
null = os.open(os.devnull, os.O_WRONLY)
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def programs():
    """The bytes of this machine's own libraries, one after the other, for content that compresses as programs do."""
    for library in sorted(pathlib.Path("/usr/lib").rglob("*.so*")):
        if library.is_file() and not library.is_symlink():
            yield library.read_bytes()


class Store:
    """A store of `count` paths of `size` bytes. Each refers to two others, and the last one to all, as that of a system does."""

    def __init__(self, folder, count, size):
        self.folder = pathlib.Path(folder)
        self.homes = 0
        (self.folder / "nix/store").mkdir(parents=True)
        conf = self.folder / "conf"
        conf.mkdir()
        (conf / "nix.conf").write_text(
            "build-users-group =\nsandbox = false\nsubstituters =\nexperimental-features = nix-command\n")
        source, rest, self.paths, registration = programs(), b"", [], []
        for number in range(count):
            while len(rest) < size:
                rest += next(source)
            content, rest = b"path %d\n" % number + rest[:size], rest[size:]
            path = f"/nix/store/{nix32(hashlib.sha256(b'%d' % number).digest()[:20])}-path-{number}"
            file = self.folder / path.removeprefix("/")
            file.write_bytes(content)
            file.chmod(0o444)
            references = sorted({self.paths[i] for i in (number // 2, number // 3) if i < number})
            if number == count - 1:
                references = sorted(self.paths)
            nar = nar_of(content)
            registration += [path, hashlib.sha256(nar).hexdigest(), len(nar), "", len(references), *references]
            self.paths.append(path)
        subprocess.run(
            ["nix-store", "--load-db"], input="".join(f"{line}\n" for line in registration).encode(), check=True,
            env=self.environment())

    def environment(self):
        # A home of its own for each run: Nix remembers what caches have answered.
        self.homes += 1
        home = self.folder / f"home-{self.homes}"
        home.mkdir()
        return {
            "PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home), "NIX_REMOTE": str(self.folder),
            "NIX_CONF_DIR": str(self.folder / "conf")}

    def run(self, *arguments, **environment):
        """Seconds of a command, its seconds of processor time, and its peak of memory in MiB."""
        all_of_it = self.environment() | environment
        # Started by a small program: what this one has in memory would count as the command's.
        done = subprocess.run(
            [sys.executable, "-S", "-c", LAUNCHER, *map(str, arguments)], env=all_of_it, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments[:3]}: {done.stderr[-2000:]}")
        took, busy, peak = done.stdout.splitlines()[-1].split()
        return float(took), float(busy), int(peak) >> 10


def compare(name, ours, theirs):
    """Takes turns; prints medians and their ratio. Processor time is that of the commands, without their servers."""
    runs = [(ours(), theirs()) for _ in range(ROUNDS)]

    def line(side):
        times, busy, peaks = zip(*(run[side] for run in runs))
        middle = statistics.median(times)
        return middle, f"{middle:6.2f} s ({min(times):.2f} to {max(times):.2f}, busy {statistics.median(busy):.2f}, {max(peaks)} MiB)"

    (mine, first), (reference, second) = line(0), line(1)
    print(f"{name:<38} {first}   nix copy {second}   {mine / reference:.2f}", flush=True)


def in_turn(folder, prepare):
    """Calls `prepare` with a new folder each time, which is removed afterwards."""
    def run():
        place = pathlib.Path(tempfile.mkdtemp(dir=folder))
        try:
            return prepare(place)
        finally:
            shutil.rmtree(place)
    return run


def to_own_cache(store, server):
    """Pushes the whole store to a new cache of a server of Wright."""
    number = 0

    def push():
        nonlocal number
        number += 1
        server.json("POST", "/api/v1/caches", {"name": f"bench-{number}", "public": True}, status=201)
        took = store.run(
            BINARY, "cache", "push", f"bench-{number}", store.paths[-1],
            WRIGHT_SERVER=server.url, WRIGHT_TOKEN=server.token)
        server.json("DELETE", f"/api/v1/caches/bench-{number}", status=204)
        return took
    return push


def copy_to_files(store):
    return lambda place: store.run("nix", "copy", "--to", f"file://{place}/cache?compression=zstd", store.paths[-1])


def copy_to_webdav(store):
    def copy(place):
        with WebDAV(place / "webdav") as server:
            return store.run("nix", "copy", "--to", f"{server.url}?compression=zstd", store.paths[-1])
    return copy


def push_to_webdav(store):
    def push(place):
        with WebDAV(place / "webdav") as server:
            return store.run(BINARY, "cache", "push", "--plain", server.url, store.paths[-1])
    return push


def main():
    wanted = set(sys.argv[1:] or ["large", "large-plain", "small", "small-plain"])
    with tempfile.TemporaryDirectory(prefix="wright-bench-nix-") as folder:
        folder = pathlib.Path(folder)
        if {"large", "large-plain"} & wanted:
            part(folder, wanted, "large", Store(folder / "large", 200, 1_000_000), copy_to_files)
        if {"small", "small-plain"} & wanted:
            part(folder, wanted, "small", Store(folder / "small", 3000, 2000), copy_to_webdav)


def part(folder, wanted, name, store, reference):
    reference = in_turn(folder, reference(store))
    if name in wanted:
        with_server(folder, lambda server: compare(f"{name}: to Wright's cache", to_own_cache(store, server), reference))
    if f"{name}-plain" in wanted:
        compare(f"{name}: to nginx, by PUT", in_turn(folder, push_to_webdav(store)), reference)


def with_server(folder, body):
    server = Server(folder / "data").start()
    try:
        body(server)
    finally:
        server.stop()
        shutil.rmtree(folder / "data")


if __name__ == "__main__":
    main()
