"""Starts `wright` as a user would and speaks to it with nothing but Python's standard library."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("WRIGHT_BINARY", str(ROOT / ".build/debug/wright"))
FINAL = {"passed", "passed_with_failures", "failed", "killed", "timed_out"}


class Server:
    """A running server on a port of its own, over `data`."""

    def __init__(self, data, *arguments, prefix=(), **environment):
        self.data = pathlib.Path(data)
        self.arguments = arguments
        self.prefix = list(prefix)
        self.environment = environment
        self.process = None
        self.token = None
        # A port of its own; a server that is started again may be told to take the same.
        self.listen = "127.0.0.1:0"

    def start(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WRIGHT_")}
        environment.update({k: str(v) for k, v in self.environment.items()})
        self.log_file = open(self.data.parent / (self.data.name + ".stderr"), "ab")
        self.process = subprocess.Popen(
            [*self.prefix, BINARY, "serve", "--listen", self.listen, "--data", str(self.data), *self.arguments],
            stdout=subprocess.PIPE, stderr=self.log_file, env=environment)
        line = self.process.stdout.readline().decode()
        if not line.startswith("wright: listening on http://"):
            raise RuntimeError(f"the server did not start: {line!r}\n{self.stderr()}")
        self.url = line.split()[-1]
        self.host = self.url.removeprefix("http://")
        # A server that follows another one has none of its own.
        if (self.data / "admin-token").exists():
            self.token = (self.data / "admin-token").read_text().strip()
        return self

    def stderr(self):
        return (self.data.parent / (self.data.name + ".stderr")).read_text(errors="replace")

    def kill(self):
        """As a power cut would for the process: no chance to say goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def memory_peak(self):
        """The largest resident set so far, in bytes."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("no VmHWM")

    # Requests.

    def connection(self):
        return http.client.HTTPConnection(self.host, timeout=120)

    def request(self, method, path, body=None, headers=None, token=True):
        connection = self.connection()
        headers = dict(headers or {})
        if token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        return response

    def json(self, method, path, body=None, status=200, **more):
        response = self.request(method, path, body, **more)
        assert response.status == status, f"{method} {path}: {response.status} {response.body[:2000]!r}"
        return json.loads(response.body) if response.body else None

    def get(self, path, **more):
        return self.json("GET", path, **more)

    def submit(self, manifest, **fields):
        return self.json("POST", "/api/v1/builds", {"manifest": manifest, **fields}, status=201)

    def events(self, path, headers=None):
        """Yields (event, id, data) of an event stream until the server closes it."""
        connection = self.connection()
        connection.request(
            "GET", path,
            headers={"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream", **(headers or {})})
        response = connection.getresponse()
        assert response.status == 200, response.read()
        event, identifier, data = None, None, []
        try:
            while line := response.readline():
                text = line.decode().rstrip("\n")
                if not text:
                    if event or data:
                        yield event, identifier, json.loads("\n".join(data)) if data else None
                    event, data = None, []
                elif text.startswith("event:"):
                    event = text[6:].strip()
                elif text.startswith("id:"):
                    identifier = text[3:].strip()
                elif text.startswith("data:"):
                    data.append(text[5:].removeprefix(" "))
        finally:
            connection.close()

    def wait(self, build):
        """Follows a build's events until it is over and returns it."""
        identifier = build["id"] if isinstance(build, dict) else build
        for event, _, _ in self.events(f"/api/v1/builds/{identifier}/events"):
            if event == "end":
                break
        found = self.get(f"/api/v1/builds/{identifier}")
        assert found["status"] in FINAL, found["status"]
        return found

    def run(self, manifest, **fields):
        return self.wait(self.submit(manifest, **fields))

    def wait_for_output(self, job, text, times=1):
        """Follows a job's log until `text` has appeared so many times."""
        seen = ""
        for event, _, data in self.events(f"/api/v1/jobs/{job}/log"):
            if event == "log":
                seen += data["text"]
                if seen.count(text) >= times:
                    return seen
            if event == "end":
                break
        raise AssertionError(f"the log ended without {text!r}:\n{seen}")

    def wait_for_running(self, build, job):
        """Returns the job of this name once it runs."""
        for event, _, data in self.events(f"/api/v1/builds/{build['id']}/events"):
            if event == "job" and data["name"] == job and data["status"] == "running":
                return data
        raise AssertionError(f"job {job} never ran")

    def log(self, build, job):
        return self.log_bytes(build, job).decode(errors="replace")

    def log_bytes(self, build, job):
        found = next(j for j in self.get(f"/api/v1/builds/{build['id']}/jobs") if j["name"] == job)
        response = self.request("GET", f"/api/v1/jobs/{found['id']}/log")
        assert response.status == 200, response.body
        return response.body

    def artifacts(self, build):
        return {a["name"]: a for a in self.get(f"/api/v1/builds/{build['id']}/artifacts")}

    def artifact(self, build, name):
        response = self.request("GET", f"/api/v1/builds/{build['id']}/artifacts/{urllib.parse.quote(name)}")
        assert response.status == 200, response.body
        return response.body


def manifest(*commands, stages=("test",), job="job", head="", artifacts=()):
    """A host manifest with one job of these commands."""
    lines = ["driver:", "  type: host", *head.splitlines(), f"stages: [{', '.join(stages)}]", "jobs:",
             f"- stage: {stages[0]}", f"  name: {job}", "  commands:"]
    for command in commands:
        lines += ["  - |", *["    " + line for line in command.splitlines()]]
    if artifacts:
        lines += ["  artifacts:", *[f"  - {a}" for a in artifacts]]
    return "\n".join(lines) + "\n"


def command(*arguments, server=None, **options):
    """Runs the command line as a user would."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WRIGHT_")}
    if server:
        environment |= {"WRIGHT_SERVER": server.url, "WRIGHT_TOKEN": server.token}
    environment |= options.pop("environment", {})
    return subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=120, **options)
