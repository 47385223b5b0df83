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
    operation(form, [["get", "get"], ["set", "set"], ["delete", "delete"]], (op) => ({
      value: op === "delete" ? undefined : form.method.value ?? "string", ttl: op === "set" ? form.method.ttl : undefined,
    })),
    ...keyOf(form),
    form.method.op === "delete" ? null : form.choice("value", "Value", fieldTypes(form.context)),
    form.method.op === "set" ? form.text("ttl", "Kept for", { placeholder: "for ever" }, "A time, as 60s or 1h") : null,
  ],
  file_storage: (form) => [
    operation(form, [["get", "get"], ["put", "put"], ["delete", "delete"], ["presign", "presigned URL"]],
      (op) => ({ ttl: op === "presign" ? form.method.ttl : undefined })),
    ...keyOf(form),
    form.method.op === "presign" ? form.text("ttl", "Valid for", { placeholder: "15m" }, "At most 7d") : null,
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
    }), "Go; a component that it is linked to is there by its name from a small letter: c.products.ById(ctx, …)"),
  ],
};

// Keys.

/// What is done; what the other operations do not have goes.
const operation = (form, operations, others) => labelled("Does", select(form.key("op"), form.method.op, operations,
  (op) => form.set({ op, ...others(op) })));

const keyOf = (form) => [
  form.text("key", "Key", { class: "mono" }, "{name} stands for a field; without fields below, each is a text"),
  fieldTable(form.key("params"), "Fields of the key", form.method.params, fieldTypes(form.context),
    (fields, typing) => form.set({ params: fields.length > 0 ? fields : undefined }, typing)),
];

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
  const http = () => form.method.http ?? { verb: "GET", path: "/" };
  return h("div.route", {},
    labelled("Verb", select(form.key("verb"), http().verb, VERBS, (verb) => form.set({ http: { ...http(), verb } }))),
    labelled("Path", textInput(form.key("path"), http().path, (path) => form.set({ http: { ...http(), path } }, "path"), { class: "mono" })));
}

/// The fields of the request, each with the place it comes from.
function requestOf(form) {
  const http = form.method.http ?? { verb: "GET", path: "/" };
  const usual = (name) => {
    if (http.path.includes(`{${name}}`)) return "path";
    return http.verb === "GET" || http.verb === "DELETE" ? "query" : "body";
  };
  const more = (fieldNow, index) => {
    const choice = select(`${form.key("from")} ${index}`, http.from?.[fieldNow().name] ?? "",
      [["", `${usual(fieldNow().name)} (auto)`], "path", "query", "body"], (place) => {
        const { from, ...rest } = form.method.http ?? http;
        const { [fieldNow().name]: _, ...others } = from ?? {};
        const next = place ? { ...others, [fieldNow().name]: place } : others;
        form.set({ http: Object.keys(next).length > 0 ? { ...rest, from: next } : rest });
      });
    choice.setAttribute("aria-label", `Where field ${index + 1} comes from`);
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
      const { where, set, multi } = form.method;
      form.set({ query, sql: undefined, params: undefined, result: undefined, table: form.method.table ?? tablesOf(form)[0] ?? "",
        where: query === "insert" ? undefined : where, multi: query === "insert" ? undefined : multi,
        set: query === "insert" || query === "update" ? set : undefined, returns: form.method.returns ?? (query === "read" || query === "insert" ? "data" : "count") });
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
      method.query === "insert" ? null : checkbox(form.key("multi"), method.multi, "Many rows", (multi) => form.set({ multi }))),
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
  const write = (next) => {
    const kept = form.method.write && Object.fromEntries(
      Object.entries(form.method.write).filter(([from]) => next.slice(0, -1).includes(from)));
    form.reach(kept ? { sources: next, write: kept } : { sources: next }, next);
  };
  const more = select(form.key("more"), "", callable(form.context, form.component), (value) => write([...list, value]), { none: "Add a source…" });
  more.setAttribute("aria-label", "Add a source");
  return h("fieldset", {}, h("legend", {}, "Asked in this order; the last one always knows"),
    orderedList(form.key("sources"), list, (entry) => h("code", {}, entry), write), more);
}

const WRITING = [["usual", "by the method that sets the same key"], ["chosen", "as chosen here"], ["never", "never"]];

/// For each faster layer, what keeps there what a slower one has found.
function writeBack(form) {
  const list = (form.method.sources ?? []).slice(0, -1);
  if (list.length === 0) return null;
  const { write } = form.method;
  const way = write === undefined ? "usual" : Object.keys(write).length > 0 ? "chosen" : "never";
  const choose = (next) => {
    if (next === "chosen") form.set({ write: Object.fromEntries(list.map((source) => [source, setters(form, source)[0] ?? ""])) });
    else form.set({ write: next === "usual" ? undefined : {} });
  };
  return [
    labelled("What is found later is written back", select(form.key("writing"), way, WRITING, choose)),
    way === "chosen" ? list.map((source) => labelled(`Into ${source} by`,
      select(`${form.key("write")} ${source}`, write[source], setters(form, source), (value) => {
        const { [source]: _, ...others } = write;
        form.reach({ write: value ? { ...others, [source]: value } : others }, value ? [value] : []);
      }, { none: "Not written back" }))) : null,
  ];
}

/// The methods that can write to the component of a source.
const setters = (form, source) => callable(form.context, form.component, (component, method) =>
  component.name === source.split(".")[0] && ["set", "put"].includes(method.op)).flatMap((group) => group.options);

function middlewares(form, name, label) {
  const { context, component } = form;
  const all = context.workbench.document.components.filter((one) => context.types.get(one.type)?.group === "middleware");
  return pills(form.key(name), label, form.method[name], all.map((one) => one.name),
    (list) => form.reach({ [name]: list }, list));
}

