"""Services: drafts, revisions, and service files."""

import json

import pytest

from harness import Server, command

FILE = """\
wright: service/1
name: {name}
data_sources:
- name: {source}
  type: postgres
  tables:
  - name: products
    columns:
    - {{name: id, type: int64, primary_key: true}}
    - {{name: name, type: string, unique: true}}
components:
- name: Web
  type: http
  position: {{x: 80, y: 120}}
  methods:
  - name: GetProduct
    request: [{{name: id, type: int64}}]
    response: [{{name: data, type: entity.products}}]
    calls: Products.ById
    http: {{verb: GET, path: "/products/{{id}}", from: {{id: path}}}}
- name: Products
  type: sql
  data_source: {source}
  methods:
  - {{name: ById, query: read, table: products, where: [id], multi: false, returns: data}}
links:
- {{from: Web, to: Products}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("services") / "data", "--agents", "0").start()
    yield server
    server.stop()


def address(name, part=""):
    return f"/api/v1/services/{name}{part}"


def make(server, name):
    return server.json("POST", "/api/v1/services", {"name": name}, status=201)


def imported(server, name, source=None):
    return server.request("POST", "/api/v1/services", FILE.format(name=name, source=source or f"{name}db"),
                          headers={"Content-Type": "application/yaml"})


def test_a_service_is_made_listed_and_deleted_by_whoever_names_it(server):
    response = server.request("POST", "/api/v1/services", {"name": "first"})
    assert response.status == 201 and response.getheader("Location") == address("first")
    made = json.loads(response.body)
    assert made.keys() >= {"id", "name", "draft_saved_at", "last_revision", "created_at"}
    assert made["last_revision"] is None
    found = server.get(address("first"))
    assert found["builds_last_month"] == 0 and found["builds_total"] == 0
    assert [service["name"] for service in server.get("/api/v1/services")] == ["first"]
    assert server.json("POST", "/api/v1/services", {"name": "first"}, status=409)
    assert server.json("DELETE", address("first"), status=422)["errors"][0]["pointer"] == "/confirm"
    assert server.request("DELETE", address("first") + "?confirm=second").status == 422
    assert server.request("DELETE", address("first") + "?confirm=first").status == 204
    assert server.request("GET", address("first")).status == 404


@pytest.mark.parametrize("name", ["", "1a", "a b", "../x", "é", "x" * 64, "-a"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(server, name):
    problem = server.json("POST", "/api/v1/services", {"name": name}, status=422)
    assert problem["errors"][0]["pointer"] == "/name"


def test_a_draft_is_kept_whatever_is_wrong_with_it_and_only_over_the_one_that_is_known(server):
    make(server, "draft")
    first = server.request("GET", address("draft", "/draft"))
    assert json.loads(first.body)["components"] == [] and first.getheader("ETag")
    document = {"name": "draft", "components": [{"name": "1 wrong", "type": "nonsense", "data_source": "none"}],
                "links": [{"from": "a", "to": "b"}]}
    kept = server.request("PUT", address("draft", "/draft"), document,
                          headers={"If-Match": first.getheader("ETag"), "Content-Type": "application/json"})
    assert kept.status == 200 and kept.getheader("ETag") != first.getheader("ETag"), kept.body
    late = server.request("PUT", address("draft", "/draft"), {"name": "draft"},
                          headers={"If-Match": first.getheader("ETag"), "Content-Type": "application/json"})
    assert late.status == 412 and late.getheader("ETag") == kept.getheader("ETag")
    now = server.get(address("draft", "/draft"))
    assert now["components"][0]["name"] == "1 wrong" and now["links"] == [{"from": "a", "to": "b"}]
    # Nobody has to say which draft he knows.
    assert server.json("PUT", address("draft", "/draft"), {"name": "draft"})["components"] == []
    for tag in ['"other"', "", '"1-99999999999999999999"']:
        refused = server.request("PUT", address("draft", "/draft"), {"name": "draft"},
                                 headers={"If-Match": tag, "Content-Type": "application/json"})
        assert refused.status == 412, tag


@pytest.mark.parametrize("body, pointer", [
    ({"name": "shape", "components": 5}, "/components"), ({"name": "other"}, "/name"),
    ({"name": "shape", "components": [{"name": "a", "type": "http", "methds": []}]}, "/components/0/methds"),
    ({"name": "shape", "links": [{"from": 1, "to": "b"}]}, "/links/0/from"), ([], ""),
])
def test_a_malformed_draft_is_refused_with_its_place_and_nothing_is_lost(server, body, pointer):
    server.request("POST", "/api/v1/services", {"name": "shape"})
    before = server.request("GET", address("shape", "/draft"))
    problem = server.json("PUT", address("shape", "/draft"), body, status=422)
    assert pointer in [error["pointer"] for error in problem["errors"]], problem
    after = server.request("GET", address("shape", "/draft"))
    assert (after.body, after.getheader("ETag")) == (before.body, before.getheader("ETag"))


def test_revisions_are_made_of_changes_compared_and_restored(server):
    make(server, "saved")
    first = server.json("POST", address("saved", "/revisions"), status=201)
    assert first["number"] == 1 and first["created_at"]
    assert server.json("POST", address("saved", "/revisions")) == first
    document = {"name": "saved", "components": [{"name": "Web", "type": "http"}]}
    server.json("PUT", address("saved", "/draft"), document)
    assert server.json("POST", address("saved", "/revisions"), status=201)["number"] == 2
    assert server.get(address("saved"))["last_revision"] == 2
    assert [r["number"] for r in server.get(address("saved", "/revisions"))] == [2, 1]
    page = server.request("GET", address("saved", "/revisions?limit=1"))
    assert [r["number"] for r in json.loads(page.body)] == [2] and 'rel="next"' in page.getheader("Link")
    assert server.get(address("saved", "/revisions/2"))["document"]["components"][0]["name"] == "Web"
    restored = server.json("POST", address("saved", "/revisions/1/restore"))
    assert restored["components"] == [] and server.get(address("saved", "/draft"))["components"] == []
    assert server.get(address("saved"))["last_revision"] == 2
    for wrong in ["9", "0", "x", "-1"]:
        assert server.request("GET", address("saved", f"/revisions/{wrong}")).status == 404
        assert server.request("POST", address("saved", f"/revisions/{wrong}/restore")).status == 404


def test_a_service_file_becomes_a_service_with_its_data_sources_and_comes_back_the_same(server):
    response = imported(server, "shop")
    assert response.status == 201 and json.loads(response.body)["name"] == "shop", response.body
    source = server.get("/api/v1/data-sources/shopdb")
    assert source["schema"]["tables"][0]["columns"][1]["unique"] and source["connection"]["host"] is None
    exported = server.request("GET", address("shop", "/export"))
    assert exported.getheader("Content-Type") == "application/yaml"
    again = exported.body.decode()
    assert "name: shopdb" in again and "GetProduct" in again
    # A data source that is there stays as it is; the file of the other service says so.
    assert imported(server, "shop").status == 409
    other = imported(server, "shop2", "shopdb")
    assert other.status == 201
    assert server.request("GET", address("shop2", "/export")).body.decode() == again.replace("name: shop\n", "name: shop2\n")
    # The schema that counts is the one that was saved last.
    server.json("PUT", "/api/v1/data-sources/shopdb", {"schema": {"tables": [
        {"name": "orders", "columns": [{"name": "id", "type": "uuid", "primary_key": True}]}]}})
    assert "orders" in server.request("GET", address("shop", "/export")).body.decode()


def test_the_export_of_a_revision_is_not_that_of_the_draft(server):
    assert imported(server, "old").status == 201
    server.json("POST", address("old", "/revisions"), status=201)
    server.json("PUT", address("old", "/draft"), {"name": "old"})
    assert "GetProduct" in server.request("GET", address("old", "/export?revision=1")).body.decode()
    assert "GetProduct" not in server.request("GET", address("old", "/export")).body.decode()
    assert server.request("GET", address("old", "/export?revision=7")).status == 404


def test_a_service_file_can_become_the_draft_of_a_service_that_is_there(server):
    make(server, "into")
    response = server.request("PUT", address("into", "/draft"), FILE.format(name="elsewhere", source="intodb"),
                              headers={"Content-Type": "application/yaml"})
    assert response.status == 200, response.body
    draft = json.loads(response.body)
    assert draft["name"] == "into" and draft["components"][0]["name"] == "Web" and draft["data_sources"] == []
    assert server.get("/api/v1/data-sources/intodb")


@pytest.mark.parametrize("text, line", [
    ("wright: service/1\nname: a\ncomponents:\n- nam: x\n", 4), ("wright: [\n", 2), ("", 1), ("wright: service/2\nname: a\n", 1),
])
def test_a_file_that_is_no_service_file_is_refused_with_its_line(server, text, line):
    response = server.request("POST", "/api/v1/services", text.encode(), headers={"Content-Type": "application/yaml"})
    assert response.status == 422, response.body
    assert line in [error.get("line") for error in json.loads(response.body)["errors"]], response.body


def test_what_is_too_large_or_no_text_is_refused(server):
    headers = {"Content-Type": "application/yaml"}
    assert server.request("POST", "/api/v1/services", b"\xff\xfe", headers=headers).status == 400
    make(server, "large")
    body = b'{"name":"' + b"x" * (5 << 20) + b'"}'
    response = server.request("PUT", address("large", "/draft"), body, headers={"Content-Type": "application/json"})
    assert response.status == 413


def test_nobody_else_sees_a_service(server):
    make(server, "mine")
    assert server.request("GET", address("mine"), token=False).status == 401
    for part in ["", "/draft", "/revisions", "/export"]:
        assert server.request("GET", address("nobodys", part)).status == 404


def test_all_is_there_after_a_crash(server):
    make(server, "kept")
    draft = server.json("PUT", address("kept", "/draft"), {"name": "kept", "components": [{"name": "A", "type": "sql"}]})
    server.json("POST", address("kept", "/revisions"), status=201)
    server.kill()
    server.start()
    assert server.get(address("kept", "/draft")) == draft
    assert server.get(address("kept", "/revisions/1"))["document"] == draft


def test_every_problem_of_the_draft_is_told_and_what_its_methods_take_and_give(server):
    make(server, "checked")
    assert [p["code"] for p in server.json("POST", address("checked", "/validate"))["problems"]] == ["empty_service"]
    assert imported(server, "right").status == 201
    assert server.json("POST", address("right", "/validate")) == {"problems": []}
    assert server.get(address("right", "/signatures")) == [
        {"component": "Web", "method": "GetProduct", "request": [{"name": "id", "type": "int64"}],
         "response": [{"name": "data", "type": "entity.products"}]},
        {"component": "Products", "method": "ById", "request": [{"name": "id", "type": "int64"}],
         "response": [{"name": "data", "type": "entity.products"}]}]
    # Only what is saved counts: without the data source the draft is wrong, although nobody has touched it.
    assert server.request("DELETE", "/api/v1/data-sources/rightdb").status == 204
    problems = server.json("POST", address("right", "/validate"))["problems"]
    first = next(problem for problem in problems if problem["code"] == "unknown_data_source")
    assert first["component"] == "Products" and first["method"] is None and "rightdb" in first["detail"]
    # And a definition in the document itself does not take its place.
    draft = server.get(address("right", "/draft"))
    draft["data_sources"] = [{"name": "rightdb", "type": "postgres", "tables": []}]
    server.json("PUT", address("right", "/draft"), draft)
    assert "unknown_data_source" in [p["code"] for p in server.json("POST", address("right", "/validate"))["problems"]]


# The commands.


def service(server, *arguments, status=0, **options):
    done = command("service", *arguments, server=server, **options)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done


def test_a_file_goes_to_the_server_and_comes_back(server, tmp_path):
    file = tmp_path / "tools.yml"
    file.write_text(FILE.format(name="tools", source="toolsdb"))
    assert "the service tools" in service(server, "import", file).stdout
    assert "already" in service(server, "import", file, status=1).stderr
    assert service(server, "save", "tools").stdout == "saved as revision 1\n"
    assert service(server, "save", "tools").stdout == "nothing has changed since revision 1\n"
    exported = service(server, "export", "tools").stdout
    (tmp_path / "again.yml").write_text(exported)
    assert service(server, "validate", tmp_path / "again.yml").stderr == ""
    assert service(server, "export", "tools", "--revision", 1).stdout == exported
    file.write_text(exported.replace("GetProduct", "FindProduct"))
    service(server, "import", file, "--replace")
    assert "FindProduct" in service(server, "export", "tools").stdout
    assert "GetProduct" in service(server, "export", "tools", "--revision", 1).stdout
    assert json.loads(service(server, "save", "tools", "--json").stdout)["number"] == 2
    rows = service(server, "list").stdout.splitlines()
    assert any(row.split()[:3] == ["tools", "2", "0"] for row in rows), rows
    assert any(found["name"] == "tools" for found in json.loads(service(server, "list", "--json").stdout))
    assert "--yes" in service(server, "delete", "tools", status=2).stderr
    assert service(server, "delete", "tools", "--yes").stdout == "service tools is deleted\n"
    assert "there is no service 'tools'" in service(server, "export", "tools", status=1).stderr


def test_replace_makes_the_service_where_there_is_none(server):
    text = FILE.format(name="fresh", source="freshdb")
    service(server, "import", "-", "--replace", input=text)
    assert server.get(address("fresh"))["last_revision"] is None


def test_a_file_that_is_none_is_told_with_its_lines_before_a_server_is_asked(tmp_path):
    (tmp_path / "bad.yml").write_text("wright: service/1\nname: a\ncomponents:\n- nam: x\n")
    done = command("service", "import", tmp_path / "bad.yml", environment={"WRIGHT_SERVER": "http://127.0.0.1:9"})
    assert done.returncode == 2 and "bad.yml:4:3" in done.stderr, done.stderr
