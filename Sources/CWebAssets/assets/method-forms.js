// The settings of one method, by the type of its component.
import { h } from "./markup.js";
import { checkbox, fieldTable, labelled, orderedList, pills, select, textArea, textInput } from "./forms.js";
import { callable, columnsOf, fieldTypes } from "./references.js";
import { addLink, same } from "./workbench.js";

const VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// What the forms need of their method: its values, and how to change them.
class Form {
  constructor(component, context, method, index) {
    Object.assign(this, { component, context, method, index });
    this.key = (name) => `method ${index} ${name}`;
  }

  /// Sets values; undefined takes one away. While somebody writes, `typing` names what, so that it is undone together.
  set(values, typing = null) {
    const { context, component, index } = this;
    context.workbench.edit(`Change ${component.name}.${this.method.name}`, (document) => {
      const method = document.components.find((one) => one.name === component.name)?.methods[index];
      if (!method) return;
      for (const [name, value] of Object.entries(values)) {
        if (value === undefined) delete method[name];
        else method[name] = value;
        if (value === undefined) delete this.method[name];
        else this.method[name] = value;
      }
    }, typing ? { merge: `${component.name} ${index} ${typing}`, origin: "typing" } : {});
  }

  /// Calls something: it is linked, too.
  reach(values, references) {
    const { context, component, index } = this;
    context.workbench.edit(`Change ${component.name}.${this.method.name}`, (document) => {
      Object.assign(document.components.find((one) => one.name === component.name).methods[index], values);
      for (const reference of references.filter(Boolean)) addLink(document, component.name, reference.split(".")[0]);
    });
  }

  text(name, label, properties, hint) {
    return labelled(label, textInput(this.key(name), this.method[name], (text) => this.set({ [name]: text }, name), properties), hint);
  }

  choice(name, label, options, more = {}) {
    return labelled(label, select(this.key(name), this.method[name], options, (value) => this.set({ [name]: value }), more));
  }

  fields(name, label, more) {
    return fieldTable(this.key(name), label, this.method[name], fieldTypes(this.context),
      (fields, typing) => this.set({ [name]: fields }, typing), more);
  }
}

/// The form of a method.
export function methodForm(component, context, method, index) {
  const form = new Form(component, context, structuredClone(method), index);
  return forms[component.type]?.(form) ?? [];
}

const forms = {
  http: (form) => [calls(form), route(form), requestOf(form), form.fields("response", "Response")],
  grpc: (form) => [calls(form), form.fields("request", "Request"), form.fields("response", "Response")],
  sql: (form) => (form.method.query === "raw" ? rawQuery(form) : query(form)),
  redis: (form) => [
    form.choice("op", "Does", [["get", "get"], ["set", "set"], ["delete", "delete"]]),
    form.text("key", "Key", { class: "mono" }, "{name} stands for a field of the request"),
    form.fields("params", "Fields of the key"),
    form.method.op === "delete" ? null : form.choice("value", "Value", fieldTypes(form.context)),
    form.method.op === "set" ? form.text("ttl", "Kept for", { placeholder: "60s" }) : null,
  ],
  file_storage: (form) => [
    form.choice("op", "Does", [["get", "get"], ["put", "put"], ["delete", "delete"], ["presign", "presigned URL"]]),
    form.text("key", "Key", { class: "mono" }, "{name} stands for a field of the request"),
    form.method.op === "presign" ? form.text("ttl", "Valid for", { placeholder: "15m" }) : null,
  ],
  look_aside_cache: (form) => [sources(form), writeBack(form)],
  orchestrator: (form) => [
    labelled("Source", select(form.key("source"), form.method.source, callable(form.context, form.component),
      (value) => form.reach({ source: value }, [value]), { none: "Choose…" })),
    middlewares(form, "request", "On the request, in this order"),
    middlewares(form, "response", "On the response, in this order"),
  ],
  function: (form) => [
    form.fields("request", "Request"), form.fields("response", "Response"),
    labelled("Body", textArea(form.key("body"), form.method.body, (text) => form.set({ body: text }, "body"), {
      rows: 10, class: "mono", wrap: "off",
    }), "Go; the components that it is linked to are there by their names"),
  ],
};

// Networks.

function calls(form) {
  const { context, component, method } = form;
  const choose = (value) => {
    const signature = context.signatures.get(value);
    const isEmpty = (method.request ?? []).length + (method.response ?? []).length === 0;
    const values = { calls: value };
    if (signature && isEmpty) {
      Object.assign(values, { request: structuredClone(signature.request), response: structuredClone(signature.response) });
    }
    form.reach(values, [value]);
  };
  const signature = context.signatures.get(method.calls);
  const differs = signature && (!same(signature.request, method.request ?? []) || !same(signature.response, method.response ?? []));
  return [
    labelled("Calls", select(form.key("calls"), method.calls, callable(context, component), choose, { none: "Choose…" })),
    differs ? h("button.quiet.add", {
      type: "button", "data-focus": form.key("take"),
      on: { click: () => form.set({ request: structuredClone(signature.request), response: structuredClone(signature.response) }) },
    }, `Take the fields of ${method.calls}`) : null,
  ];
}

