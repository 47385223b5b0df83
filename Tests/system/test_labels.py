"""Slots, drivers and labels decide which agent takes a build; the agents are listed, drained and forgotten."""

import json

import pytest

from agents import Agent
from harness import command, manifest

@pytest.fixture
def agents():
    running = []

    def run(server, work, *arguments, **options):
        running.append(Agent(server, work, *arguments, **options).start())
        return running[-1]

    yield run
    for agent in running:
        agent.stop()


def labelled(labels):
    return manifest("true", head=f"labels: [{labels}]")


def until(server, path, condition):
    """Reads whenever the server says that something has changed, until it is as wanted."""
    for _ in server.events("/api/v1/events"):
        answer = server.get(path)
        if condition(answer):
            return answer
    raise AssertionError("the server stopped")


def test_builds_go_to_the_agents_that_have_their_labels(start, agents, tmp_path):
    server = start("--agents", "0")
    first = server.submit(labelled("zone=cellar, gpu=a100"))
    answer = server.get(f"/api/v1/builds/{first['id']}")
    assert answer["waiting_for"] == (
        "It waits for an agent with the driver host and the labels gpu=a100, zone=cellar; none is there.")
    assert answer["labels"] == {"gpu": "a100", "zone": "cellar"} and answer["agent"] is None
    agents(server, tmp_path / "attic", "--labels", "zone=attic", "--slots", "3")
    agents(server, tmp_path / "cellar", "--labels", "zone=cellar,gpu=a100")
    assert server.wait(first)["agent"] == "cellar"
    for labels, agent in [("zone=attic", "attic"), ("zone=cellar", "cellar")] * 3:
        assert server.wait(server.submit(labelled(labels)))["agent"] == agent
    listed = {agent["name"]: agent for agent in server.get("/api/v1/agents")}
    assert listed["attic"]["labels"] == {"zone": "attic"} and listed["attic"]["slots"] == 3
    assert listed["cellar"]["state"] == "online" and "host" in listed["cellar"]["drivers"]


def test_the_agent_in_the_process_has_the_labels_of_its_setting(start):
    server = start(WRIGHT_AGENT_LABELS="zone=here,os=debian")
    assert server.wait(server.submit(labelled("os=debian")))["agent"] == "local"
    waiting = server.submit(labelled("os=fedora"))
    assert server.wait(server.submit(manifest("true")))["status"] == "passed"
    assert "the label os=fedora; none is there" in server.get(f"/api/v1/builds/{waiting['id']}")["waiting_for"]


def test_an_agent_drains_works_again_and_is_forgotten_from_the_command_line(start, agents, tmp_path):
    server = start("--agents", "0", WRIGHT_LEASE="1s")
    agent = agents(server, tmp_path / "one", "--labels", "zone=attic")
    assert server.wait(server.submit(manifest("true")))["agent"] == "one"

    def agents_command(*words, status=0):
        result = command("agents", *words, server=server)
        assert result.returncode == status, result
        return result

    assert json.loads(agents_command("--json").stdout)[0]["name"] == "one"
    assert "zone=attic" in agents_command().stdout
    assert agents_command("drain", "one").stdout == "agent one drains\n"
    waiting = server.submit(manifest("true"))
    assert "agent one has what it needs, and drains" in server.get(f"/api/v1/builds/{waiting['id']}")["waiting_for"]
    assert agents_command("resume", "one").stdout == "agent one takes builds\n"
    assert server.wait(waiting)["status"] == "passed"
    assert "stop it first" in agents_command("remove", "one", status=1).stderr
    agent.stop()
    until(server, "/api/v1/agents", lambda listed: listed[0]["state"] == "offline")
    assert agents_command("remove", "one").stdout == "agent one is forgotten\n"
    assert "no agents; `wright agent` starts one" in agents_command().stderr
    assert "there is no agent 'one'" in agents_command("drain", "one", status=1).stderr
    made = command("token", "create", "--kind", "agent", server=server)
    assert made.returncode == 0 and "agent" in command("token", "list", server=server).stdout
    assert made.stdout.strip() not in command("token", "list", server=server).stdout


def test_what_a_repository_asks_for_is_given_by_another_agent(start, agents, tmp_path, repository):
    server = start("--agents", "0", WRIGHT_GIT_PROTOCOLS="file")
    (repository.path / ".wright.yml").write_text(
        "driver: {type: host}\nlabels: [gpu=a100]\nstages: [a]\njobs:\n- {stage: a, commands: [echo found it]}\n")
    repository.git("add", "-A")
    repository.git("commit", "-qm", "with labels")
    agents(server, tmp_path / "plain", WRIGHT_GIT_PROTOCOLS="file")
    build = server.json("POST", "/api/v1/builds", {"url": repository.url}, status=201)
    waiting = until(server, f"/api/v1/builds/{build['id']}", lambda answer: answer["labels"] and answer["waiting_for"])
    assert waiting["labels"] == {"gpu": "a100"} and waiting["status"] == "queued"
    agents(server, tmp_path / "gpu", "--labels", "gpu=a100", WRIGHT_GIT_PROTOCOLS="file")
    over = server.wait(build)
    assert over["status"] == "passed" and over["agent"] == "gpu" and over["attempt"] == 1
