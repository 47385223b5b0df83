"""Generated services: made by `wright service generate`, compiled with Go, started, and asked over HTTP."""

import http.client
import json
import os
import pathlib
import queue
import signal
import subprocess
import threading
import time
import urllib.parse

from harness import BINARY, ROOT

SERVICES = ROOT / "examples" / "services"
# Services of odd shapes, which nobody would take for an example.
CORPUS = ROOT / "Tests" / "services"
HOST = "gitlab.example/team"


class Generated:
    """The Go module of a service, in a GOPATH of its own beside Debian's packages."""

    def __init__(self, folder, file):
        file = pathlib.Path(file)
        self.name = file.stem
        self.gopath = pathlib.Path(folder)
        self.module = f"{HOST}/{self.name}"
        self.root = self.gopath / "src" / self.module
        self.root.mkdir(parents=True)
        done = subprocess.run(
            [BINARY, "service", "generate", str(file), "--out", str(self.root), "--module", self.module],
            capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        self.program = self.gopath / "program"

    def go(self, *arguments, program="go"):
        environment = os.environ | {
            "GO111MODULE": "off", "GOPATH": f"{self.gopath}:/usr/share/gocode", "GOFLAGS": "", "CGO_ENABLED": "0"}
        return subprocess.run([program, *arguments], cwd=self.root, env=environment, capture_output=True, text=True)

    def build(self):
        done = self.go("build", "-o", str(self.program), f"./cmd/{self.name}")
        assert done.returncode == 0, done.stderr
        return self

    def migrate(self, url):
        for file in sorted((self.root / "migrations").glob("*.sql")):
            subprocess.run(
                ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(file), url], check=True, capture_output=True)

    def start(self, **variables):
        return Running(self.program, variables)


class Running:
    """A generated service that runs, on ports of its own."""

    def __init__(self, program, variables):
        environment = {"PATH": os.environ["PATH"], "HTTP_ADDR": "127.0.0.1:0", "GRPC_ADDR": "127.0.0.1:0", **variables}
        self.process = subprocess.Popen([str(program)], env=environment, stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.changed = threading.Condition()
        addresses = queue.Queue()
        threading.Thread(target=self.read, args=(addresses,), daemon=True).start()
        self.addresses = addresses.get(timeout=60)
        if self.addresses is None:
            raise RuntimeError(f"the service did not start: {self.lines}")
        self.host = self.addresses["http"]

    def read(self, addresses):
        for line in self.process.stderr:
            with self.changed:
                self.lines.append(line)
                self.changed.notify_all()
            if "the service has started" in line:
                addresses.put(json.loads(line))
        addresses.put(None)

    def entries(self, message, count=1):
        """What was logged with a message, once that is so often."""
        def found():
            return [entry for entry in map(json.loads, self.lines) if entry["message"] == message]
        with self.changed:
            self.changed.wait_for(lambda: len(found()) >= count, timeout=60)
            return found()

    def ask(self, method, path, body=None, headers={}):
        """The status, and the answer as JSON or text."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read().decode()
            self.headers = response.headers
            is_json = "json" in response.headers.get("Content-Type", "")
            return response.status, json.loads(text) if is_json else text
        finally:
            connection.close()

    def wait_until_ready(self, seconds=60):
        end = time.monotonic() + seconds
        while self.ask("GET", "/readyz")[0] != 200:
            assert time.monotonic() < end, "the service is not ready"
            time.sleep(0.05)

    def metrics(self):
        return self.ask("GET", "/metrics")[1].splitlines()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def postgres_url(postgres, **changes):
    user, password = urllib.parse.quote(postgres.user), urllib.parse.quote(postgres.password, safe="")
    return f"postgres://{user}:{password}@127.0.0.1:{postgres.port}/{changes.get('database', postgres.database)}?sslmode=disable"


def redis_url(redis):
    return f"redis://:{redis.password}@127.0.0.1:{redis.port}/1"


def bucket_url(bucket):
    endpoint = urllib.parse.quote(f"http://127.0.0.1:{bucket.port}", safe="")
    return f"s3://{bucket.access_key}:{bucket.secret_key}@127.0.0.1/shop?endpoint={endpoint}"


class Session:
    """A session of psql that has run its statements and stays, with what they lock."""

    def __init__(self, url, text):
        self.process = subprocess.Popen(
            ["psql", "-X", "-q", "-A", "-t", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
