"""Nix on the ordinary queue: manifests, repositories with flakes, the driver."""

import subprocess

import pytest
from nix_world import server, world  # noqa: F401


def jobs(server, build):
    return [(job["stage"], job["name"], job["status"]) for job in server.get(f"/api/v1/builds/{build['id']}/jobs")]


def test_a_manifest_of_kind_nix_builds_the_outputs_that_it_names(server, world):
    flake = world.flake("named", a="echo A > $out", b="cat {a}; echo B > $out", c="exit 1")
    build = server.run(f"kind: nix\nsources: ['file://{flake}']\noutputs: [b, '.#packages.x86_64-linux.a']\ntimeout: 5m\n")
    assert (build["kind"], build["status"]) == ("nix", "passed")
    assert jobs(server, build)[-2:] == [
        ("build", "b", "passed"), ("build", ".#packages.x86_64-linux.a", "passed")]
    assert "building '/nix/store/" in server.log(build, "b")
    assert build["commit"]


def test_without_outputs_there_is_one_job_for_each(server, world):
    flake = world.flake("all", one="echo 1 > $out", two="echo 2 > $out")
    build = server.run(f"kind: nix\nsources: ['file://{flake} main => it']\n")
    assert build["status"] == "passed", server.log(build, "outputs")
    assert jobs(server, build) == [
        ("setup", "create-driver", "passed"), ("setup", "clone.1", "passed"), ("setup", "outputs", "passed"),
        ("packages", "default", "passed"), ("packages", "one", "passed"), ("packages", "two", "passed")]
    assert "outputs:\n- .#packages.x86_64-linux.default\n" in build["manifest"]
    # What it says is the same build once more.
    again = server.run(build["manifest"])
    assert again["status"] == "passed"
    assert [name for stage, name, _ in jobs(server, again) if stage == "build"] == [
        ".#packages.x86_64-linux.default", ".#packages.x86_64-linux.one", ".#packages.x86_64-linux.two"]


def test_what_is_built_goes_to_the_server_s_own_cache(start, world):
    flake = world.flake("kept", a="echo kept > $out", b="echo {a} > $out", c="exit 1")
    server = start(WRIGHT_NIX_CACHE="builds", WRIGHT_GIT_PROTOCOLS="file", **world.environment)
    cache = server.get("/api/v1/caches/builds")
    assert not cache["public"] and len(cache["public_keys"]) == 1
    build = server.run(f"kind: nix\nsources: ['file://{flake}']\noutputs: [b]\n")
    assert build["status"] == "passed", server.log(build, "b")
    assert "wright: pushed 2 paths" in server.log(build, "b")
    assert sorted(path["name"] for path in server.get("/api/v1/caches/builds/paths")) == ["a", "b"]
    progress = server.get(f"/api/v1/builds/{build['id']}/nix")
    assert [(job["push"]["pushed"], job["push"]["target"]) for job in progress] == [(2, f"{server.url}/cache/builds")]
    failed = server.run(f"kind: nix\nsources: ['file://{flake}']\noutputs: [c]\n")
    assert failed["status"] == "failed"
    # The token is nobody else's: it is not in the data, and the cache is private.
    assert server.request("GET", "/cache/builds/nix-cache-info", token=False).status == 401