function route(form) {
  const http = form.method.http ?? { verb: "GET", path: "/" };
  return h("div.route", {},
    labelled("Verb", select(form.key("verb"), http.verb, VERBS, (verb) => form.set({ http: { ...form.method.http, path: http.path, verb } }))),
    labelled("Path", textInput(form.key("path"), http.path,
      (path) => form.set({ http: { ...form.method.http, verb: form.method.http?.verb ?? http.verb, path } }, "path"), { class: "mono" })));
}

/// The fields of the request, each with the place it comes from.
function requestOf(form) {
  const http = form.method.http ?? { verb: "GET", path: "/" };
  const usual = (name) => {
    if (http.path.includes(`{${name}}`)) return "path";
    return http.verb === "GET" || http.verb === "DELETE" ? "query" : "body";
  };
  const more = (field, index) => {
    const choice = select(`${form.key("from")} ${index}`, http.from?.[field.name] ?? "",
      [["", `${usual(field.name)} (usual)`], "path", "query", "body"], (place) => {
        const from = { ...form.method.http?.from };
        if (place) from[field.name] = place;
        else delete from[field.name];
        const { from: _, ...rest } = form.method.http ?? http;
        form.set({ http: Object.keys(from).length > 0 ? { ...rest, from } : rest });
      });
    choice.setAttribute("aria-label", `Where ${field.name} comes from`);
    return choice;
  };
  return form.fields("request", "Request", { more });
}

// Queries.

const QUERIES = [["read", "read"], ["insert", "insert"], ["update", "update"], ["delete", "delete"], ["raw", "raw SQL"]];

function kind(form) {
  const choose = (query) => {
    if (query === "raw") {
      form.set({ query, table: undefined, where: undefined, set: undefined, returns: undefined, sql: form.method.sql ?? "", params: form.method.params ?? [] });
    } else {
      form.set({ query, sql: undefined, params: undefined, result: undefined, table: form.method.table ?? tablesOf(form)[0] ?? "",
        returns: form.method.returns ?? (query === "read" || query === "insert" ? "data" : "count") });
    }
  };
  return labelled("Query", select(form.key("query"), form.method.query, QUERIES, choose));
}

const tablesOf = (form) => (form.context.sources.find((one) => one.name === form.component.data_source)?.schema.tables ?? [])
  .map((table) => table.name);

function query(form) {
  const { method } = form;
  const columns = columnsOf(form.context, form.component.data_source, method.table).map((column) => column.name);
  const takes = (name) => (method.query === "insert" ? name === "set" : name === "where" || method.query === "update");
  return [
    h("div.route", {}, kind(form), form.choice("table", "Table", tablesOf(form), { none: "Choose…" })),
    takes("where") ? pills(form.key("where"), "Where these columns are equal", method.where, columns, (where) => form.set({ where })) : null,
    takes("set") ? pills(form.key("set"), "Sets these columns", method.set, columns, (set) => form.set({ set })) : null,
    h("div.route", {},
      form.choice("returns", "Returns", [["data", "data: the rows"], ["count", "count: how many"]]),
      checkbox(form.key("multi"), method.multi, "Many rows", (multi) => form.set({ multi }))),
  ];
}

function rawQuery(form) {
  const rows = fieldTypes(form.context).filter((group) => group.group === "A row of");
  return [
    kind(form),
    labelled("SQL", textArea(form.key("sql"), form.method.sql, (sql) => form.set({ sql }, "sql"), { class: "mono", wrap: "off" }),
      "{name} stands for a parameter; values never become part of the text"),
    form.fields("params", "Parameters"),
    h("div.route", {}, form.choice("result", "Each row is", rows, { none: "Nothing: count what changed" }),
      checkbox(form.key("multi"), form.method.multi, "Many rows", (multi) => form.set({ multi }))),
  ];
}

// Caches and orchestrators.

function sources(form) {
  const list = form.method.sources ?? [];
  const groups = callable(form.context, form.component);
  const write = (next) => {
    const last = next.at(-1);
    const kept = Object.fromEntries(Object.entries(form.method.write ?? {}).filter(([from]) => next.includes(from) && from !== last));
    form.reach({ sources: next, write: kept }, next);
  };
  const more = select(form.key("more"), "", groups, (value) => write([...list, value]), { none: "Add a source…" });
  more.setAttribute("aria-label", "Add a source");
  return h("fieldset", {}, h("legend", {}, "Asked in this order; the last one always knows"),
    orderedList(form.key("sources"), list, (entry) => h("code", {}, entry), write), more);
}

/// For each faster layer, what keeps there what a slower one has found.
function writeBack(form) {
  const list = (form.method.sources ?? []).slice(0, -1);
  if (list.length === 0) return null;
  return h("fieldset", {}, h("legend", {}, "What is found later is written back"), list.map((source) => {
    const owner = source.split(".")[0];
    const setters = callable(form.context, form.component, (component, method) =>
      component.name === owner && ["set", "put"].includes(method.op ?? ""));
    return labelled(`Into ${source} by`, select(`${form.key("write")} ${source}`, form.method.write?.[source], setters, (value) => {
      const next = { ...form.method.write };
      if (value) next[source] = value;
      else delete next[source];
      form.reach({ write: next }, value ? [value] : []);
    }, { none: "Not written back" }));
  }));
}

function middlewares(form, name, label) {
  const { context, component } = form;
  const all = context.workbench.document.components.filter((one) => context.types.get(one.type)?.group === "middleware");
  return pills(form.key(name), label, form.method[name], all.map((one) => one.name),
    (list) => form.reach({ [name]: list }, list));
}

