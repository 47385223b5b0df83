// The tab "Configuration": a component's data source or settings, and its methods.
import { h, iconButton } from "./markup.js";
import { labelled, select, textInput } from "./forms.js";
import { methodForm } from "./method-forms.js";
import { exposing, signatureText } from "./references.js";
import { settingsForm } from "./settings-form.js";
import { addLink, freeName, renameMethod } from "./workbench.js";

const FIRST_NAMES = {
  sql: "ById", redis: "Get", file_storage: "Get", look_aside_cache: "ById", orchestrator: "Handle", function: "Run",
  http: "Get", grpc: "Get",
};

/// The content of the tab. `open` holds the methods that are open, as `Component.Method`.
export function configuration(component, context, open) {
  const type = context.types.get(component.type);
  return [
    problemList(context, component.name, null),
    type?.source ? sourcePart(component, context, type.source) : null,
    type?.group === "middleware" ? settingsForm(component, context) : methodsPart(component, context, open),
  ];
}

/// The problems of a component, or of its method at `index`, kept up to date.
function problemList(context, component, index) {
  const list = h("ul.drawer-problems", { "data-shows": "problems" });
  list.refresh = () => {
    const method = index === null ? null : context.workbench.component(component)?.methods[index]?.name;
    const problems = context.problems.filter((one) => one.component === component && (one.method ?? null) === method);
    list.hidden = problems.length === 0;
    list.replaceChildren(...problems.map((one) => h("li", {}, one.field ? h("code", {}, one.field) : null,
      one.field ? " " : null, one.detail)));
  };
  list.refresh();
  return list;
}

function sourcePart(component, context, wanted) {
  const all = context.sources.filter((source) => source.type === wanted).map((source) => source.name);
  const change = (name) => context.workbench.edit(`Use ${name || "no data source"}`, (document) => {
    const found = document.components.find((one) => one.name === component.name);
    if (name) found.data_source = name;
    else delete found.data_source;
  });
  const choice = select("data source", component.data_source, all, change, { none: "Choose…" });
  choice.dataset.shows = "sources";
  // Somebody may have its list open, which would close if the choice itself were another one.
  choice.refresh = () => {
    const known = [...choice.options].map((option) => option.value);
    const names = context.sources.filter((source) => source.type === wanted).map((source) => source.name);
    choice.append(...names.filter((name) => !known.includes(name)).map((name) => h("option", { value: name }, name)));
  };
  return h("section.drawer-part", {},
    labelled("Data source", choice),
    h("p.hint", {}, all.length === 0 ? `There is no data source of type ${wanted} yet. ` : "Tables and columns are set up there: ",
      h("a", { href: "/data-sources" }, "Data sources")));
}

// Methods.

function methodsPart(component, context, open) {
  const add = () => {
    const name = freeName(FIRST_NAMES[component.type] ?? "Method", component.methods.map((method) => method.name));
    open.add(`${component.name}.${name}`);
    context.workbench.edit(`Add ${name}`, (document) => {
      document.components.find((one) => one.name === component.name).methods.push(blueprint(component, context, name));
    });
    context.focus(`method ${component.methods.length}`);
  };
  return h("section.drawer-part", {}, h("div.part-head", {}, h("h3", {}, "Methods"),
    h("button.add", { type: "button", "data-focus": "add method", on: { click: add } }, "+ Method")),
  component.methods.length === 0 ? h("p.hint", {}, "None yet.") : null,
  component.methods.map((method, index) => card(component, context, open, method, index)),
  exposePart(component, context, open));
}

/// A new method as its type wants it.
function blueprint(component, context, name) {
  const tables = context.sources.find((one) => one.name === component.data_source)?.schema.tables ?? [];
  switch (component.type) {
    case "sql": {
      const key = tables[0]?.columns.filter((column) => column.primary_key).map((column) => column.name) ?? [];
      return { name, query: "read", table: tables[0]?.name ?? "", where: key, multi: false, returns: "data" };
    }
    case "redis": return { name, op: "get", key: `${component.name.toLowerCase()}:{id}`, params: [{ name: "id", type: "int64" }], value: "string" };
    case "file_storage": return { name, op: "get", key: "{name}" };
    case "look_aside_cache": return { name, sources: [] };
    case "orchestrator": return { name, source: "", request: [], response: [] };
    case "function": return { name, request: [], response: [], body: "" };
    case "http": return { name, request: [], response: [], calls: "", http: { verb: "GET", path: `/${name.toLowerCase()}` } };
    default: return { name, request: [], response: [], calls: "" };
  }
}

