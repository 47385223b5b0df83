"""The packages and the Debian that the tests of packaging share: each takes a minute to make."""

import os
import pathlib
import subprocess
import sys

import pytest

# What speaks to a server is that of the other system tests.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from harness import ROOT  # noqa: E402
from machine import Machine  # noqa: E402

PROGRAM = os.environ.get("WRIGHT_RELEASE", str(ROOT / ".build/release/wright"))


def make_package(folder, version):
    made = subprocess.run(
        [ROOT / "scripts/make-deb", PROGRAM, folder], env=os.environ | {"DEB_VERSION": version}, check=True, capture_output=True,
        text=True)
    return pathlib.Path(made.stdout.strip())


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """A package, and one that is newer."""
    folder = tmp_path_factory.mktemp("packages")
    return [make_package(folder, version) for version in ["1.0~test", "1.1~test"]]


@pytest.fixture(scope="session")
def debian(tmp_path_factory):
    """An archive with a small Debian."""
    archive = tmp_path_factory.mktemp("debian") / "debian.tar"
    subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase",
         "--include=ca-certificates,systemd-standalone-sysusers,systemd-standalone-tmpfiles,bubblewrap", "bookworm", archive],
        check=True, timeout=900)
    return archive


@pytest.fixture
def machine(debian, tmp_path):
    machine = Machine(tmp_path / "root", debian)
    machine.run("apt-get", "update", "-qq")
    return machine
