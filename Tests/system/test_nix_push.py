"""What is built over the WebSocket is in the cache, and a store that trusts nothing but the key gets it from there."""

import json
import subprocess
import threading
import uuid

import pytest

from nix_world import World, answers, job, newest, opened, output, run, server, world  # noqa: F401


@pytest.fixture
def key(world, tmp_path):
    """A signing key and its public half."""
    subprocess.run(
        ["nix-store", "--generate-binary-cache-key", "job-1", tmp_path / "secret", tmp_path / "public"], check=True)
    return (tmp_path / "secret").read_text().strip(), (tmp_path / "public").read_text().strip()


@pytest.fixture
def cache(server, key):
    """A cache of the test's own that knows the key."""
    name = f"cache-{uuid.uuid4().hex[:8]}"
    cache = server.json("POST", "/api/v1/caches", {"name": name, "public": True}, status=201)
    server.json("POST", f"/api/v1/caches/{name}/keys", {"public_key": key[1]}, status=201)
    return cache


def push(server, cache, key=None, token=None):
    target = {"push": True, "target": f"{server.url}/cache/{cache['name']}", "apiKey": token or server.token}
    return {**target, **({"signingKey": key} if key else {})}


def outputs(world, *installables):
    found = json.loads(world.nix("nix", "build", "--json", "--no-link", *installables).stdout)
    return [item["outputs"]["out"] for item in found]


def present(server, cache):
    return {p["store_path"] for p in server.get(f"/api/v1/caches/{cache['name']}/paths?limit=200")}


def test_the_whole_way(server, world, cache, key, tmp_path):
    flake = world.flake(
        "whole", lib="mkdir $out; head -c 3000000 /dev/urandom > $out/data; echo lib built",
        tool="mkdir $out; echo {lib} > $out/lib; ln -s {lib}/data $out/data; chmod +x $out/lib",
        app="read lib < {tool}/lib; test -s $lib/data; echo {tool} > $out; echo app built")
    found, code = run(
        server, job("nix build .#app", {"noClone": False, "repository": f"file://{flake}"}, push(server, cache, key[0])))
    assert code == 1000, found
    assert "app> app built" in output(found)
    app, tool, lib = outputs(world, f"{flake}#app", f"{flake}#tool", f"{flake}#lib")
    assert {app, tool, lib} <= present(server, cache)
    progress = server.get(f"/api/v1/builds/{newest(server)['id']}/nix")[0]
    assert (progress["built"], progress["failed"]) == (3, 0)
    assert progress["push"]["pushed"] == 3 and progress["push"]["over"]
    # Gone from here, and back from there.
    world.nix("nix-store", "--delete", app, tool, lib)
    url = f"{server.url}/cache/{cache['name']}"
    wrong = "job-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY="
    other = World(tmp_path / "other")
    arguments = ["nix", "copy", "--from", url, "--to", str(tmp_path / "store"), app, "--option", "trusted-public-keys"]
    refused = other.nix(*arguments, wrong, check=False)
    assert refused.returncode != 0 and "signature" in refused.stderr
    other.nix(*arguments, key[1])
    for path in (app, tool, lib):
        assert (tmp_path / f"store{path}").exists()
    other.nix("nix", "store", "verify", "--store", str(tmp_path / "store"), "--all", "--option", "trusted-public-keys", key[1])
    # The same by a build: nothing is built, everything is fetched.
    found, code = run(server, job(
        f"nix build {flake}#app", substituters=[url], trustedPublicKeys=[key[1]]))
    assert code == 1000, found
    progress = server.get(f"/api/v1/builds/{newest(server)['id']}/nix")[0]
    assert progress["built"] == 0 and progress["fetched"] >= 1
    assert any(item["kind"] == "fetch" and item["source"].startswith(url) for item in progress["items"])


