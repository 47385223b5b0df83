// A service's document while it is edited: every change makes a new document, so that undoing is going back to the one
// before. Nothing here knows of a page.

const LIMIT = 300;

/// Whether two values of JSON are the same, whatever the order of names.
export function same(left, right) {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && same(left[name], right[name]));
}

/// The document with the lists that others leave out when they are empty.
export function complete(document) {
  const whole = { ...document, components: document.components ?? [], links: document.links ?? [] };
  whole.components = whole.components.map((component) => ({ ...component, methods: component.methods ?? [] }));
  return whole;
}

/// Fires `change` with `{origin}` whenever the document is another one.
export class Workbench extends EventTarget {
  #past = [];
  #future = [];
  #merge = null;

  constructor(document) {
    super();
    this.document = complete(document);
  }

  get canUndo() { return this.#past.length > 0; }
  get canRedo() { return this.#future.length > 0; }
  get undoes() { return this.#past.at(-1)?.label; }
  get redoes() { return this.#future.at(-1)?.label; }

  component(name) { return this.document.components.find((component) => component.name === name); }

  /// Lets `change` change a copy of the document, which takes the document's place. Changes one after the other with the
  /// same `merge` are undone together: letters of a word, steps of an arrow key.
  edit(label, change, { merge = null, origin = null } = {}) {
    const next = structuredClone(this.document);
    change(next);
    if (same(next, this.document)) return false;
    if (!merge || merge !== this.#merge) this.#remember(label);
    this.#merge = merge;
    this.#future = [];
    this.#set(next, origin);
    return true;
  }

  /// Puts another document in the place of this one; that can be undone, too.
  replace(document, label) {
    const next = complete(document);
    if (same(next, this.document)) return false;
    this.#remember(label);
    this.#merge = null;
    this.#future = [];
    this.#set(next, "replace");
    return true;
  }

  undo() { return this.#step(this.#past, this.#future); }
  redo() { return this.#step(this.#future, this.#past); }

  #step(from, to) {
    const step = from.pop();
    if (!step) return undefined;
    to.push({ label: step.label, document: this.document });
    this.#merge = null;
    this.#set(step.document, "history");
    return step.label;
  }

  #remember(label) {
    this.#past.push({ label, document: this.document });
    if (this.#past.length > LIMIT) this.#past.shift();
  }

  #set(document, origin) {
    this.document = document;
    this.dispatchEvent(new CustomEvent("change", { detail: { origin } }));
  }
}

// Names.

/// Whether a component, method or field may have this name; whether it is a word of Go the server says.
export const isIdentifier = (text) => /^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(text);

/// `base`, or with the first number that makes it one of its own.
export function freeName(base, taken) {
  if (!taken.includes(base)) return base;
  let number = 2;
  while (taken.includes(`${base}${number}`)) number += 1;
  return `${base}${number}`;
}

/// `look_aside_cache` as a component is called: `LookAsideCache`.
export const typeName = (type) => type.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");

/// Names a link, of which there is one at most between two components.
export const linkKey = (link) => `${link.from}→${link.to}`;

// Changes of a document, for `edit`.

export function addComponent(document, component) { document.components.push({ methods: [], ...component }); }

export function removeComponents(document, names) {
  const gone = new Set(names);
  document.components = document.components.filter((component) => !gone.has(component.name));
  document.links = document.links.filter((link) => !gone.has(link.from) && !gone.has(link.to));
}

export function addLink(document, from, to) {
  if (!document.links.some((link) => link.from === from && link.to === to)) document.links.push({ from, to });
}

export function removeLink(document, from, to) {
  document.links = document.links.filter((link) => link.from !== from || link.to !== to);
}

/// Calls `change` with every place that names `Component.Method` and puts in what it returns.
function eachReference(document, change) {
  for (const component of document.components) {
    for (const method of component.methods) {
      for (const name of ["calls", "source"]) if (method[name]) method[name] = change(method[name]);
      if (Array.isArray(method.sources)) method.sources = method.sources.map(change);
      if (method.write) {
        method.write = Object.fromEntries(Object.entries(method.write).map(([from, to]) => [change(from), change(to)]));
      }
    }
  }
}

/// Where several have the name, the first is meant.
export function renameComponent(document, old, name) {
  const renamed = document.components.find((component) => component.name === old);
  if (renamed) renamed.name = name;
  for (const component of document.components) {
    for (const method of component.methods) {
      for (const list of ["request", "response"]) {
        if (Array.isArray(method[list])) method[list] = method[list].map((item) => (item === old ? name : item));
      }
    }
  }
  for (const link of document.links) {
    if (link.from === old) link.from = name;
    if (link.to === old) link.to = name;
  }
  eachReference(document, (text) => (text.startsWith(`${old}.`) ? name + text.slice(old.length) : text));
}

export function renameMethod(document, component, old, name) {
  const found = document.components.find((one) => one.name === component)?.methods.find((one) => one.name === old);
  if (!found) return;
  found.name = name;
  eachReference(document, (text) => (text === `${component}.${old}` ? `${component}.${name}` : text));
}