function card(component, context, open, method, index) {
  const reference = `${component.name}.${method.name}`;
  const line = h("code.method-line", { "data-shows": "signature" });
  line.refresh = () => {
    const name = context.workbench.component(component.name)?.methods[index]?.name;
    line.textContent = signatureText(context.signatures.get(`${component.name}.${name}`));
  };
  line.refresh();
  const made = h("details.method", { open: open.has(reference), "data-method": method.name },
    h("summary", { "data-focus": `summary ${index}` }, h("span.method-title", {}, method.name || "?"), line),
    h("div.method-body", {},
      problemList(context, component.name, index),
      h("div.method-head", {}, labelled("Method", nameInput(component, context, open, method, index)), tools(component, context, index)),
      methodForm(component, context, method, index)));
  made.addEventListener("toggle", () => {
    const name = `${component.name}.${context.workbench.component(component.name)?.methods[index]?.name}`;
    if (made.open) open.add(name);
    else open.delete(name);
  });
  return made;
}

function nameInput(component, context, open, method, index) {
  let present = method.name;
  return textInput(`method ${index}`, method.name, (text, input) => {
    const methods = context.workbench.component(component.name)?.methods ?? [];
    const isFree = text !== "" && !text.includes(".") && !methods.some((one, place) => place !== index && one.name === text);
    input.setAttribute("aria-invalid", isFree ? "false" : "true");
    if (!isFree || text === present) return;
    const old = present;
    present = text;
    if (open.delete(`${component.name}.${old}`)) open.add(`${component.name}.${text}`);
    context.workbench.edit(`Call the method ${text}`, (document) => renameMethod(document, component.name, old, text),
      { merge: `method ${component.name} ${index}`, origin: "typing" });
    input.closest("details").querySelector(".method-title").textContent = text;
  }, { maxlength: 63 });
}

function tools(component, context, index) {
  const change = (label, action) => context.workbench.edit(label, (document) =>
    action(document.components.find((one) => one.name === component.name).methods));
  return h("div.method-tools", {},
    iconButton("up", "Move the method up", () => change("Move a method", (methods) =>
      methods.splice(index - 1, 0, ...methods.splice(index, 1))), { disabled: index === 0, "data-focus": `up ${index}` }),
    iconButton("down", "Move the method down", () => change("Move a method", (methods) =>
      methods.splice(index + 1, 0, ...methods.splice(index, 1))),
    { disabled: index === component.methods.length - 1, "data-focus": `down ${index}` }),
    iconButton("cross", `Delete the method ${component.methods[index].name}`, () => change("Delete a method", (methods) =>
      methods.splice(index, 1)), { "data-focus": `out ${index}` }));
}

/// For networks: one press for each method of what they are linked to that nobody can call yet.
function exposePart(component, context, open) {
  if (context.types.get(component.type)?.group !== "network") return null;
  const { document } = context.workbench;
  const called = new Set(component.methods.map((method) => method.calls));
  const linked = document.links.filter((link) => link.from === component.name).map((link) => link.to);
  const free = document.components.filter((one) => linked.includes(one.name))
    .flatMap((one) => one.methods.map((method) => `${one.name}.${method.name}`)).filter((name) => !called.has(name));
  if (free.length === 0) return null;
  const expose = (reference) => {
    const made = exposing(context, component, reference);
    open.add(`${component.name}.${made.name}`);
    context.workbench.edit(`Expose ${reference}`, (next) => {
      addLink(next, component.name, reference.split(".")[0]);
      next.components.find((one) => one.name === component.name).methods.push(made);
    });
  };
  return h("div.expose", {}, h("p.hint", {}, "Expose, with its fields:"),
    free.map((reference) => {
      const button = h("button.pill", {
        type: "button", "data-focus": `expose ${reference}`, "data-shows": "signature",
        on: { click: () => expose(reference) },
      }, `+ ${reference}`);
      // What it takes and gives comes from the server, and is not there yet for one that was just made.
      button.refresh = () => { button.disabled = !context.signatures.has(reference); };
      button.refresh();
      return button;
    }));
}
