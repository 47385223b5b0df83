// What methods can call, and what a method that exposes another one looks like.
import { freeName } from "./workbench.js";

/// The component and the method that `Component.Method` names.
export function resolve(document, reference) {
  const [name, method] = (reference ?? "").split(".");
  const component = document.components.find((one) => one.name === name);
  return { component, method: component?.methods.find((one) => one.name === method) };
}

/// Whether methods may be called: middlewares stand around calls, and networks are called from outside.
const isCallable = (type) => Boolean(type) && type.group !== "network" && type.group !== "middleware";

/// All that a component may call, as choices: what it is linked to first.
export function callable(context, component, wanted = () => true) {
  const { document } = context.workbench;
  const linked = new Set(document.links.filter((link) => link.from === component.name).map((link) => link.to));
  const others = document.components.filter((one) => one.name !== component.name && isCallable(context.types.get(one.type)));
  const group = (one) => ({
    group: linked.has(one.name) ? one.name : `${one.name} (links it)`,
    options: one.methods.filter((method) => wanted(one, method)).map((method) => `${one.name}.${method.name}`),
  });
  const groups = [...others.filter((one) => linked.has(one.name)), ...others.filter((one) => !linked.has(one.name))];
  return groups.map(group).filter((one) => one.options.length > 0);
}

/// The method that does the work in the end, behind orchestrators and caches.
export function origin(document, reference, depth = 0) {
  const { component, method } = resolve(document, reference);
  const next = method?.source ?? (Array.isArray(method?.sources) ? method.sources.at(-1) : undefined);
  if (!next || depth > 20) return { component, method };
  return origin(document, next, depth + 1);
}

const VERBS = {
  read: "GET", insert: "POST", update: "PUT", delete: "DELETE", get: "GET", set: "PUT", put: "PUT", presign: "GET",
};

const words = (name) => name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").replace(/_/g, "-").toLowerCase();

/// A route for a method that calls `reference`, one that no other method of the component has.
export function routeFor(document, component, reference, request) {
  const { component: target } = resolve(document, reference);
  const { component: base, method } = origin(document, reference);
  const verb = VERBS[method?.query ?? method?.op] ?? (method?.query === "raw" ? "GET" : "POST");
  const root = `/${words(base?.name ?? target?.name ?? "items")}`;
  const key = method?.where?.[0] ?? (verb === "POST" ? undefined : request[0]?.name);
  const hasKey = key && !method?.multi && request.some((field) => field.name === key && !field.type.startsWith("entity."));
  const isTaken = (path) => component.methods.some((one) => one.http?.verb === verb && one.http?.path === path);
  const path = hasKey ? `${root}/{${key}}` : root;
  if (!isTaken(path)) return { verb, path };
  const longer = `${root}/${words(method?.name ?? "other")}${hasKey ? `/{${key}}` : ""}`;
  return { verb, path: isTaken(longer) ? `${longer}/more` : longer };
}

/// A method of a network component that answers with what `reference` gives.
export function exposing(context, component, reference) {
  const { document } = context.workbench;
  const signature = context.signatures.get(reference) ?? { request: [], response: [] };
  const name = freeName(reference.replace(".", ""), component.methods.map((method) => method.name));
  const made = {
    name, request: structuredClone(signature.request), response: structuredClone(signature.response), calls: reference,
  };
  if (component.type === "http") made.http = routeFor(document, component, reference, made.request);
  return made;
}

/// The columns of a table of a data source.
export const columnsOf = (context, source, table) =>
  context.sources.find((one) => one.name === source)?.schema.tables.find((one) => one.name === table)?.columns ?? [];

/// The types of fields, rows of all known tables included.
export function fieldTypes(context) {
  const used = new Set(context.workbench.document.components.map((one) => one.data_source));
  const sources = [...context.sources].sort((one, other) => used.has(other.name) - used.has(one.name));
  const tables = [...new Set(sources.flatMap((one) => one.schema.tables.map((table) => table.name)))];
  const groups = [
    { group: "Values", options: context.scalars }, { group: "Lists of values", options: context.scalars.map((name) => `[]${name}`) },
  ];
  if (tables.length > 0) {
    groups.push({ group: "A row of", options: tables.map((name) => `entity.${name}`) });
    groups.push({ group: "Rows of", options: tables.map((name) => `[]entity.${name}`) });
  }
  return groups;
}

/// What a method takes and gives, in a line.
export function signatureText(signature) {
  if (!signature) return "";
  const list = (fields) => fields.map((field) => `${field.name} ${field.type}`).join(", ");
  return `(${list(signature.request)}) → ${list(signature.response) || "nothing"}`;
}
