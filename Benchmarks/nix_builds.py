#!/usr/bin/env python3
"""A trivial derivation over the build WebSocket, against `nix build` by hand: in turn, each derivation new."""

import base64
import json
import os
import pathlib
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import uuid

BINARY = os.environ.get("WRIGHT_BINARY", ".build/release/wright")
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 25


class Socket:
    """As much of a WebSocket client as a benchmark needs, so that the client's own time is small."""

    def __init__(self, host, port, token):
        self.raw = socket.create_connection((host, port))
        self.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.raw.sendall(
            f"GET /api/v1/build HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
        self.file = self.raw.makefile("rb")
        assert b" 101 " in self.file.readline()
        while self.file.readline() != b"\r\n":
            pass

    def send(self, opcode, payload):
        head = bytes([0x80 | opcode])
        head += bytes([0x80 | len(payload)]) if len(payload) < 126 else bytes([0x80 | 126]) + struct.pack(">H", len(payload))
        self.raw.sendall(head + bytes(4) + payload)

    def receive(self):
        head, length = self.file.read(2)
        length &= 127
        if length == 126:
            length = struct.unpack(">H", self.file.read(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self.file.read(8))[0]
        return head & 15, self.file.read(length)

    def build(self, message):
        """Sends the message and returns the last one, and when that came."""
        self.send(1, json.dumps(message).encode())
        last = None
        while True:
            opcode, payload = self.receive()
            if opcode == 8:
                self.send(8, payload)
                self.raw.close()
                return last
            if opcode == 1:
                last = json.loads(payload), time.perf_counter()


def expression(folder):
    path = folder / f"{uuid.uuid4().hex}.nix"
    path.write_text(
        'derivation { name = "trivial"; system = builtins.currentSystem; builder = "/bin/sh"; salt = "%s"; '
        'args = [ "-c" "echo built; echo > $out" ]; }' % uuid.uuid4().hex)
    return path


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wright-bench-nix-"))
    (folder / "home").mkdir()
    (folder / "nix.conf").write_text(
        "build-users-group =\nsandbox = false\nsubstituters =\nexperimental-features = nix-command flakes\n")
    environment = {**os.environ, "NIX_CONF_DIR": str(folder), "HOME": str(folder / "home")}
    server = subprocess.Popen(
        [BINARY, "serve", "--listen", "127.0.0.1:0", "--data", str(folder / "data"), "--log-level", "warning"],
        env=environment, stdout=subprocess.PIPE)
    try:
        host, port = server.stdout.readline().decode().split("//")[1].strip().split(":")
        token = (folder / "data/admin-token").read_text().strip()
        by_hand, by_socket = [], []
        for _ in range(ROUNDS + 2):
            path = expression(folder)
            begun = time.perf_counter()
            subprocess.run(
                ["nix", "build", "--no-link", "-f", str(path)], env=environment, check=True, capture_output=True)
            by_hand.append(time.perf_counter() - begun)
            path = expression(folder)
            begun = time.perf_counter()
            last, ended = Socket(host, int(port), token).build(
                {"git": {"noClone": True},
                 "buildOptions": {"command": f"nix build --no-link -f {path}", "cachix": {"push": False}}})
            assert last["buildExitCode"] == 0, last
            by_socket.append(ended - begun)
        # The first ones warm caches up.
        by_hand, by_socket = by_hand[2:], by_socket[2:]
        difference = statistics.median(s - h for s, h in zip(by_socket, by_hand))
        print(
            f"a trivial derivation, {ROUNDS} times: nix build {statistics.median(by_hand) * 1000:.0f} ms, over the "
            f"WebSocket {statistics.median(by_socket) * 1000:.0f} ms, {difference * 1000:+.0f} ms in the median pair "
            f"(worst {max(s - h for s, h in zip(by_socket, by_hand)) * 1000:+.0f} ms)")
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


main()