def test_what_is_there_is_not_sent_again(server, world, cache, key):
    flake = world.flake("again", one="echo one > $out", two="cat {one}; echo two > $out")
    for expected in (2, 0):
        found, code = run(server, job(f"nix build {flake}#two {flake}#one", cachix=push(server, cache, key[0])))
        assert code == 1000, found
        assert server.get(f"/api/v1/builds/{newest(server)['id']}/nix")[0]["push"]["pushed"] == expected


def test_paths_are_pushed_while_the_build_goes_on(server, world, cache):
    gate = world.folder / "push-gate"
    flake = world.flake(
        "early", first="echo first > $out",
        second=f"cat {{first}}; until test -e {gate}; do sleep 0.05; done; echo second > $out")
    with opened(server) as socket:
        socket.send(json.dumps(job(f"nix build {flake}#second", cachix=push(server, cache))))
        while "pushed first" not in json.loads(socket.recv(timeout=120)).get("stdout", ""):
            pass
        assert newest(server)["status"] == "running"
        assert any(path.endswith("-first") for path in present(server, cache))
        gate.write_text("")
        assert answers(socket)[1] == 1000


def test_what_was_built_before_a_failure_is_pushed(server, world, cache):
    flake = world.flake("partly", good="echo good > $out", bad="cat {good}; exit 3")
    found, code = run(server, job(f"nix build {flake}#bad", cachix=push(server, cache)))
    assert code == 1011
    assert found[-1]["buildExitCode"] == 1
    assert {path.split("-", 1)[1] for path in present(server, cache)} == {"good"}


def test_the_results_of_nix_build_are_pushed_though_they_were_there(server, world, cache):
    command = world.expression("echo x > $out")
    run(server, job(command))
    found, code = run(server, job(command, cachix=push(server, cache)))
    assert code == 1000, found
    assert {path.split("-", 1)[1] for path in present(server, cache)} == {"one"}


def test_a_build_that_is_run_again_still_has_its_secrets(server, world, cache, key):
    flake = world.flake("rerun", one="echo one > $out")
    assert run(server, job(f"nix build {flake}#one", cachix=push(server, cache, key[0])))[1] == 1000
    path, = present(server, cache)
    server.request("DELETE", f"/api/v1/caches/{cache['name']}/paths/{path.split('/')[-1][:32]}")
    assert not present(server, cache)
    again = server.json("POST", f"/api/v1/builds/{newest(server)['id']}/rerun", status=201)
    again = server.wait(again)
    assert again["status"] == "passed"
    assert again["trigger"]["data"]["buildOptions"]["cachix"]["apiKey"] == "xxxxxx"
    assert present(server, cache) == {path}


@pytest.mark.parametrize("change", [
    {"apiKey": "wrong"}, {"signingKey": "no key"}, {"target": "http://127.0.0.1:9/none"}, {"target": "nonsense://x"},
    {"target": ""}])
def test_a_push_that_fails_fails_the_build(server, world, cache, change):
    found, code = run(server, job(world.expression("echo > $out"), cachix={**push(server, cache), **change}))
    assert code == 1011
    assert found[-1]["buildExitCode"] == 1
    assert any("not in the cache" in line for line in output(found))
    assert not any("wrong" in line for line in output(found))


def test_two_servers_push_the_same_at_once(server, start, world, cache, key):
    other = start(**world.environment)
    flake = world.flake("both", **{f"p{n}": f"echo {n} > $out; head -c 200000 /dev/urandom >> $out" for n in range(8)})
    paths = outputs(world, *[f"{flake}#p{n}" for n in range(8)])
    command = "nix build --no-link " + " ".join(f"{flake}#p{n}" for n in range(8))
    results = {}

    def build(name, builder):
        results[name] = run(builder, job(command, cachix=push(server, cache, key[0])))[1]

    threads = [threading.Thread(target=build, args=pair) for pair in (("one", server), ("two", other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {"one": 1000, "two": 1000}
    assert set(paths) <= present(server, cache)
