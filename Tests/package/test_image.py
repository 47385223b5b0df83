"""The container image, made of the package by a real Docker Engine of the test's own, and used."""

import json
import os
import subprocess

import pytest

from data_stores import free_port
from harness import ROOT, Server, manifest


@pytest.fixture
def docker(tmp_path_factory):
    """Runs a command of docker; networks but the machine's own are not needed."""
    folder = tmp_path_factory.mktemp("docker")
    process = subprocess.Popen(
        ["dockerd", "--data-root", folder / "data", "--exec-root", folder / "exec", "-H", f"unix://{folder}/socket", "-p", folder / "pid",
         "--bridge=none", "--iptables=false"], stdout=(folder / "log").open("wb"), stderr=subprocess.STDOUT)
    environment = os.environ | {"DOCKER_HOST": f"unix://{folder}/socket", "DOCKER_BUILDKIT": "0"}

    def run(*words, check=True):
        done = subprocess.run([str(w) for w in words], env=environment, capture_output=True, text=True, timeout=600)
        assert not check or done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    while "Server Version" not in run("docker", "info", check=False):
        assert process.poll() is None, (folder / "log").read_text()
    run.environment = environment
    yield run
    process.terminate()
    process.wait(timeout=120)
    # It leaves this mounted, and the folder could not be removed.
    subprocess.run(["umount", folder / "exec/netns/default"], capture_output=True)


class Container(Server):
    """A server in a container, on the machine's network; waits until its health check is content."""

    def __init__(self, docker, *options):
        self.docker = docker
        self.host = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.host}"
        events = subprocess.Popen(
            ["docker", "events", "--filter", "event=health_status", "--format", "{{.Status}}"], env=docker.environment,
            stdout=subprocess.PIPE, text=True)
        self.name = docker(
            "docker", "run", "--detach", "--init", "--network", "host", "--env", f"WRIGHT_LISTEN={self.host}", "--volume",
            "data:/var/lib/wright", *options, "wright:latest")
        assert "healthy" in events.stdout.readline().split(), docker("docker", "logs", self.name)
        events.terminate()
        events.wait()
        self.token = docker("docker", "exec", self.name, "cat", "/var/lib/wright/admin-token")

    def stop(self):
        self.docker("docker", "stop", "--time", "60", self.name)
        return json.loads(self.docker("docker", "inspect", self.name))[0]["State"]["ExitCode"]


def test_the_image_serves_and_builds_and_keeps_its_data(docker, packages, debian):
    docker("docker", "import", debian, "debian:bookworm-slim")
    tag = docker(ROOT / "scripts/make-image", packages[0])
    assert tag == "wright:1.0-test-1"
    first = Container(docker)
    assert docker("docker", "exec", first.name, "id", "-un") == "wright"
    build = first.run(manifest("id -u", "echo 'int main(void) { return 0; }' > a.c && cc a.c -o a", artifacts=["a"]))
    assert build["status"] == "passed", first.log(build, "job")
    assert "\n900\n" in first.log(build, "job")
    assert first.stop() == 0

    # Another container over the same volume; with these options there is a sandbox in it.
    second = Container(
        docker, "--security-opt", "seccomp=unconfined", "--security-opt", "systempaths=unconfined", "--env", "WRIGHT_SANDBOX=required")
    assert second.token == first.token
    assert second.get(f"/api/v1/builds/{build['id']}")["status"] == "passed"
    assert second.artifacts(build)["a"]["size"] > 0
    again = second.run(manifest("true"))
    assert again["status"] == "passed", second.log(again, "create-driver")
    assert second.stop() == 0
