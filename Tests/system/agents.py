"""Agents that run beside a server, and a network between them that can be cut."""

import os
import pathlib
import selectors
import signal
import socket
import subprocess
import threading

from harness import BINARY


class Agent:
    """A running `wright agent`, in a work folder of its own."""

    def __init__(self, server, work, *arguments, url=None, token=None, name=None, **environment):
        self.server = server
        self.work = pathlib.Path(work)
        self.url = url or server.url
        self.token = token or new_token(server)
        self.name = name or self.work.name
        self.arguments = arguments
        self.environment = environment
        self.process = None

    def start(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WRIGHT_")}
        environment |= {"WRIGHT_SERVER": self.url, "WRIGHT_TOKEN": self.token, "WRIGHT_SANDBOX": "off"}
        environment |= {k: str(v) for k, v in self.environment.items()}
        self.log_file = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            [BINARY, "agent", "--work", str(self.work), "--name", self.name, *map(str, self.arguments)],
            stdout=subprocess.PIPE, stderr=self.log_file, env=environment)
        return self

    @property
    def log_path(self):
        return self.work.parent / (self.work.name + ".stderr")

    def log(self):
        return self.log_path.read_text(errors="replace")

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait()

    def wait(self, timeout=60):
        return self.process.wait(timeout=timeout)

    def stop(self):
        """Ends it, whatever it runs."""
        if self.process and self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()


def new_token(server, kind="agent"):
    return server.json("POST", "/api/v1/tokens", {"kind": kind}, status=201)["token"]


class Network:
    """A TCP proxy in front of a server that moves bytes, freezes, or cuts every connection."""

    def __init__(self, host):
        self.target = host
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.moved = 0
        self.cut_at = None
        self.frozen = threading.Event()
        self.lock = threading.Lock()
        self.pairs = set()
        self.is_open = True
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while self.is_open:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if self.frozen.is_set():
                near.close()
                continue
            host, port = self.target.rsplit(":", 1)
            try:
                far = socket.create_connection((host, int(port)))
            except OSError:
                near.close()
                continue
            with self.lock:
                self.connections += 1
                self.pairs.add((near, far))
            threading.Thread(target=self._move, args=(near, far), daemon=True).start()

    def _move(self, near, far):
        selector = selectors.DefaultSelector()
        selector.register(near, selectors.EVENT_READ, far)
        selector.register(far, selectors.EVENT_READ, near)
        try:
            while True:
                for key, _ in selector.select(0.2):
                    if self.frozen.is_set():
                        # Read nothing: to both sides, the other has fallen silent.
                        self.frozen_wait()
                    data = key.fileobj.recv(1 << 16)
                    if not data:
                        return
                    key.data.sendall(data)
                    if key.fileobj is near:
                        self.moved += len(data)
                        if self.cut_at is not None and self.moved >= self.cut_at:
                            self.cut_at = None
                            return
        except OSError:
            pass
        finally:
            self._close(near, far)

    def frozen_wait(self):
        while self.frozen.is_set() and self.is_open:
            self.thawed.wait(0.2)

    def freeze(self):
        self.thawed = threading.Event()
        self.frozen.set()

    def thaw(self):
        self.frozen.clear()
        self.thawed.set()

    def cut(self):
        """Ends all connections; new ones are let through."""
        with self.lock:
            pairs = list(self.pairs)
        for near, far in pairs:
            self._close(near, far)

    def _close(self, near, far):
        with self.lock:
            self.pairs.discard((near, far))
        for end in (near, far):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def close(self):
        self.is_open = False
        self.listener.close()
        self.cut()
