"""Everything that builds need, made to be hurt: PostgreSQL, a bucket, servers, and agents in networks of their own."""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/system"))

from agents import Agent, new_token  # noqa: E402
from data_stores import Bucket, Postgres, lasting_port, wait_for_port  # noqa: E402
from generated import postgres_url  # noqa: E402
from harness import Server  # noqa: E402
from places import Clock, Disk, Namespace  # noqa: E402

# What the database itself has seen of each build's status, whoever wrote it.
WITNESS = """
CREATE TABLE witness (id BIGSERIAL, build BIGINT, old TEXT, new TEXT, fence BIGINT, at TIMESTAMPTZ DEFAULT clock_timestamp());
CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO witness (build, old, new, fence) VALUES (NEW.id, OLD.status, NEW.status, NEW.fence);
  RETURN NEW;
END $$;
CREATE TRIGGER witness AFTER UPDATE OF status ON builds FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
EXECUTE FUNCTION witness();
"""


class RefusingBucket(Bucket):
    """A bucket that can go away and come back at the same address."""

    def __init__(self, folder):
        super().__init__(folder)
        self.stop()
        arguments = list(self.process.args)
        port = lasting_port()
        arguments[arguments.index("--addr") + 1] = f"127.0.0.1:{port}"
        self.port, self.arguments = port, arguments
        self.accept()

    def refuse(self):
        self.process.kill()
        self.process.wait()

    def accept(self):
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)


class World:
    lease_seconds = 5

    def __init__(self, folder, agents=2, slots=3, cut_seconds=30, refuse_seconds=20, with_bucket=True):
        self.folder = pathlib.Path(folder)
        self.cut_seconds, self.refuse_seconds, self.slots = cut_seconds, refuse_seconds, slots
        self.full_times = []
        self.closing = contextlib.ExitStack()
        try:
            self._make(agents, with_bucket)
        except BaseException:
            self.close()
            raise

    def _make(self, agents, with_bucket):
        self.postgres = Postgres(self.folder / "postgres")
        self.closing.callback(self.postgres.stop)
        self.postgres.sql("CREATE DATABASE chaos OWNER shop", user="postgres", password="postgres", database="postgres")
        self.bucket = None
        self.environment = {
            "WRIGHT_DATABASE": postgres_url(self.postgres, database="chaos"), "WRIGHT_LEASE": f"{self.lease_seconds}s",
            "WRIGHT_AGENTS": "0"}
        if with_bucket:
            self.bucket = RefusingBucket(self.folder / "bucket")
            self.closing.callback(lambda: self.bucket.process.kill())
            self.environment |= {
                "WRIGHT_ARTIFACTS": f"s3://shop/chaos?endpoint=http://127.0.0.1:{self.bucket.port}&region=us-east-1&style=path",
                "AWS_ACCESS_KEY_ID": Bucket.access_key, "AWS_SECRET_ACCESS_KEY": Bucket.secret_key}
        self.servers, self.server_disks, self.server_clocks = [], [], []
        self.agents, self.networks, self.agent_disks, self.agent_clocks = [], [], [], []
        self.add_server("server")
        self.sql(WITNESS)
        for number in range(agents):
            self.add_agent(f"agent-{number}")

    def sql(self, text):
        return self.postgres.sql(text, database="chaos")

    @property
    def server(self):
        """Whoever is asked for what is built."""
        return self.servers[0]

    # Servers.

    def add_server(self, name):
        disk, clock = self._disk(name, 200), Clock(self.folder / f"{name}.clock")
        # The library that fakes the time changes the environment of the first process that loads it, by which Swift would
        # look for its arguments; so that is another one.
        node = Server(disk.path, prefix=["env"], **self.environment, **clock.environment)
        # Agents come from other networks.
        node.listen = f"0.0.0.0:{lasting_port()}"
        self.servers.append(node)
        self.server_disks.append(disk)
        self.server_clocks.append(clock)
        self.start_server(node)
        self.closing.callback(lambda: self._stop(node))

    def start_server(self, node):
        """As a supervisor would: again and again until it runs."""
        end = time.monotonic() + 120
        while True:
            try:
                node.start()
                node.host = node.host.replace("0.0.0.0", "127.0.0.1")
                node.url = "http://" + node.host
                return
            except (RuntimeError, OSError) as error:
                if time.monotonic() > end:
                    raise RuntimeError(f"the server does not start again: {error}") from error
                time.sleep(0.3)

    # Agents.

    def add_agent(self, name):
        network, disk = Namespace(), self._disk(name, 200)
        self.closing.callback(network.close)
        clock = Clock(self.folder / f"{name}.clock")
        port = self.server.listen.split(":")[1]
        agent = ChaosAgent(
            self.server, disk.path / "work", "--slots", self.slots, url=f"http://{network.outside}:{port}", name=name,
            **clock.environment)
        agent.prefix = network.prefix
        self.agents.append(agent)
        self.networks.append(network)
        self.agent_disks.append(disk)
        self.agent_clocks.append(clock)
        self.start_agent(agent)
        self.closing.callback(agent.stop)

    def start_agent(self, agent):
        """Again and again until it runs: with a full disk it does not."""
        end = time.monotonic() + 120
        while True:
            agent.start()
            if agent.runs():
                return
            if time.monotonic() > end:
                raise RuntimeError(f"{agent.name} does not start again: {agent.log()[-2000:]}")
            time.sleep(0.3)

    # What faults do.

    @contextlib.contextmanager
    def full_disk(self):
        begin = time.time()
        self.full_times.append([begin, begin + 600])
        try:
            yield
        finally:
            self.full_times[-1][1] = time.time()

    def was_full(self, at):
        """True where a disk was full at that time, or so shortly before that a build may have failed because of it."""
        return any(begin <= at <= end + 15 for begin, end in self.full_times)

    def _disk(self, name, megabytes):
        disk = Disk(self.folder / f"disk-{name}", megabytes)
        self.closing.callback(disk.close)
        return disk

    @staticmethod
    def _stop(node):
        if node.process and node.process.poll() is None:
            node.stop()

    def stop(self):
        """Ends agents and servers as an operator would, to see what they leave behind."""
        codes = {}
        for agent in self.agents:
            agent.signal(signal.SIGTERM)
        for agent in self.agents:
            codes[agent.name] = agent.wait(timeout=60)
        for node in self.servers:
            codes[node.data.name] = node.stop()
        return codes

    def close(self):
        self.closing.close()


class ChaosAgent(Agent):
    """An agent in a network of its own. What freezes is the agent with all that it has begun, as when a machine sleeps."""

    prefix = ()

    def start(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WRIGHT_")}
        environment |= {"WRIGHT_SERVER": self.url, "WRIGHT_TOKEN": self.token, "WRIGHT_SANDBOX": "off"}
        environment |= {k: str(v) for k, v in self.environment.items()}
        from harness import BINARY
        self.log_file = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            [*self.prefix, BINARY, "agent", "--work", str(self.work), "--name", self.name, *map(str, self.arguments)],
            stdout=subprocess.PIPE, stderr=self.log_file, env=environment, start_new_session=True)
        return self

    @property
    def log_path(self):
        # Not on its own disk, which may be full.
        return self.work.parent.parent / (self.name + ".stderr")

    def runs(self):
        return bool(self.process.stdout.readline())

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)
