#!/usr/bin/env python3
"""Pushing to binary caches, beside what `nix copy` takes for the same paths: the median of rounds taken in turn.

With arguments, only those parts: large, small, plain.
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
from cachix import nix32  # noqa: E402
from harness import BINARY, Server  # noqa: E402
from webdav import WebDAV  # noqa: E402

ROUNDS = 5


def programs():
    """The bytes of this machine's own libraries, one after the other, for content that compresses as programs do."""
    for library in sorted(pathlib.Path("/usr/lib").rglob("*.so*")):
        if library.is_file() and not library.is_symlink():
            yield library.read_bytes()


def nar_of(content):
    def string(data):
        return len(data).to_bytes(8, "little") + data + bytes(-len(data) % 8)
    return b"".join(map(string, [b"nix-archive-1", b"(", b"type", b"regular", b"contents", content, b")"]))


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
        """Seconds and the peak of memory of a command."""
        all_of_it = self.environment() | environment
        begun = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, arguments)), env=all_of_it, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        messages = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - begun
        if status != 0:
            raise RuntimeError(f"{arguments[:3]}: {messages[-2000:].decode()}")
        return took, usage.ru_maxrss >> 10


def compare(name, ours, theirs):
    """Takes turns; prints medians and their ratio."""
    times, peaks, references = [], [], []
    for _ in range(ROUNDS):
        took, peak = ours()
        times.append(took)
        peaks.append(peak)
        references.append(theirs()[0])
    mine, reference = statistics.median(times), statistics.median(references)
    print(
        f"{name:<52} {mine:6.2f} s ({min(times):.2f} to {max(times):.2f}), peak {max(peaks)} MiB   "
        f"nix copy {reference:6.2f} s ({min(references):.2f} to {max(references):.2f})   {mine / reference:.2f}", flush=True)


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
    wanted = sys.argv[1:] or ["large", "small", "plain"]
    with tempfile.TemporaryDirectory(prefix="wright-bench-nix-") as folder:
        folder = pathlib.Path(folder)
        if "large" in wanted:
            store = Store(folder / "large", 200, 1_000_000)
            with_server(folder, lambda server: compare(
                "200 paths of 1 MB to Wright's cache", to_own_cache(store, server), in_turn(folder, copy_to_files(store))))
        small = Store(folder / "small", 3000, 2000) if {"small", "plain"} & set(wanted) else None
        if "small" in wanted:
            with_server(folder, lambda server: compare(
                "3,000 paths of 2 KB to Wright's cache", to_own_cache(small, server), in_turn(folder, copy_to_webdav(small))))
        if "plain" in wanted:
            compare(
                "3,000 paths of 2 KB to nginx, by PUT", in_turn(folder, push_to_webdav(small)),
                in_turn(folder, copy_to_webdav(small)))


def with_server(folder, body):
    server = Server(folder / "data").start()
    try:
        body(server)
    finally:
        server.stop()
        shutil.rmtree(folder / "data")


if __name__ == "__main__":
    main()
