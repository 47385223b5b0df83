"""An agent of a follower: whichever server it talks to, it works for the one that leads, also when that changes."""

from test_agents import TALK, complete
from test_servers import cluster, postgres, role, wait_for_role  # noqa: F401
from harness import manifest


def test_a_build_goes_on_while_the_leader_is_killed_and_another_server_leads(cluster, agents, tmp_path):
    leader, follower = cluster.start(2, "--agents", "0")
    assert role(follower) == "following"
    agent = agents(follower, tmp_path / "one")
    gate = tmp_path / "gate"
    build = follower.submit(manifest(TALK.format(gate=gate), artifacts=["made"]).replace(
        "echo last", "head -c 20000000 /dev/zero >made; echo last"))
    job = follower.wait_for_running(build, "job")
    follower.wait_for_output(job["id"], "\nline 20\n")
    leader.kill()
    wait_for_role(follower, "leading")
    follower.wait_for_output(job["id"], "\nline 150\n")
    gate.touch()
    build = follower.wait(build)
    assert build["status"] == "passed" and build["attempt"] == 1, agent.log()
    assert complete(follower.log(build, "job"))
    assert follower.artifacts(build)["made"]["size"] == 20_000_000
