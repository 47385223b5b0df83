"""Knows what was submitted, and says what is wrong with what became of it."""

import hashlib
import pathlib
import re

FINAL = ("passed", "passed_with_failures", "failed", "killed", "timed_out")
ATTEMPT = re.compile(r"^wright: attempt \d+ begins$", re.MULTILINE)


def check_log(order, text):
    """What is wrong with the log of a build that has passed; nothing for one that is complete and in order."""
    # Each attempt begins with the first line; the last one is whole.
    attempts = [section(order, part) for part in ATTEMPT.split(text)]
    whole = [f"{order.token} {i}" for i in range(1, order.lines + 1)]
    digest = hashlib.sha256("".join(line + "\n" for line in whole).encode()).hexdigest()
    *earlier, last = attempts
    for number, lines in enumerate(earlier, 1):
        rest = [line for line in lines if not line.startswith((order.token + " made ", order.token + " sum "))]
        # An attempt that was cut off may have said half a line.
        cut = rest[:-1] if rest and rest[-1] != whole[len(rest) - 1] and whole[len(rest) - 1].startswith(rest[-1]) else rest
        if cut != whole[:len(cut)]:
            yield f"attempt {number} is not in order: {first_difference(cut, whole)}"
    if last[:order.lines] != whole:
        yield f"the last attempt is not complete and in order: {first_difference(last[:order.lines], whole)}"
    elif len(last) != order.lines + 2:
        yield f"the last attempt has {len(last)} lines instead of {order.lines + 2}"
    elif last[-1] != f"{order.token} sum {digest}":
        yield "the checksum of the lines is another one"


def section(order, text):
    return [line for line in text.splitlines() if line.startswith(order.token + " ")]


def first_difference(found, expected):
    for place, (one, other) in enumerate(zip(found, expected)):
        if one != other:
            return f"line {place + 1} is {one!r} instead of {other!r}"
    return f"{len(found)} lines of {len(expected)}"


class Checker:
    def __init__(self, world, orders, unanswered):
        self.world, self.orders, self.unanswered = world, orders, unanswered
        self.problems, self.counts = [], {}

    def problem(self, order, text):
        self.problems.append(f"build {order.build} ({order.token}): {text}")

    def check(self):
        self.check_submissions()
        for order in self.orders:
            self.check_build(order)
        self.check_witness()
        return self.problems

    def check_submissions(self):
        rows = [line.split("|") for line in self.world.sql("SELECT id, trigger_comment FROM builds").splitlines()]
        by_comment = {}
        for number, comment in rows:
            by_comment.setdefault(comment, []).append(int(number))
        for comment, numbers in by_comment.items():
            if len(numbers) > 1:
                self.problems.append(f"{comment} was submitted once and is there {len(numbers)} times")
        numbers = {int(number) for number, _ in rows}
        for order in self.orders:
            if order.build is None:
                self.problems.append(f"{order.token} could not be submitted")
            elif order.build not in numbers:
                self.problem(order, "was promised and is lost")

    def check_build(self, order):
        if order.build is None:
            return
        build = self.world.server.get(f"/api/v1/builds/{order.build}")
        kind = self.kind(order, build)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if build["attempt"] > 1:
            self.counts["begun again"] = self.counts.get("begun again", 0) + 1
        if build["attempt"] > 3:
            self.problem(order, f"was begun {build['attempt']} times")
        log = self.world.server.log(build, "job")
        if kind != "passed":
            return
        for problem in check_log(order, log):
            self.problem(order, problem)
        said = [line.split()[-1] for line in log.splitlines() if line.startswith(order.token + " made ")]
        stored = self.world.server.artifacts(build).get("made")
        if stored is None:
            self.problem(order, f"its artifact is missing; its log ends {log[-300:]!r}")
        elif stored["sha256"] != said[-1]:
            self.problem(order, f"its artifact has the hash {stored['sha256']} instead of {said[-1]}")
        elif hashlib.sha256(self.world.server.artifact(build, "made")).hexdigest() != said[-1]:
            self.problem(order, "its artifact's bytes are others than were made")

    def kind(self, order, build):
        status, reason = build["status"], build.get("reason") or ""
        if status == "passed" or (status == "killed" and order.was_killed):
            return status
        if status == "failed" and "It was begun 3 times" in reason:
            return "given up after three agents"
        if status == "failed" and self.world.was_full(finished(build)):
            return "failed on a full disk"
        self.problem(order, f"is {status}: {reason}")
        return "wrong"

    def check_witness(self):
        """Nobody but the database says how often a build has ended."""
        finals = "', '".join(FINAL)
        for line in self.world.sql(
            f"SELECT build, COUNT(*) FROM witness WHERE new IN ('{finals}') GROUP BY build HAVING COUNT(*) > 1"
        ).splitlines():
            self.problems.append("ended more than once: " + line.replace("|", ", times: "))
        for line in self.world.sql(f"SELECT build, old, new FROM witness WHERE old IN ('{finals}')").splitlines():
            self.problems.append("has changed after its end: " + line)
        for line in self.world.sql(
            "SELECT id, status, lease_until FROM builds WHERE status IN ('queued', 'running') OR lease_until IS NOT NULL"
        ).splitlines():
            self.problems.append("is not over, or has a lease: " + line)

    def check_remains(self, codes):
        """After everybody was stopped."""
        for name, code in codes.items():
            if code != 0:
                self.problems.append(f"{name} ended with {code}")
        for line in processes_of(self.world.folder):
            self.problems.append(f"still runs: {line}")
        for agent in self.world.agents:
            for folder in ("builds", "spool"):
                for left in entries(agent.work / folder):
                    self.problems.append(f"{agent.name} has left {folder}/{left}")
        for node in self.world.servers:
            for folder in ("logs/live", "uploads", "incoming", "agent-uploads"):
                for left in entries(node.data / folder, files=True):
                    self.problems.append(f"{node.data.name} has left {folder}/{left}")
        mounted = [line for line in pathlib.Path("/proc/mounts").read_text().splitlines()
                   if str(self.world.folder) in line and " tmpfs " not in line]
        self.problems += [f"still mounted: {line}" for line in mounted]
        return self.problems


def finished(build):
    import datetime
    text = build.get("finished_at")
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else 0


def entries(folder, files=False):
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        return []
    if files:
        return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in folder.iterdir()]


def processes_of(folder):
    """The commands of processes that work in a folder or name it."""
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                place = str((entry / "cwd").resolve())
            except OSError:
                continue
            if "postgres" in line or "rclone" in line:
                continue
            if place.startswith(f"{folder}/") or f"{folder}/" in line:
                yield line.strip() or place
