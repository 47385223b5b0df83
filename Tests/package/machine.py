"""A Debian of its own in a folder, in which the package is installed, and the units' programs run as systemd would run
them: there is no systemd in it."""

import os
import pathlib
import shlex
import signal
import socket
import subprocess

import harness


class Machine:
    """The Debian in `folder`, which is made of `archive`. Its network is this machine's."""

    def __init__(self, folder, archive):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        subprocess.run(["tar", "-C", self.folder, "-xpf", archive], check=True)
        (self.folder / "etc/resolv.conf").write_bytes(pathlib.Path("/etc/resolv.conf").read_bytes())

    def command(self, *words, environment=()):
        """The words that run `words` as root in it. A new root rather than chroot(2), which forbids user namespaces, and /proc
        as it is: where something is mounted over it, nobody without privileges may mount another, as the sandbox does."""
        variables = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", **dict(environment)}
        return [
            "bwrap", "--bind", str(self.folder), "/", "--dev-bind", "/proc", "/proc", "--dev", "/dev", "--tmpfs", "/run", "--cap-add", "ALL",
            "--die-with-parent", "--clearenv", *[w for k, v in variables.items() for w in ("--setenv", k, v)], "--", *words]

    def run(self, *words, check=True):
        """Runs a program to its end; returns what it said."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=600)
        assert not check or done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def install(self, package):
        """As an administrator installs a file; what it depends on comes from Debian."""
        name = pathlib.Path(package).name
        (self.folder / "root" / name).write_bytes(pathlib.Path(package).read_bytes())
        return self.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", f"/root/{name}")

    def start(self, unit, **environment):
        """Starts what a unit starts, as its user, and waits until it says that it is ready."""
        return RunningUnit(self, unit, environment)


class RunningUnit(harness.Server):
    """What a unit has started; where that is a server, it can be spoken to."""

    def __init__(self, machine, unit, environment):
        self.machine = machine
        self.data = machine.folder / "var/lib/wright"
        service = unit_section(machine.folder / "lib/systemd/system" / unit)
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.told.bind(f"\0wright-{os.getpid()}-{id(self)}")
        variables = {"NOTIFY_SOCKET": f"@wright-{os.getpid()}-{id(self)}"}
        for words in service["Environment"]:
            variables |= dict(word.split("=", 1) for word in shlex.split(words))
        variables |= {name: str(value) for name, value in environment.items()}
        user = service["User"][0]
        self.process = subprocess.Popen(
            machine.command(
                "setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs", "--bounding-set=-all",
                "--inh-caps=-all", "--", *shlex.split(service["ExecStart"][0]), environment=variables),
            stdout=subprocess.PIPE, stderr=open(machine.folder / "var/log" / (unit + ".log"), "ab"))
        self.journal = machine.folder / "var/log" / (unit + ".log")
        self.told.settimeout(300)
        assert self.told.recv(1000) == b"READY=1", self.journal.read_text()
        self.host = self.process.stdout.readline().decode().split()[-1].removeprefix("http://")
        self.url = f"http://{self.host}"
        self.token = (self.data / "admin-token").read_text().strip()

    def terminate(self):
        """TERM for the program, as systemd sends it: what made the root stays until it has ended."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        os.kill(int(children.split()[0]), signal.SIGTERM)

    def stop(self):
        """Ends it gracefully; returns the status with which it ended."""
        self.terminate()
        return self.process.wait(timeout=120)


def unit_section(path):
    """The section [Service]: each key with its values."""
    found = {}
    section = None
    for line in pathlib.Path(path).read_text().splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found
