"""What `contrib` has for Prometheus and Grafana, against what a server really tells."""

import json
import re
import subprocess

import pytest

from harness import ROOT, manifest

PROMETHEUS = ROOT / "contrib/prometheus"
DASHBOARD = ROOT / "contrib/grafana/wright.json"
METRIC = re.compile(r"\b(?:wright|process)_[a-z0-9_]+\b")


def promtool(*arguments, **options):
    done = subprocess.run(
        ["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def exposition(server):
    """What /metrics says of a server that has done something of everything that the queries ask for."""
    server.run(manifest("true"))
    server.json("POST", "/api/v1/caches", {"name": "watched"}, status=201)
    response = server.request("GET", "/metrics")
    assert response.status == 200
    return response.body.decode()


def told(exposition):
    """The names of all series."""
    return {line.split("{")[0].split(" ")[0] for line in exposition.splitlines() if line and line[0] != "#"}


def queries():
    dashboard = json.loads(DASHBOARD.read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["name"], variable["query"]["query"]
    expressions = re.findall(r"expr: (?:\|\n)?(.*?)\n\s*(?:for|labels|- )", (PROMETHEUS / "wright.rules.yml").read_text(), re.S)
    for expression in expressions:
        yield "wright.rules.yml", expression


def test_every_metric_that_a_query_names_is_there(exposition):
    # Told only with a bucket, and where several servers share a database; their own tests see them.
    names, missing = told(exposition) | {"wright_bucket_answering", "wright_server_leading"}, []
    found = list(queries())
    assert len(found) > 30
    for place, query in found:
        # Names with a colon are made by the rules themselves.
        plain = re.sub(r"\bwright:[a-z0-9_:]+", "", re.sub(r'"[^"]*"', "", query))
        missing += [(place, name) for name in METRIC.findall(plain) if name not in names]
    assert missing == []


def test_every_metric_is_explained():
    """In the document for operators, by its name or that of its family."""
    text = (ROOT / "docs/operations.md").read_text()
    sources = subprocess.run(
        ["grep", "-rhoE", r'"(wright|process)_[a-z_]+"', ROOT / "Sources/App", ROOT / "Sources/API"], capture_output=True, text=True,
        check=True).stdout
    names = {name.strip('"') for name in sources.split()} - {"wright_session", "wright_cache_"}
    assert len(names) > 20
    assert [name for name in sorted(names) if f"`{name}" not in text] == []


def test_prometheus_reads_what_is_told(exposition):
    promtool("check", "metrics", input=exposition)


def test_the_rules_and_their_tests():
    promtool("check", "rules", PROMETHEUS / "wright.rules.yml")
    promtool("test", "rules", "wright.rules.test.yml", cwd=PROMETHEUS)


def test_the_configuration(tmp_path, server):
    token = tmp_path / "token"
    token.write_text(server.token)
    text = (PROMETHEUS / "prometheus.yml").read_text().replace("/etc/prometheus/wright-token", str(token))
    (tmp_path / "prometheus.yml").write_text(text.replace("[wright.rules.yml]", f"[{PROMETHEUS}/wright.rules.yml]"))
    promtool("check", "config", tmp_path / "prometheus.yml")
