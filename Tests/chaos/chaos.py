#!/usr/bin/env python3
"""Builds while everything fails, at moments that a seed decides, and says what was lost.

    chaos.py [--seed N] [--builds N] [--faults NAME,NAME...] [--rounds N] [--short]
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import threading
import time
import traceback

import faults as all_faults
from world import World  # noqa: E402  sets the path for what follows
from checker import Checker
from work import Order, Submitters, ask


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    parser.add_argument("--builds", type=int, default=300)
    parser.add_argument("--faults", default="all", help="names, or all: " + ", ".join(f.__name__ for f in all_faults.ALL))
    parser.add_argument("--rounds", type=int, default=3, help="how often each fault happens")
    parser.add_argument("--short", action="store_true", help="each fault once, and shorter, with 40 builds")
    found = parser.parse_args()
    if found.short:
        found.builds, found.rounds = min(found.builds, 40), 1
    return found


def chosen(names):
    if names == "all":
        return all_faults.ALL
    return [getattr(all_faults, name) for name in names.split(",")]


def say(text, begin=time.monotonic()):
    print(f"{time.monotonic() - begin:7.1f}  {text}", flush=True)


def hurt(world, todo, numbers, failures):
    """One fault after the other; two at once now and then, but never one with itself: what it stops it starts again."""
    running = []
    turns = {fault: threading.Lock() for fault in todo}

    def one(fault, generator):
        with turns[fault]:
            say(fault.__name__)
            try:
                fault(world, generator)
            except Exception:
                failures.append(f"{fault.__name__} could not be done: {traceback.format_exc()}")

    for fault in todo:
        thread = threading.Thread(target=one, args=(fault, random.Random(numbers.random())), daemon=True)
        thread.start()
        running.append(thread)
        if numbers.random() < 0.7:
            thread.join()
        time.sleep(numbers.uniform(0, 2))
    for thread in running:
        thread.join()


def wait_for_end(world, seconds):
    """Until nothing waits or runs any more. False where that takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if world.sql("SELECT COUNT(*) FROM builds WHERE status IN ('queued', 'running')").strip() == "0":
            return True
        time.sleep(0.5)
    return False


def run(options, folder):
    numbers = random.Random(options.seed)
    short = {"cut_seconds": 10, "refuse_seconds": 6} if options.short else {}
    world = World(folder, **short)
    problems = []
    try:
        orders = [Order(f"c{options.seed}-{number}", numbers) for number in range(options.builds)]
        todo = chosen(options.faults) * options.rounds
        numbers.shuffle(todo)
        say(f"{len(orders)} builds, {len(todo)} faults, seed {options.seed}")
        people = Submitters(world, orders, random.Random(numbers.random()), spread=10 + 4 * len(todo))
        hurt(world, todo, numbers, problems)
        say("no more faults")
        if not people.join(120):
            problems.append("somebody could not submit his build within two minutes after the last fault")
        if not wait_for_end(world, 300):
            problems.append("builds did not end within five minutes after the last fault")
        say("all builds are over")
        checker = Checker(world, orders, people.unanswered)
        checker.problems += problems
        problems = checker.check()
        say("their logs and artifacts were read")
        problems = checker.check_remains(world.stop())
        say(", ".join(f"{count} {kind}" for kind, count in sorted(checker.counts.items())))
    except Exception:
        problems.append(traceback.format_exc())
    finally:
        if problems:
            keep(world, folder)
        world.close()
    return problems


def keep(world, folder):
    """What is needed to find out what has happened; the small disks go."""
    for disk in world.server_disks + world.agent_disks:
        shutil.copytree(disk.path, f"{folder}/kept-{disk.path.name}", symlinks=True, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("ballast", "artifacts"), ignore_dangling_symlinks=True)
    for table in ("witness", "builds", "jobs", "artifacts", "garbage"):
        with open(f"{folder}/{table}", "w") as file:
            try:
                file.write(world.sql(f"SELECT * FROM {table} ORDER BY id"))
            except Exception as error:
                file.write(str(error))


def main():
    options = arguments()
    if os.geteuid() != 0:
        print("chaos needs root: it cuts networks and mounts small disks")
        return 2
    folder = tempfile.mkdtemp(prefix="wright-chaos-")
    os.chmod(folder, 0o755)
    problems = run(options, folder)
    if problems:
        print(f"\n{len(problems)} problems; seed {options.seed}; what is left of it is in {folder}")
        for problem in problems[:100]:
            print(" -", problem)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    print("\nNo build lost, none ended twice, every log and artifact whole, nothing left behind.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
