import pathlib
import subprocess

import pytest

from agents import Agent, Network
from harness import Server


@pytest.fixture
def start(tmp_path):
    """Starts servers that are stopped at the end of the test."""
    servers = []

    def start(*arguments, data="data", **environment):
        server = Server(tmp_path / data, *arguments, **environment)
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def agents():
    """Starts agents that are stopped at the end of the test."""
    running = []

    def start(server, work, *arguments, **options):
        running.append(Agent(server, work, *arguments, **options).start())
        return running[-1]

    yield start
    for agent in running:
        agent.stop()


@pytest.fixture
def network():
    """Makes networks between agents and a server that can be cut."""
    made = []

    def make(host):
        made.append(Network(host))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for the tests of a file that do it no harm."""
    server = Server(tmp_path_factory.mktemp("server") / "data", WRIGHT_GIT_PROTOCOLS="https,ssh,git,file").start()
    yield server
    server.stop()


@pytest.fixture
def repository(tmp_path):
    """A git repository with one commit on `main`, a tag and a branch."""
    path = tmp_path / "repository"

    def git(*arguments):
        return subprocess.run(
            ["git", "-c", "user.name=T", "-c", "user.email=t@localhost", *arguments], cwd=path, check=True,
            capture_output=True, text=True).stdout.strip()

    path.mkdir()
    git("init", "-q", "-b", "main")
    (path / "file").write_text("first\n")
    git("add", "-A")
    git("commit", "-qm", "first")
    git("tag", "v1")
    (path / "file").write_text("second\n")
    git("commit", "-qam", "second")
    git("branch", "side", "v1")
    path_object = pathlib.Path(path)
    path_object_git = git
    return type("Repository", (), {"path": path_object, "git": staticmethod(path_object_git), "url": f"file://{path}"})
