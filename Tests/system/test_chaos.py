"""A short time of chaos; `make chaos` is the long one."""

import os
import pathlib
import subprocess
import sys

import pytest

from harness import BINARY, ROOT


@pytest.mark.skipif(os.geteuid() != 0, reason="cutting networks and mounting small disks needs root")
def test_no_build_is_lost_whatever_fails():
    done = subprocess.run(
        [sys.executable, pathlib.Path(ROOT) / "Tests/chaos/chaos.py", "--short", "--seed", "7"], capture_output=True,
        text=True, timeout=600, env=os.environ | {"WRIGHT_BINARY": str(BINARY)})
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.parametrize("change, words", [
    (lambda log: log.replace("t 5\n", "", 1), "line 5 is 't 6' instead of 't 5'"),
    (lambda log: log.replace("t 5\n", "t 5\nt 5\n", 1), "line 6 is 't 5' instead of 't 6'"),
    (lambda log: log.replace("t 8\n", "t 9\n", 1), "line 8"),
    (lambda log: log.replace("t sum", "t made x\nt sum", 1), "has 23 lines instead of 22"),
    (lambda log: log.rsplit("t sum", 1)[0], "has 21 lines instead of 22"),
    (lambda log: log.replace("t sum ", "t sum 0", 1), "checksum"),
    (lambda log: log + "wright: attempt 2 begins\nt 1\n", "1 lines of 20"),
    (lambda log: "t 1\nt 3\nwright: attempt 2 begins\n" + log, "attempt 1 is not in order"),
])
def test_the_checker_finds_what_is_wrong_with_a_log(change, words):
    sys.path.insert(0, str(pathlib.Path(ROOT) / "Tests/chaos"))
    import hashlib
    from checker import check_log

    order = type("Order", (), {"token": "t", "lines": 20})
    lines = "".join(f"t {number}\n" for number in range(1, 21))
    log = lines + "t made abc\nt sum " + hashlib.sha256(lines.encode()).hexdigest() + "\n"
    assert list(check_log(order, log)) == []
    # What another attempt has said before, up to the middle of a line, is no fault.
    assert list(check_log(order, "t 1\nt 2\nt \nwright: attempt 2 begins\n" + log)) == []
    found = list(check_log(order, change(log)))
    assert found and words in found[0], found
