"""Builds of every kind on an agent on another machine."""

from gitlab_server import GitLab
from nix_world import world  # noqa: F401
from service_world import TOKEN, build, configure, make_service
from test_programs import HELLO, MAKEFILE, program  # noqa: F401

FILES = "https,ssh,git,file"


def test_a_program_is_cloned_detected_and_built(start, agents, program, tmp_path):
    server = start("--agents", "0", WRIGHT_GIT_PROTOCOLS=FILES)
    agent = agents(server, tmp_path / "one", "--slots", "1", WRIGHT_GIT_PROTOCOLS=FILES)
    commit = program({"hello.c": HELLO, "Makefile": MAKEFILE})
    done = server.wait(server.json("POST", "/api/v1/builds", {"url": program.url}, status=201))
    assert done["status"] == "passed", agent.log()
    assert done["commit"] == commit
    assert "hello" in server.artifacts(done)
    assert [job["name"] for job in done["jobs"]][:3] == ["create-driver", "clone.1", "detect"]


def test_nix_pushes_to_the_server_s_own_cache_by_the_agent_s_token(start, agents, network, world, tmp_path):
    flake = world.flake("far", a="echo far > $out", b="echo {a} > $out")
    server = start("--agents", "0", WRIGHT_NIX_CACHE="builds", WRIGHT_GIT_PROTOCOLS="file", **world.environment)
    # Where the agent sees the server is not where it listens.
    between = network(server.host)
    agent = agents(
        server, tmp_path / "one", url=between.url, WRIGHT_GIT_PROTOCOLS="file", **world.environment)
    done = server.run(f"kind: nix\nsources: ['file://{flake}']\noutputs: [b]\n")
    assert done["status"] == "passed", server.log(done, "b")
    assert "wright: pushed 2 paths" in server.log(done, "b")
    assert agent.token not in server.log(done, "b")
    assert sorted(path["name"] for path in server.get("/api/v1/caches/builds/paths")) == ["a", "b"]
    progress = server.get(f"/api/v1/builds/{done['id']}/nix")
    assert [(job["push"]["pushed"], job["push"]["target"]) for job in progress] == [(2, f"{between.url}/cache/builds")]
    # The token opens that cache for pushing, and no other.
    server.json("POST", "/api/v1/caches", {"name": "other", "public": False, "key": "generate"}, status=201)

    def about(cache):
        return server.request(
            "GET", f"/cache/{cache}/nix-cache-info", headers={"Authorization": f"Bearer {agent.token}"}).status

    assert (about("builds"), about("other")) == (200, 401)


def test_a_service_becomes_a_merge_request(start, agents, tmp_path):
    with GitLab(tmp_path / "gitlab") as gitlab:
        gitlab.project()
        gitlab.token(TOKEN)
        server = start("--agents", "0", WRIGHT_FORGE_INSECURE_HOSTS=gitlab.host)
        agent = agents(server, tmp_path / "one", WRIGHT_FORGE_INSECURE_HOSTS=gitlab.host)
        make_service(server)
        configure(server, gitlab)
        done = build(server)
        assert done["status"] == "passed" and done["service"]["stage"] == "SUCCESS", agent.log()
        assert done["service"]["merge_request"]["iid"] == 1
        assert TOKEN not in agent.log()


def test_an_agent_takes_only_builds_of_its_drivers(start, agents, world, tmp_path):
    flake = world.flake("drivers", a="echo it > $out")
    server = start("--agents", "0", WRIGHT_GIT_PROTOCOLS="file", **world.environment)
    host = agents(server, tmp_path / "host", "--drivers", "host")
    waiting = server.submit(f"kind: nix\nsources: ['file://{flake}']\noutputs: [a]\n")
    assert server.run("driver: {type: host}\nstages: [a]\njobs: [{stage: a, commands: ['true']}]\n")["status"] == "passed"
    assert server.get(f"/api/v1/builds/{waiting['id']}")["status"] == "queued"
    nix = agents(
        server, tmp_path / "nix", "--drivers", "nix", WRIGHT_GIT_PROTOCOLS="file", **world.environment)
    assert server.wait(waiting)["status"] == "passed", nix.log()
    assert "build=1 " not in host.log()
