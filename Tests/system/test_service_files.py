"""Service files on the command line: checked, and generated into a folder, without a server."""

import json

import pytest

from harness import command

SHOP = """\
wright: service/1
name: shop
data_sources:
- name: shopdb
  type: postgres
  tables:
  - name: products
    columns:
    - {name: id, type: int64, primary_key: true}
    - {name: name, type: string, unique: true}
    - {name: price, type: decimal, nullable: true, default: "0"}
components:
- name: Web
  type: http
  position: {x: 80, y: 120}
  methods:
  - name: GetProduct
    request: [{name: id, type: int64}]
    response: [{name: data, type: entity.products}]
    calls: Products.ById
    http: {verb: GET, path: "/products/{id}", from: {id: path}}
- name: Products
  type: sql
  data_source: shopdb
  methods:
  - {name: ById,   query: read,   table: products, where: [id], multi: false, returns: data}
  - {name: Count,  query: read,   table: products, returns: count}
  - {name: Add,    query: insert, table: products, set: [name, price], returns: data}
  - {name: Rename, query: update, table: products, where: [id], set: [name], returns: count}
  - {name: Remove, query: delete, table: products, where: [id], returns: count}
  - {name: Cheap,  query: raw, sql: "SELECT * FROM products WHERE price < {max} ORDER BY id",
     params: [{name: max, type: decimal}], result: entity.products, multi: true}
links:
- {from: Web, to: Products}
"""


@pytest.fixture
def shop(tmp_path):
    file = tmp_path / "shop.yml"
    file.write_text(SHOP)
    return file


