"""Places where a process can be hurt: networks of their own, small disks, clocks that jump."""

import os
import pathlib
import subprocess

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr.strip()}")


class Namespace:
    """A network namespace with one wire to the outside, which can be cut."""

    count = 0

    def __init__(self):
        Namespace.count += 1
        # Names of interfaces are short.
        self.name = f"wch{os.getpid() % 100000}n{Namespace.count}"
        self.wire = f"wc{os.getpid() % 100000}{Namespace.count}"
        network = f"10.{200 + os.getpid() % 50}.{(os.getpid() // 50) % 250}"
        self.outside, self.inside = f"{network}.{4 * Namespace.count + 1}", f"{network}.{4 * Namespace.count + 2}"
        run("ip", "netns", "add", self.name)
        try:
            run("ip", "link", "add", self.wire + "o", "type", "veth", "peer", "name", self.wire + "i")
            run("ip", "link", "set", self.wire + "i", "netns", self.name)
            run("ip", "address", "add", f"{self.outside}/30", "dev", self.wire + "o")
            run("ip", "link", "set", self.wire + "o", "up")
            inside = ["ip", "-n", self.name]
            run(*inside, "address", "add", f"{self.inside}/30", "dev", self.wire + "i")
            run(*inside, "link", "set", self.wire + "i", "up")
            run(*inside, "link", "set", "lo", "up")
        except RuntimeError:
            self.close()
            raise

    @property
    def prefix(self):
        return ["ip", "netns", "exec", self.name]

    def cut(self):
        """Nothing goes through, and nobody is told."""
        run("ip", "link", "set", self.wire + "o", "down")

    def join(self):
        run("ip", "link", "set", self.wire + "o", "up")

    def close(self):
        subprocess.run(["ip", "link", "del", self.wire + "o"], capture_output=True)
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True)


class Disk:
    """A small file system of its own, which can be filled."""

    def __init__(self, path, megabytes):
        self.path = pathlib.Path(path)
        self.path.mkdir(parents=True, exist_ok=True)
        run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "wright-chaos", self.path)

    def fill(self):
        with open(self.path / "ballast", "ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 20))
            except OSError:
                pass
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def empty(self):
        (self.path / "ballast").unlink(missing_ok=True)

    def close(self):
        subprocess.run(["umount", "-l", self.path], capture_output=True)


class Clock:
    """The time of day of the processes that get its environment."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.set(0)

    @property
    def environment(self):
        if not pathlib.Path(FAKETIME).exists():
            return {}
        return {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": str(self.path), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DISABLE_SHM": "1"}

    def set(self, seconds):
        new = self.path.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.rename(self.path)
