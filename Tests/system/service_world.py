"""What tests of services need: a server that may speak to the tests' GitLab, and services to build."""

import json

TOKEN = "glpat-secret0123456789"


def document(name="shop", table="products"):
    """A service with a table that is read over HTTP, and the data source that it needs."""
    return {
        "name": name,
        "data_sources": [{"name": "shopdb", "type": "postgres", "tables": [{"name": table, "columns": [
            {"name": "id", "type": "int64", "primary_key": True}, {"name": "name", "type": "string"}]}]}],
        "components": [
            {"name": "Web", "type": "http", "methods": [{
                "name": "GetProduct", "request": [{"name": "id", "type": "int64"}],
                "response": [{"name": "data", "type": f"entity.{table}"}], "calls": "Products.ById",
                "http": {"verb": "GET", "path": "/products/{id}"}}]},
            {"name": "Products", "type": "sql", "data_source": "shopdb", "methods": [
                {"name": "ById", "query": "read", "table": table, "where": ["id"], "multi": False,
                 "returns": "data"}]}],
        "links": [{"from": "Web", "to": "Products"}]}


def make_service(server, name="shop", saved=True, **fields):
    """A service with a draft, its data source, and a saved revision."""
    whole = {**document(name), **fields}
    for source in whole["data_sources"]:
        server.request("POST", "/api/v1/data-sources", {
            "name": source["name"], "type": source["type"], "connection": {},
            "schema": {"tables": source["tables"]}})
    server.json("POST", "/api/v1/services", {"name": name}, status=201)
    server.json("PUT", f"/api/v1/services/{name}/draft", whole)
    if saved:
        server.json("POST", f"/api/v1/services/{name}/revisions", status=201)
    return name


def configuration(gitlab, project=42, **fields):
    return {
        "token_predecessor": "ci-token", "gitlab_ci_token": TOKEN, "dockerhub_username": "NA",
        "file_storage_access_token": "NA", "repository_path": gitlab.projects[project].path,
        "repository_provider": gitlab.url.removeprefix("https://"), "repository_project_id": str(project), **fields}


def configure(server, gitlab, name="shop", **fields):
    return server.json("PUT", f"/api/v1/services/{name}/build-configuration", configuration(gitlab, **fields))


def build(server, name="shop", tag="v1"):
    """Builds and waits for the end."""
    return server.wait(server.json("POST", f"/api/v1/services/{name}/builds", {"tag": tag}, status=201))


def pointers(response):
    return [error["pointer"] for error in json.loads(response.body)["errors"]]
