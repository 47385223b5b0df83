"""PostgreSQL, Redis and S3 for tests: the real programs, on ports of their own, in a folder of the test's."""

import atexit
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def lasting_port():
    """A port that stays free while its server is away: below those that the kernel gives to whoever asks for any."""
    for port in random.sample(range(20000, 32000), 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")


def wait_for_port(port, process=None, seconds=60):
    """Until somebody listens; a program that ends before has failed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process and process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on {port}")


class Process:
    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Postgres(Process):
    """A server with the user `shop` (password `se cret'%`) and his database `shop`. It does not run as root."""

    user, password, database = "shop", "se cret'%", "shop"

    def __init__(self, folder):
        self.owner = {"user": "postgres"} if os.geteuid() == 0 else {}
        if self.owner:
            # Folders of pytest are closed to other users, and every pytest that begins closes them again.
            folder = tempfile.mkdtemp(prefix="wright-postgres-")
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            postgres = pwd.getpwnam("postgres")
            os.chown(folder, postgres.pw_uid, postgres.pw_gid)
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = lasting_port()
        (self.folder / "password").write_text("postgres\n")
        self.run("initdb", "--no-sync", "-A", "scram-sha-256", "--pwfile=password", "-U", "postgres", "-D", "data")
        self.start()
        quoted = self.password.replace("'", "''")
        self.sql(f"CREATE USER shop PASSWORD '{quoted}'", user="postgres", password="postgres", database="postgres")
        self.sql("CREATE DATABASE shop OWNER shop", user="postgres", password="postgres", database="postgres")

    def start(self):
        """Begins to listen, also again after `stop`."""
        self.process = subprocess.Popen(
            [POSTGRES / "postgres", "-D", "data", "-p", str(self.port), "-k", str(self.folder), "-h", "127.0.0.1",
             "-c", "fsync=off"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=open(self.folder / "log", "ab"), **self.owner)
        # It listens before it lets anybody in.
        end = time.monotonic() + 60
        while subprocess.run([POSTGRES / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode:
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("PostgreSQL did not start")
            time.sleep(0.05)

    def run(self, program, *arguments):
        done = subprocess.run([POSTGRES / program, *arguments], cwd=self.folder, capture_output=True, text=True,
                              **self.owner)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr}")

    def sql(self, text, user=None, password=None, database=None):
        environment = os.environ | {"PGPASSWORD": password or self.password}
        return subprocess.run(
            [POSTGRES / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port),
             "-U", user or self.user, "-d", database or self.database, "-c", text],
            env=environment, check=True, capture_output=True, text=True).stdout

    @property
    def connection(self):
        return {"host": "127.0.0.1", "port": self.port, "database": self.database, "user": self.user,
                "password": self.password, "sslmode": "disable"}


class Redis(Process):
    """A server with a password."""

    password = "swordfish"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.port = lasting_port()
        self.start()

    def start(self):
        """Begins to listen, also again after `stop`."""
        self.process = subprocess.Popen(
            [shutil.which("redis-server"), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder),
             "--save", "", "--appendonly", "no", "--requirepass", self.password],
            stdout=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)

    def command(self, *words):
        """What database 1 answers, as text."""
        return subprocess.run(
            ["redis-cli", "--no-auth-warning", "-a", self.password, "-p", str(self.port), "-n", "1", *words], check=True,
            capture_output=True, text=True).stdout.strip()

    @property
    def connection(self):
        return {"host": "127.0.0.1", "port": self.port, "password": self.password, "db": 1}


class Bucket(Process):
    """A server that speaks S3's protocol and checks signatures, with a bucket `shop`."""

    access_key, secret_key = "AKIDEXAMPLE", "SECRETSECRETSECRET"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "shop").mkdir(parents=True)
        self.port = lasting_port()
        self.start()

    def start(self):
        """Begins to listen, also again after `stop`."""
        rclone = shutil.which("rclone") or str(pathlib.Path(sys.executable).parent / "rclone")
        self.process = subprocess.Popen(
            [rclone, "serve", "s3", "--addr", f"127.0.0.1:{self.port}",
             "--auth-key", f"{self.access_key},{self.secret_key}", str(self.folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)

    @property
    def connection(self):
        return {"endpoint": f"http://127.0.0.1:{self.port}", "region": "us-east-1", "bucket": "shop",
                "access_key": self.access_key, "secret_key": self.secret_key}
