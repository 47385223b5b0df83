"""Nix without a network: its configuration, a flake, and a WebSocket client that we have not written."""

import contextlib
import json
import os
import pathlib
import subprocess
import uuid

import pytest
from harness import Server
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


class World:
    """Everything that commands of Nix need, below one folder. Derivations are new for each world."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.salt = uuid.uuid4().hex
        (self.folder / "conf").mkdir(parents=True)
        (self.folder / "home").mkdir()
        (self.folder / "registry.json").write_text('{"flakes":[],"version":2}')
        (self.folder / "conf/nix.conf").write_text(
            "build-users-group =\nsandbox = false\nsubstituters =\nexperimental-features = nix-command flakes\n"
            f"flake-registry = {self.folder}/registry.json\n")
        self.environment = {"NIX_CONF_DIR": str(self.folder / "conf"), "HOME": str(self.folder / "home")}

    def nix(self, *words, check=True, **environment):
        return subprocess.run(
            words, env={**os.environ, **self.environment, **environment}, check=check, capture_output=True, text=True)

    def flake(self, name="flake", **scripts):
        """A git repository with a flake whose packages run these scripts; `{other}` is another package's path."""
        folder = self.folder / name
        folder.mkdir()
        lines = []
        for package, script in scripts.items():
            script = script.replace("\\", "\\\\").replace('"', '\\"').replace("{", "${").replace("\n", "\\n")
            lines.append(f'{package} = mk "{package}" "{script}";')
        (folder / "flake.nix").write_text(
            "{ outputs = { self }: let\n"
            '  mk = name: script: derivation { inherit name; salt = "' + self.salt + '"; system = "x86_64-linux";\n'
            '    builder = "/bin/sh"; PATH = "/usr/bin:/bin"; args = ["-c" script]; };\n'
            "  packages = rec { " + "\n    ".join(lines) + " };\n"
            "  in { packages.x86_64-linux = packages // { default = packages." + next(iter(scripts)) + "; }; }; }\n")
        for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "flake"]):
            subprocess.run(
                ["git", "-c", "user.name=T", "-c", "user.email=t@localhost", *words], cwd=folder, check=True)
        return folder

    def expression(self, script):
        """A `nix-build` command for a derivation that runs this script."""
        script = script.replace("\\", "\\\\").replace('"', '\\"')
        text = (
            '{ salt = "' + uuid.uuid4().hex + '"; name = "one"; system = "x86_64-linux"; builder = "/bin/sh"; '
            'PATH = "/usr/bin:/bin"; args = [ "-c" "' + script + '" ]; }')
        path = self.folder / f"{uuid.uuid4().hex}.nix"
        path.write_text(f"derivation {text}")
        return f"nix-build --no-out-link {path}"


def job(command, git=None, cachix=None, **options):
    return {
        "git": git or {"noClone": True},
        "buildOptions": {"command": command, "cachix": cachix or {"push": False}, **options}}


@contextlib.contextmanager
def opened(server, **options):
    """A connection of this server's user."""
    options.setdefault("additional_headers", {"Authorization": f"Bearer {server.token}"})
    options.setdefault("open_timeout", 60)
    options.setdefault("close_timeout", 60)
    with connect(server.url.replace("http", "ws") + "/api/v1/build", **options) as socket:
        yield socket


def answers(socket):
    """All messages until the end, and the code of that."""
    found = []
    try:
        while True:
            found.append(json.loads(socket.recv(timeout=120)))
    except ConnectionClosed as end:
        return found, end.rcvd.code if end.rcvd else None


def run(server, message, **options):
    with opened(server, **options) as socket:
        socket.send(message if isinstance(message, (str, bytes)) else json.dumps(message))
        return answers(socket)


def output(found):
    return [message["stdout"] for message in found if "stdout" in message]


def newest(server):
    """The newest build with Nix."""
    return server.get("/api/v1/builds?kind=nix&limit=1")[0]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Where the commands of Nix of a file's tests run."""
    return World(tmp_path_factory.mktemp("nix"))


@pytest.fixture(scope="module")
def server(world, tmp_path_factory):
    """A server for the tests of a file that imports this, in their world."""
    server = Server(
        tmp_path_factory.mktemp("server") / "data", WRIGHT_GIT_PROTOCOLS="https,http,file", **world.environment).start()
    yield server
    server.stop()
