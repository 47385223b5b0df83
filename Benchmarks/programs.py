#!/usr/bin/env python3
"""Measures builds of C programs and checks of repositories against what the same machine does by hand, in one run.

    Benchmarks/programs.py [build|checks]
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "Tests/system"), str(ROOT / "Tests/programs")]
from archive import Archive  # noqa: E402
from figures import report, serving, shell  # noqa: E402
from harness import manifest  # noqa: E402

# A checkout gives files arbitrary times, by which make would want tools that only the program's authors need.
SAME_TIMES = "find . -name .git -prune -o -type f -exec touch -r configure {} +"
# With a .git this configure expects a developer's tools.
WITHOUT_GIT = "mv .git ../by-hand.git"
# Of Debian's source archive: what is built, by hand as by Wright, and a file to change.
PROGRAMS = {
    "tree": ("tree", "make -j$(nproc)", "tree.c"),
    "hello": ("hello", f"{SAME_TIMES} && {WITHOUT_GIT} && ./configure && make -j$(nproc)", "src/hello.c"),
    "lua": ("lua5.4", "make -j$(nproc)", "src/lua.c"),
}


def git(path, *arguments, **more):
    return subprocess.run(
        ["git", "-c", "user.name=B", "-c", "user.email=b@localhost", *arguments], cwd=path, check=True,
        capture_output=True, text=True, **more).stdout.strip()


@contextlib.contextmanager
def git_daemon(folder):
    """Serves the repositories below `folder`; gives their address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    daemon = subprocess.Popen(
        ["git", "daemon", "--export-all", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", f"--base-path={folder}",
         str(folder)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.01)
        yield f"git://127.0.0.1:{port}"
    finally:
        daemon.terminate()
        daemon.wait()


def with_history(path, changed, commits):
    """A repository of the files in `path` with as many commits, each of which changes a line of `changed`."""
    git(path, "init", "-q", "-b", "main")
    git(path, "add", "--all", "--force")
    git(path, "commit", "-qm", "first")
    text = (path / changed).read_bytes()
    stream = []
    for i in range(commits):
        content = text + b"\n/* Change %d. */\n" % i
        stream.append(b"commit refs/heads/main\ncommitter B <b@localhost> %d +0000\ndata 7\nchange\n\n%s"
                      b"M 100644 inline %s\ndata %d\n%s\n" % (
                          1_700_000_000 + i, b"from refs/heads/main^0\n" if i == 0 else b"", changed.encode(),
                          len(content), content))
    subprocess.run(["git", "fast-import", "--quiet", "--force"], cwd=path, input=b"".join(stream), check=True)
    git(path, "reset", "-q", "--hard")
    git(path, "gc", "-q")


def change(path, changed, number):
    with open(path / changed, "a") as file:
        file.write(f"\n/* A commit of the benchmark: {number}. */\n")
    git(path, "commit", "-qam", f"change {number}")


def built(server, url):
    """Seconds from asking for a build to having its last event."""
    begun = time.perf_counter()
    build = server.wait(server.json("POST", "/api/v1/builds", {"url": url}, status=201))
    took = time.perf_counter() - begun
    assert build["status"] == "passed", build
    return took


def by_hand(url, commands, folder):
    """Seconds of cloning into a new folder and building there."""
    target = folder / "by-hand"
    took = shell(f"git clone -q {url} {target} && cd {target} && {commands}", stderr=subprocess.DEVNULL)
    shutil.rmtree(target)
    shutil.rmtree(folder / "by-hand.git", ignore_errors=True)
    return took


def program(folder, archive, name, rounds):
    package, commands, changed = PROGRAMS[name]
    path = folder / "git" / name
    path.parent.mkdir(exist_ok=True)
    archive.unpack(package, path, False)
    with_history(path, changed, 300)
    first, again, hand = [], [], []
    with git_daemon(folder / "git") as address:
        url = f"{address}/{name}"
        by_hand(url, commands, folder)
        for number in range(rounds):
            # A server that has never seen the repository, then one that has its mirror.
            with serving(folder / f"data-{name}-{number}") as server:
                hand.append(by_hand(url, commands, folder))
                first.append(built(server, url))
                change(path, changed, number)
                hand.append(by_hand(url, commands, folder))
                again.append(built(server, url))
            shutil.rmtree(folder / f"data-{name}-{number}")
    reference = statistics.median(hand)
    allowed = reference * 1.05 + 0.1
    for title, times in (("first build", first), ("a moved branch", again)):
        middle = statistics.median(times)
        report(f"{name}, {title}", f"{middle:.3f} s", f"git clone, make {reference:.3f} s",
               f"{middle / reference:.2f}" + (f" ({allowed:.3f} s allowed)" if title == "first build" else ""))


def repositories(folder, count):
    """Repositories with a commit each, copies of one."""
    first = folder / "0"
    first.mkdir(parents=True)
    (first / "main.c").write_text("int main(void) { return 0; }\n")
    git(first, "init", "-q", "-b", "main")
    git(first, "add", "main.c")
    git(first, "commit", "-qm", "first")
    for i in range(1, count):
        shutil.copytree(first / ".git", folder / str(i) / ".git")
    return [f"file://{folder}/{i}" for i in range(count)]


def post_all(server, paths, body=None, status=202):
    connection = server.connection()
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    for path in paths:
        connection.request("POST", path, json.dumps(body(path)) if body else None, headers)
        response = connection.getresponse()
        text = response.read()
        assert response.status == status, (path, response.status, text)
        yield json.loads(text) if text else None


def checked(server):
    """How many checks have succeeded since the server started."""
    text = server.request("GET", "/metrics").body.decode()
    return int(float(re.search(r'^wright_repository_checks_total\{result="answered"\} (\S+)$', text, re.M).group(1)))


def check_all(data, count):
    """Seconds from the moment at which so many repositories are due to the last one's answer."""
    due = int(time.time() * 1000) + 2000
    database = sqlite3.connect(data / "wright.db")
    database.execute("UPDATE repositories SET next_check_at = ?", (due,))
    database.commit()
    database.close()
    with serving(data, WRIGHT_GIT_PROTOCOLS="file") as server:
        assert checked(server) == 0 and time.time() * 1000 < due, "the server took too long to start"
        time.sleep(due / 1000 - time.time())
        while checked(server) < count:
            time.sleep(0.02)
        return time.time() - due / 1000


def first_line(server):
    """Milliseconds from sending a manifest to the first byte of its job's log."""
    begun = time.perf_counter()
    build = server.submit(manifest("echo hello"))
    job = next(j["id"] for j in build["jobs"] if j["name"] == "job")
    for event, _, _ in server.events(f"/api/v1/jobs/{job}/log"):
        if event == "log":
            break
    took = (time.perf_counter() - begun) * 1000
    server.wait(build)
    return took


def checks(folder, count=1000):
    urls = repositories(folder / "many", count)
    (folder / "list").write_text("".join(url + "\n" for url in urls))
    data = folder / "data-checks"
    with serving(data, "--agents", "0", WRIGHT_GIT_PROTOCOLS="file") as server:
        connection = server.connection()
        identifiers = []
        for url in urls:
            body = json.dumps({"url": url, "every": 86_400})
            connection.request("POST", "/api/v1/repositories", body, {
                "Authorization": f"Bearer {server.token}", "Content-Type": "application/json"})
            response = connection.getresponse()
            identifiers.append(json.loads(response.read())["id"])
        # What registering has queued is not what is measured.
        while queued := server.get("/api/v1/builds?status=queued&limit=200"):
            for _ in post_all(server, [f"/api/v1/builds/{build['id']}/kill" for build in queued]):
                pass
    with serving(data, WRIGHT_GIT_PROTOCOLS="file") as server:
        for _ in range(20):
            first_line(server)
        alone = [first_line(server) for _ in range(60)]
        beside = []
        while len(beside) < 60:
            target = checked(server) + count
            for _ in post_all(server, [f"/api/v1/repositories/{i}/check" for i in identifiers]):
                pass
            while checked(server) < target - 50:
                beside.append(first_line(server))
            while checked(server) < target:
                time.sleep(0.005)
    times, hand = [], []
    for _ in range(5):
        hand.append(shell(f"xargs -P16 -n1 git ls-remote <{folder}/list"))
        times.append(check_all(data, count))
    reference, took = statistics.median(hand), statistics.median(times)
    report(f"{count} repositories checked", f"{took:.2f} s", f"xargs -P16 git ls-remote {reference:.2f} s",
           f"{took / reference:.2f}")
    later = statistics.median(beside) - statistics.median(alone)
    report(f"first line beside {count} checks",
           f"p50 {statistics.median(beside):.1f} ms, p95 {sorted(beside)[len(beside) * 95 // 100]:.1f} ms",
           f"idle p50 {statistics.median(alone):.1f} ms, p95 {sorted(alone)[len(alone) * 95 // 100]:.1f} ms",
           f"{later:+.1f} ms")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wright-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    chosen = sys.argv[1:]
    try:
        if not chosen or "build" in chosen:
            subprocess.run([ROOT / "scripts/install-packages", "dpkg-dev"], check=True)
            archive = Archive(os.environ.get("WRIGHT_PROGRAMS", ROOT / ".build/programs"))
            for name in PROGRAMS:
                program(folder, archive, name, 9 if name == "tree" else 3)
        if not chosen or "checks" in chosen:
            checks(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