def tree(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_service_without_problems(shop):
    done = command("service", "validate", shop)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(command("service", "validate", shop, "--json").stdout) == {"problems": []}


def test_every_problem_is_a_line(shop):
    shop.write_text(SHOP.replace("calls: Products.ById", "calls: Products.ByName").replace("where: [id], set", "where: [ip], set")
                    .replace("- {from: Web, to: Products}\n", "[]\n").replace("links:\n[]", "links: []"))
    done = command("service", "validate", shop)
    assert done.returncode == 1 and done.stdout == ""
    lines = done.stderr.splitlines()
    assert [line.split(": ")[:3] for line in lines] == [
        ["Web.GetProduct", "calls", "unlinked_call"], ["Web.GetProduct", "calls", "unknown_method"],
        ["Products.Rename", "ip", "unknown_column"]]
    done = command("service", "validate", shop, "--json")
    assert done.returncode == 1
    problem = json.loads(done.stdout)["problems"][2]
    assert problem.pop("detail").startswith("products has no column 'ip'")
    assert problem == {"code": "unknown_column", "component": "Products", "method": "Rename", "field": "ip"}


def test_null_stands_for_what_a_problem_does_not_concern(tmp_path):
    file = tmp_path / "empty.yml"
    file.write_text("wright: service/1\nname: nothing\n")
    problem = json.loads(command("service", "validate", file, "--json").stdout)["problems"][0]
    assert (problem["code"], problem["component"], problem["method"], problem["field"]) == ("empty_service", None, None, None)


@pytest.mark.parametrize("text,words", [
    ("", ":1:1: the file is empty"), ("name: shop\n", ":1:1: this is not a service file"),
    ("wright: service/1\ncomponents:\n- nam: x\n", ":3:3: unknown key 'nam'"), ("wright: [\n", "is not a service"),
    (b"wright: \xff\n", "not valid UTF-8"),
])
def test_what_is_no_service_file_is_status_2(tmp_path, text, words):
    file = tmp_path / "bad.yml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    for arguments in (["validate", file], ["generate", file, "--out", tmp_path / "out"]):
        done = command("service", *arguments)
        assert done.returncode == 2 and done.stdout == ""
        assert words in done.stderr or "is not a service" in words
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_status_2(tmp_path):
    done = command("service", "validate", tmp_path / "none.yml")
    assert done.returncode == 2 and "none.yml" in done.stderr


def test_generating_twice_gives_the_same_bytes(shop, tmp_path):
    assert command("service", "generate", shop, "--out", tmp_path / "a").returncode == 0
    assert command("service", "generate", shop, "--out", tmp_path / "b" / "c").returncode == 0
    assert tree(tmp_path / "a") == tree(tmp_path / "b" / "c")
    before = tree(tmp_path / "a")
    done = command("service", "generate", shop, "--out", tmp_path / "a", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"module": "shop", "written": ["wright.lock.json"], "removed": []}
    assert tree(tmp_path / "a") == before
    for path in ("cmd/shop/main.go", "go.mod", "go.sum", "migrations/0001_shopdb.sql", "api/openapi.yaml", "Dockerfile",
                 "compose.yaml", ".gitlab-ci.yml", "README.md", "entity/products.go"):
        assert path in before


def test_files_of_ones_own_stay_and_what_is_no_longer_generated_goes(shop, tmp_path):
    out = tmp_path / "out"
    assert command("service", "generate", shop, "--out", out).returncode == 0
    (out / "internal" / "mine").mkdir()
    (out / "internal" / "mine" / "mine.go").write_text("package mine\n")
    shop.write_text(SHOP.replace("Products", "Goods"))
    assert command("service", "generate", shop, "--out", out, "--module", "gitlab.com/team/shop").returncode == 0
    assert (out / "internal" / "mine" / "mine.go").read_text() == "package mine\n"
    assert (out / "internal" / "goods").is_dir() and not (out / "internal" / "products").exists()
    assert "module gitlab.com/team/shop\n" in (out / "go.mod").read_text()


def test_what_somebody_has_edited_is_not_overwritten(shop, tmp_path):
    out = tmp_path / "out"
    assert command("service", "generate", shop, "--out", out).returncode == 0
    (out / "README.md").write_text("mine\n")
    shop.write_text(SHOP.replace("Products", "Goods"))
    before = tree(out)
    done = command("service", "generate", shop, "--out", out)
    assert done.returncode == 1 and "README.md was edited" in done.stderr
    assert tree(out) == before


def test_a_folder_of_something_else_is_left_alone(shop, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine\n")
    done = command("service", "generate", shop, "--out", out)
    assert done.returncode == 1 and "notes.txt" in done.stderr
    assert tree(out) == {"notes.txt": b"mine\n"}


def test_a_clone_without_files_is_empty(shop, tmp_path):
    (tmp_path / "out" / ".git").mkdir(parents=True)
    assert command("service", "generate", shop, "--out", tmp_path / "out").returncode == 0


def test_nothing_is_written_through_a_link(shop, tmp_path):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    assert command("service", "generate", shop, "--out", out).returncode == 0
    (out / "internal").rename(elsewhere)
    (out / "internal").symlink_to(elsewhere)
    before = tree(elsewhere)
    shop.write_text(SHOP.replace("Products", "Goods"))
    done = command("service", "generate", shop, "--out", out)
    assert done.returncode == 1 and "internal must be a folder" in done.stderr
    assert tree(elsewhere) == before


def test_a_lock_that_leads_out_of_the_folder_removes_nothing(shop, tmp_path):
    out, victim = tmp_path / "out", tmp_path / "victim"
    victim.write_text("")
    assert command("service", "generate", shop, "--out", out).returncode == 0
    lock = json.loads((out / "wright.lock.json").read_text())
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    lock["files"].append({"path": "../victim", "sha256": empty})
    (out / "wright.lock.json").write_text(json.dumps(lock))
    assert command("service", "generate", shop, "--out", out).returncode == 0
    assert victim.exists()


def test_nothing_is_written_where_there_are_problems(shop, tmp_path):
    shop.write_text(SHOP.replace("verb: GET", "verb: FETCH"))
    done = command("service", "generate", shop, "--out", tmp_path / "out", "--json")
    assert done.returncode == 1
    assert [p["code"] for p in json.loads(done.stdout)["problems"]] == ["invalid_path"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("arguments,words", [
    (["generate", "x.yml"], "--out"), (["generate", "{shop}", "--out", "o", "--module", "a b"], "--module"), (["validate"], "FILE"),
])
def test_wrong_usage(shop, arguments, words):
    done = command("service", *[a.format(shop=shop) for a in arguments])
    assert done.returncode == 2 and words in done.stderr
