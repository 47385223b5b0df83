"""Services at random: every type of component, linked in every way that makes sense. The same seed gives the same service."""

import random

SCALARS = ["string", "bool", "int32", "int64", "float64", "decimal", "timestamp", "uuid", "bytes", "json"]
PLAIN = [type for type in SCALARS if type not in ("bytes", "json")]
WORDS = ["user", "order", "item_id", "http_url", "Name", "is_open", "createdAt", "value", "group", "x2", "data_2", "json_body"]


def fields(names):
    return "[" + ", ".join(f"{{name: {name}, type: \"{type}\"}}" for name, type in names) + "]"


class RandomService:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.name = f"random-{seed}"
        self.components = []
        self.links = set()
        # What can be called: component, method, request, response.
        self.methods = []
        self.tables = [self.table(number) for number in range(self.random.randint(1, 3))]
        for number in range(self.random.randint(1, 2)):
            self.sql(number)
        self.redis()
        self.files()
        self.cache()
        self.middlewares = [self.middleware(*m) for m in [
            ("Log", "logging", "{level: debug}"), ("Measure", "monitoring", "{}"),
            ("Limit", "rate_limit", "{requests: 5, per: 1m}"), ("Auth", "auth", "{type: jwt, issuer: me}")]]
        for number in range(self.random.randint(1, 3)):
            self.orchestrator(number)
        self.logic()
        self.http()

    def some(self, values, least=1):
        return self.random.sample(values, self.random.randint(least, len(values)))

    def table(self, number):
        columns = [("id", self.random.choice(["int64", "int32", "uuid"]), "primary_key: true")]
        columns += [(word, self.random.choice(SCALARS), f"nullable: {str(self.random.random() < 0.4).lower()}")
                    for word in self.some(WORDS, 2)]
        return self.random.choice(["table_", "Rows", "select"]) + str(number), columns

    def component(self, name, type, lines, more=()):
        self.components += [f"- name: {name}", f"  type: {type}", *more, "  methods:", *lines]

    def sql(self, number):
        name, lines = f"Queries{number}", []
        for method in range(self.random.randint(1, 5)):
            table, columns = self.random.choice(self.tables)
            types = {column: type for column, type, _ in columns}
            comparable = [column for column, type, _ in columns if type in PLAIN]
            kind = self.random.choice(["read", "insert", "update", "delete", "count", "raw"])
            where, set = self.some(comparable), self.some([column for column, _, _ in columns[1:]])
            if kind == "insert":
                # Only what may be NULL, and the key, which the database makes, can be left out.
                set = [column for column, _, more in columns[1:] if column in set or "false" in more] or set
            multi = self.random.random() < 0.5
            entity = f"entity.{table}"
            response = [("data", f"[]{entity}" if multi else entity)]
            if kind == "raw":
                type = self.random.choice(SCALARS)
                lines.append(f"  - {{name: M{method}, query: raw, sql: \"SELECT {{p}}, '{{q}}', {{q}}, {{p}}\", "
                             f"params: {fields([('p', type), ('q', 'string')])}, result: {entity}, multi: {str(multi).lower()}}}")
                lines[-1] = lines[-1].replace("'{q}', ", "")
                request = [("p", type), ("q", "string")]
            else:
                query = "read" if kind == "count" else kind
                request = [] if kind in ("read", "count", "delete") else [(column, types[column]) for column in set]
                if kind != "insert":
                    taken = {column for column, _ in request}
                    request += [("where_" + column if column in taken else column, types[column]) for column in where]
                multi = multi and kind != "insert"
                response = [("data", f"[]{entity}" if multi else entity)]
                if kind == "count":
                    response = [("count", "int64")]
                parts = [f"name: M{method}", f"query: {query}", f"table: {table}", f"multi: {str(multi and kind != 'count').lower()}",
                         f"returns: {'count' if kind == 'count' else 'data'}"]
                if kind != "insert":
                    parts.append(f"where: [{', '.join(where)}]")
                if kind in ("insert", "update"):
                    parts.append(f"set: [{', '.join(set)}]")
                lines.append("  - {" + ", ".join(parts) + "}")
            self.methods.append((name, f"M{method}", request, response))
        self.component(name, "sql", lines, ["  data_source: db"])

    def redis(self):
        table, columns = self.random.choice(self.tables)
        keys = [("k", self.random.choice(PLAIN)), ("l", self.random.choice(PLAIN))]
        value = self.random.choice([f"entity.{table}", f"[]entity.{table}", *SCALARS, "[]string"])
        key = f"key: \"x:{{k}}:{{l}}\", params: {fields(keys)}"
        for name in ("Fast", "Far"):
            self.component(name, "redis", [
                f"  - {{name: Get, op: get, {key}, value: \"{value}\"}}",
                f"  - {{name: Set, op: set, {key}, value: \"{value}\", ttl: 61s}}",
                f"  - {{name: Forget, op: delete, {key}}}"], ["  data_source: fast"])
            self.methods += [(name, "Get", keys, [("data", value)]), (name, "Set", [*keys, ("data", value)], []),
                             (name, "Forget", keys, [("count", "int64")])]

    def files(self):
        key = [("path", "string"), ("part", self.random.choice(PLAIN))]
        lines = [f"  - {{name: {op.title()}, op: {op}, key: \"{{path}}/{{part}}\", params: {fields(key)}}}"
                 for op in ("put", "get", "delete", "presign")]
        self.component("Files", "file_storage", lines, ["  data_source: bucket"])
        self.methods += [("Files", "Put", [*key, ("data", "bytes")], []), ("Files", "Get", key, [("data", "bytes")]),
                         ("Files", "Delete", key, []), ("Files", "Presign", key, [("url", "string")])]

    def cache(self):
        self.component("Cached", "look_aside_cache", ["  - {name: Get, sources: [Fast.Get, Far.Get], write: {Fast.Get: Fast.Set}}"])
        self.links |= {("Cached", "Fast"), ("Cached", "Far")}
        get = next(method for method in self.methods if method[:2] == ("Fast", "Get"))
        self.methods.append(("Cached", "Get", *get[2:]))

    def middleware(self, name, type, settings):
        self.components += [f"- name: {name}", f"  type: {type}", f"  settings: {settings}"]
        return name

    def orchestrator(self, number):
        name, lines, added = f"Flow{number}", [], []
        for method in range(self.random.randint(1, 3)):
            component, called, request, response = self.random.choice(self.methods)
            before, after = self.some(self.middlewares, 0), self.some(self.middlewares[:2], 0)
            lines.append(f"  - {{name: M{method}, source: {component}.{called}, request: [{', '.join(before)}], "
                         f"response: [{', '.join(after)}]}}")
            self.links |= {(name, other) for other in (component, *before, *after)}
            added.append((name, f"M{method}", request, response))
        self.methods += added
        self.component(name, "orchestrator", lines)

    def logic(self):
        request = [(f"a{number}", type) for number, type in enumerate(self.some(SCALARS))] + [("list", "[]int64")]
        self.component("Logic", "function", [
            "  - name: Run", f"    request: {fields(request)}", f"    response: {fields(request)}", "    body: |",
            *[f"      response.{name.title()} = request.{name.title()}" for name, _ in request], "      return response, nil"])
        for component in {method[0] for method in self.some(self.methods)}:
            self.links.add(("Logic", component))
        self.methods.append(("Logic", "Run", request, request))

    def http(self):
        lines = []
        for number, (component, method, request, response) in enumerate(self.methods):
            in_path = [name for name, type in request if type in PLAIN and self.random.random() < 0.4]
            is_read = all(type in PLAIN for _, type in request) and self.random.random() < 0.6
            verb = self.random.choice(["GET", "DELETE"] if is_read else ["POST", "PUT", "PATCH"])
            path = f"/m{number}" + "".join("/{" + name + "}" for name in in_path)
            lines += [f"  - name: Method{number}", f"    request: {fields(request)}", f"    response: {fields(response)}",
                      f"    calls: {component}.{method}", f"    http: {{verb: {verb}, path: \"{path}\"}}"]
            self.links.add(("Web", component))
        self.component("Web", "http", lines)

    def yaml(self):
        tables = []
        for name, columns in self.tables:
            tables += [f"  - name: {name}", "    columns:"]
            tables += [f"    - {{name: {column}, type: {type}, {more}}}" for column, type, more in columns]
        return "\n".join([
            "wright: service/1", f"name: {self.name}", "data_sources:", "- name: db", "  type: postgres", "  tables:", *tables,
            "- {name: fast, type: redis}", "- {name: bucket, type: s3}", "components:", *self.components, "links:",
            *[f"- {{from: {a}, to: {b}}}" for a, b in sorted(self.links)]]) + "\n"
