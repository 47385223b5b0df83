#!/usr/bin/env python3
"""Reading from a binary cache against nginx with the same files, in one run: narinfos a second, NARs in MB/s."""

import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/system"))
os.environ.setdefault("WRIGHT_BINARY", str(ROOT / ".build/release/wright"))

from cachix import Client, made_path  # noqa: E402
from harness import Server  # noqa: E402

PATHS = 500
LARGE = 400 << 20
ROUNDS = 3
CONFIGURATION = """
worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nodelay on; keepalive_requests 100000000; open_file_cache max=1000;
  default_type text/x-nix-narinfo; server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}
"""
# Each thread of wrk goes through all narinfos.
SCRIPT = """
local paths = {{{paths}}}
local next = 0
request = function() next = next % #paths + 1; return wrk.format("GET", "{prefix}/" .. paths[next]) end
"""


def nginx(folder):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    subprocess.run(["nginx", "-c", folder / "nginx.conf"], check=True)
    return f"http://127.0.0.1:{port}"


def rate(url, prefix, names, folder):
    script = folder / "wrk.lua"
    script.write_text(SCRIPT.format(paths=",".join(f'"{n}"' for n in names), prefix=prefix))
    shown = subprocess.run(
        ["wrk", "-t1", "-c16", "-d3s", "-s", script, url], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in shown and "Socket errors" not in shown, shown
    return float(re.search(r"Requests/sec:\s+([\d.]+)", shown)[1])


def speed(url):
    shown = subprocess.run(
        ["curl", "-sf", "-o", "/dev/null", "-w", "%{speed_download}", url], capture_output=True, text=True, check=True)
    return float(shown.stdout)


def compare(name, ours, theirs, unit, scale=1):
    pairs = [(ours(), theirs()) for _ in range(ROUNDS)]
    mine, other = (statistics.median(p[i] for p in pairs) for i in (0, 1))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:32} {mine / scale:10.0f} {unit:6} nginx {other / scale:10.0f}   ratio {ratio:.2f}", flush=True)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wright-caches-"))
    folder.chmod(0o755)
    server = Server(folder / "data", "--agents", "0").start()
    try:
        server.json("POST", "/api/v1/caches", {"name": "bench"}, status=201)
        client = Client(server.url + "/api/v1", "bench", server.token)
        small = [made_path(f"small-{n}", os.urandom(2000)) for n in range(PATHS)]
        middle = made_path("middle", os.urandom(1 << 20))
        large = made_path("large", os.urandom(LARGE))
        start = time.monotonic()
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(client.push, small))
        print(f"{PATHS} small paths pushed, by 16 threads of Python: {time.monotonic() - start:.1f} s")
        start = time.monotonic()
        for path in (middle, large):
            client.push(path)
        print(f"{LARGE >> 20} MiB pushed in parts: {time.monotonic() - start:.1f} s, "
              f"peak {server.memory_peak() >> 20} MiB resident")

        www = folder / "www"
        names = [f"{p.hash}.narinfo" for p in small]
        files = {}
        for name in [*names, f"{middle.hash}.narinfo", f"{large.hash}.narinfo"]:
            text = server.request("GET", f"/cache/bench/{name}", token=False).body
            (www / "nar").mkdir(parents=True, exist_ok=True)
            (www / name).write_bytes(text)
            files[name] = re.search(rb"^URL: (.*)$", text, re.M)[1].decode()
        for path in (middle, large):
            (www / files[f"{path.hash}.narinfo"]).write_bytes(path.file)
        subprocess.run(["chmod", "-R", "a+rX", www], check=True)
        reference = nginx(folder)

        ours = f"{server.url}/cache/bench"
        compare("narinfos", lambda: rate(server.url, "/cache/bench", names, folder),
                lambda: rate(reference, "", names, folder), "req/s")
        nar = files[f"{middle.hash}.narinfo"]
        compare("NARs of 1 MiB", lambda: rate(server.url, "/cache/bench", [nar], folder),
                lambda: rate(reference, "", [nar], folder), "req/s")
        nar = files[f"{large.hash}.narinfo"]
        compare("a NAR of 400 MiB", lambda: speed(f"{ours}/{nar}"), lambda: speed(f"{reference}/{nar}"), "MB/s", 1e6)
    finally:
        server.stop()
        if (folder / "pid").exists():
            subprocess.run(["kill", (folder / "pid").read_text().strip()], check=False)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
