"""A server that a browser looks at."""

import json
import os
import pathlib
import subprocess
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Server:
    def __init__(self, url, token, data=None):
        self.url, self.token, self.data = url, token, data

    def request(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read() or b"null")

    def submit(self, *jobs, stages=None, head="", **fields):
        """Submits a build of jobs `(stage, name, script)` or `(stage, name, script, [artifact...])`."""
        stages = stages or list(dict.fromkeys(job[0] for job in jobs))
        lines = ["driver:", "  type: host", *head.splitlines(), f"stages: [{', '.join(stages)}]", "jobs:"]
        for stage, name, script, *artifacts in jobs:
            lines += [f"- stage: {stage}", f"  name: {name}", "  commands:", "  - |"]
            lines += ["    " + line for line in script.splitlines()]
            if artifacts:
                lines += ["  artifacts:", *[f"  - {artifact}" for artifact in artifacts[0]]]
        return self.request("POST", "/api/v1/builds", {"manifest": "\n".join(lines) + "\n", **fields})

    def wait(self, build):
        """Follows a build's events until it is over."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/builds/{build['id']}/events",
            headers={"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"})
        with urllib.request.urlopen(request, timeout=120) as response:
            for line in response:
                if line.strip() == b"event: end":
                    break
        return self.request("GET", f"/api/v1/builds/{build['id']}")

    def run(self, *jobs, **fields):
        return self.wait(self.submit(*jobs, **fields))

    def job(self, build, name):
        jobs = self.request("GET", f"/api/v1/builds/{build['id']}/jobs")
        return next(job for job in jobs if job["name"] == name)


def start(folder, *arguments):
    binary = os.environ.get("WRIGHT_BINARY", str(ROOT / ".build/debug/wright"))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WRIGHT_")}
    process = subprocess.Popen(
        [binary, "serve", "--listen", "127.0.0.1:0", "--data", str(folder), *arguments], stdout=subprocess.PIPE,
        stderr=open(f"{folder}.stderr", "wb"), env=environment)
    line = process.stdout.readline().decode()
    assert line.startswith("wright: listening on "), (line, pathlib.Path(f"{folder}.stderr").read_text())
    return process, Server(line.split()[-1], (folder / "admin-token").read_text().strip(), folder)


def stop(process):
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