def test_a_registered_flake_is_built_when_its_branch_moves(server, world):
    flake = world.flake("moving", one="echo 1 > $out")
    repository = server.json(
        "POST", "/api/v1/repositories", {"url": f"file://{flake}", "branch": "main", "every": 60}, status=201)
    first = wait_for_build(server, repository)
    assert first["status"] == "passed", server.log(first, "detect")
    assert jobs(server, first)[-2:] == [("packages", "default", "passed"), ("packages", "one", "passed")]
    text = (flake / "flake.nix").read_text().replace('one = mk', 'three = mk "three" "echo 3 > $out"; one = mk')
    (flake / "flake.nix").write_text(text)
    subprocess.run(["git", "-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "-qam", "more"], cwd=flake, check=True)
    server.json("POST", f"/api/v1/repositories/{repository['id']}/check", status=202)
    second = wait_for_build(server, repository, after=first)
    assert second["status"] == "passed"
    assert [name for stage, name, _ in jobs(server, second) if stage == "packages"] == ["default", "one", "three"]


def wait_for_build(server, repository, after=None):
    """The newest build of a repository, once there is one after `after`; it is waited for by events."""
    def newest():
        builds = server.get(f"/api/v1/repositories/{repository['id']}/builds")
        return builds[0] if builds and (after is None or builds[0]["id"] > after["id"]) else None

    stream = server.events("/api/v1/events")
    found = newest()
    while not found:
        next(stream)
        found = newest()
    stream.close()
    return server.wait(found)


def test_a_flake_that_cannot_be_evaluated_fails_and_says_why(server, world):
    flake = world.flake("broken", one="x")
    (flake / "flake.nix").write_text("{ outputs = { self }: throw \"no outputs today\"; }")
    subprocess.run(["git", "-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "-qam", "x"], cwd=flake, check=True)
    build = server.run(f"kind: nix\nsources: ['file://{flake}']\n")
    assert build["status"] == "failed"
    assert "nix flake show ended with status 1" in build["reason"]
    assert "no outputs today" in server.log(build, "outputs")


def test_a_pipeline_may_run_in_the_driver_nix(server, world):
    flake = world.flake("piped", tool="mkdir $out; echo 'echo made by nix' > $out/run; chmod +x $out/run")
    build = server.run(
        f"driver: {{type: nix}}\nsources: ['file://{flake} => it']\nenv: [WHO=me]\nstages: [build]\njobs:\n"
        "- stage: build\n  commands:\n  - cd it && nix build .#tool && sh result/run | tee ../said\n"
        "  - echo \"$WHO $WRIGHT_JOB\"\n  artifacts: [said]\n")
    assert build["status"] == "passed", server.log(build, "build.1")
    assert "made by nix\n" in server.log(build, "build.1")
    assert "me build.1\n" in server.log(build, "build.1")
    assert server.artifacts(build)["said"]["size"] == len("made by nix\n")


@pytest.mark.parametrize("manifest, words", [
    ("kind: nix\n", "needs a flake"), ("kind: nix\noutputs: [a]\n", "names none"),
    ("kind: nix\noutputs: [-f]\n", "would be an option"), ("kind: nix\nstages: [a]\n", "has no 'stages'"),
    ("kind: nixx\n", "no kind"), ("kind: nix\ndriver: {type: host}\n", "the driver 'nix'"),
    ("driver: {type: host}\nstages: [a]\noutputs: [a]\n", "'kind: nix'")])
def test_what_is_wrong_with_a_manifest_is_said(server, manifest, words):
    problem = server.json("POST", "/api/v1/builds", {"manifest": manifest}, status=422)
    assert words in str(problem)


def test_a_machine_without_nix_says_so(start, tmp_path):
    (tmp_path / "bin").mkdir()
    server = start(PATH=str(tmp_path / "bin"), HOME=str(tmp_path))
    build = server.run("kind: nix\noutputs: ['/tmp#a']\n")
    assert build["status"] == "failed"
    assert "nix-bin" in build["reason"]


def test_variables_of_a_manifest_reach_the_build_and_not_the_sandbox(server, world, tmp_path):
    flake = world.flake("variables", one="echo > $out")
    build = server.run(
        f"kind: nix\nenv: ['WHO=me', 'LD_PRELOAD={tmp_path}/none.so']\noutputs: ['{flake}#one']\n")
    log = "".join(server.log(build, name) for _, name, _ in jobs(server, build)[1:])
    # What Nix runs complains of it; bubblewrap, which makes the sandbox, would have done so first.
    assert "bwrap" not in log and "setpriv" not in log
    build = server.run(
        "driver: {type: nix}\nenv: ['WHO=me']\nstages: [a]\njobs:\n- stage: a\n  commands: ['echo is $WHO $CI']\n")
    assert "is me true\n" in server.log(build, "a.1")
