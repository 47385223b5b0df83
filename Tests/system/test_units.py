"""What operators get beside the program: units for systemd, a manual page, completion. Nothing of it is installed."""

import re
import subprocess

import pytest

from harness import BINARY, ROOT

UNITS = ["wright-server.service", "wright-agent.service"]


@pytest.fixture
def units(tmp_path):
    """The units, which name this program instead of the one that a package would have installed."""
    for name in UNITS:
        text = (ROOT / "packaging/systemd" / name).read_text().replace("/usr/bin/wright", BINARY)
        # Whether a manual page is installed is no matter here.
        (tmp_path / name).write_text(re.sub(r"^Documentation=.*\n", "", text, flags=re.M))
    return tmp_path


@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_the_unit_as_it_is(units, name):
    done = subprocess.run(["systemd-analyze", "verify", units / name], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", UNITS)
def test_the_unit_is_hardened(name):
    # 10 is a unit without any protection. What is left out, and why, is in docs/operations.md.
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=40", ROOT / "packaging/systemd" / name],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_both_units_protect_alike():
    protection = [
        (ROOT / "packaging/systemd" / name).read_text().split("\nNoNewPrivileges=")[1].split("\n\n")[0] for name in UNITS]
    assert protection[0] == protection[1]


def test_the_manual_page_has_every_command(tmp_path):
    page = tmp_path / "wright.1"
    with page.open("w") as output:
        subprocess.run([ROOT / "scripts/make-man-page", BINARY], check=True, stdout=output, timeout=60)
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "error", page], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    text = subprocess.run(["mandoc", "-T", "ascii", page], check=True, capture_output=True, text=True).stdout
    text = re.sub(r".\x08", "", text)
    for command in re.findall(r"^  ([a-z-]+)  ", help_of().split("Commands\n")[1].split("\n\n")[0], re.M):
        assert f"\nWRIGHT {command.upper()}\n" in text
    assert "--listen HOST:PORT" in text and "WRIGHT_CLEANUP_THRESHOLD=SIZE" in text


def help_of(*command):
    return subprocess.run([BINARY, "help", *command], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("line, expected", [
    ("wright subm", ["submit"]),
    ("wright help sub", ["submit"]),
    ("wright submit --fo", ["--follow"]),
    ("wright repo ena", ["enable"]),
    ("wright submit file", []),
])
def test_completion(line, expected):
    words = line.split(" ")
    words[0] = BINARY
    script = (
        f"source {ROOT}/packaging/completion/wright; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; "
        "_wright; printf '%s\\n' \"${COMPREPLY[@]}\"")
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == expected
