// The drawer beside the canvas: what a component is linked to, and how it is set up.
import { element } from "./dom.js";
import { h, iconButton } from "./markup.js";
import { redraw, select, textInput } from "./forms.js";
import { configuration } from "./configuration.js";
import { addLink, isIdentifier, removeLink, renameComponent } from "./workbench.js";

const TABS = ["Connections", "Configuration"];

/// Shows one component. `context` has the workbench, the canvas, the types, the data sources, what methods take and
/// give, and the problems. Fires `closed`.
export class Drawer extends EventTarget {
  #name = null;
  #tab = "Configuration";
  /// Methods whose settings are open, as `Component.Method`.
  #open = new Set();

  constructor(root, context) {
    super();
    this.root = root;
    this.context = context;
    root.addEventListener("keydown", (event) => this.#key(event));
    context.workbench.addEventListener("change", (event) => this.#changed(event.detail.origin));
  }

  get name() { return this.#name; }

  /// Opens it for a component, at a tab and a method where they are said.
  open(name, tab, method) {
    if (!this.context.workbench.component(name)) return;
    this.#name = name;
    if (tab) this.#tab = tab;
    if (method) this.#open.add(`${name}.${method}`);
    this.root.hidden = false;
    this.root.setAttribute("aria-label", name);
    this.render();
    this.root.querySelector(`[data-focus="tab ${this.#tab}"]`)?.focus({ preventScroll: true });
    if (method) [...this.root.querySelectorAll("[data-method]")].find((one) => one.dataset.method === method)?.scrollIntoView();
  }

  close() {
    if (!this.#name) return;
    const name = this.#name;
    this.#name = null;
    this.root.hidden = true;
    this.root.replaceChildren();
    this.dispatchEvent(new CustomEvent("closed", { detail: name }));
  }

  #key(event) {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  #changed(origin) {
    if (!this.#name) return;
    if (!this.context.workbench.component(this.#name)) return this.close();
    // Who writes into a text knows what stands there; drawing it anew would only disturb him.
    if (origin !== "typing" && origin !== "move") this.render();
  }

  /// Follows a component that has another name now.
  renamed(old, name) {
    if (this.#name === old) this.open(name);
  }

  render() {
    if (!this.#name) return;
    const component = this.context.workbench.component(this.#name);
    if (component) redraw(this.root, () => [this.#head(component), this.#tabs(), this.#panel(component)]);
  }

  /// Shows problems and types of methods that have come in the meantime, without drawing anything else anew.
  refresh() {
    for (const place of this.root.querySelectorAll("[data-shows]")) place.refresh?.();
  }

  /// Shows data sources that were saved on another page. Everything is drawn anew, unless that would close a list that
  /// somebody may have open.
  refreshSources() {
    const active = document.activeElement;
    if (active?.tagName === "SELECT" && this.root.contains(active)) this.refresh();
    else this.render();
  }

  #head(component) {
    const { types, workbench } = this.context;
    const type = types.get(component.type);
    const name = textInput("identifier", component.name, (text, input) => {
      const isFree = isIdentifier(text) && !workbench.component(text);
      input.setAttribute("aria-invalid", text === this.#name || isFree ? "false" : "true");
      if (!isFree) return;
      const old = this.#name;
      this.#name = text;
      workbench.edit(`Call ${old} ${text}`, (document) => renameComponent(document, old, text),
        { merge: `call ${this.#first ??= old}`, origin: "typing" });
      this.root.setAttribute("aria-label", text);
      // What stands below knows the component by its name.
      this.root.querySelector(".drawer-body").replaceWith(this.#panel(workbench.component(text)));
      this.dispatchEvent(new CustomEvent("renamed", { detail: { old, name: text } }));
    }, { "aria-label": "Identifier", maxlength: 63, class: "drawer-name" });
    name.addEventListener("blur", () => {
      this.#first = null;
      name.value = this.#name ?? name.value;
      name.setAttribute("aria-invalid", "false");
    });
    return h("header.drawer-head", { "data-group": type?.group ?? "unknown" },
      h("span.drawer-icon", {}, type?.picture?.cloneNode(true)),
      h("div.drawer-title", {}, name, h("span.hint", {}, `${component.type} · ${type?.title ?? "unknown type"}`)),
      iconButton("cross", "Close", () => this.close(), { "data-focus": "close" }));
  }
  #first = null;

  #tabs() {
    const step = (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      event.preventDefault();
      this.#choose(TABS[(TABS.indexOf(this.#tab) + 1) % TABS.length]);
    };
    return h("div.drawer-tabs", { role: "tablist", "aria-label": "Parts" }, TABS.map((tab) => h("button", {
      type: "button", role: "tab", id: `tab-${tab}`, "aria-controls": "drawer-panel", "data-focus": `tab ${tab}`,
      "aria-selected": tab === this.#tab ? "true" : "false", tabindex: tab === this.#tab ? 0 : -1,
      on: { click: () => this.#choose(tab), keydown: step },
    }, tab)));
  }

  #choose(tab) {
    this.#tab = tab;
    this.render();
    this.root.querySelector(`[data-focus="tab ${tab}"]`)?.focus({ preventScroll: true });
  }

  #panel(component) {
    const content = this.#tab === "Connections" ? this.#connections(component)
      : configuration(component, this.context, this.#open);
    return h("div.drawer-body", { role: "tabpanel", id: "drawer-panel", "aria-labelledby": `tab-${this.#tab}` }, content);
  }

  // Connections.

  #connections(component) {
    const ports = this.context.types.get(component.type)?.ports ?? ["in", "out"];
    return [
      ports.includes("out") ? this.#side(component, "out") : null,
      ports.includes("in") ? this.#side(component, "in") : null,
    ];
  }

  /// Who is called, or who calls, with a choice of one more.
  #side(component, side) {
    const { workbench, types } = this.context;
    const isOut = side === "out";
    const all = workbench.document.links
      .filter((link) => link[isOut ? "from" : "to"] === component.name)
      .map((link) => link[isOut ? "to" : "from"]);
    const other = isOut ? "in" : "out";
    const free = workbench.document.components.filter((one) => one.name !== component.name && !all.includes(one.name)
      && (types.get(one.type)?.ports ?? [other]).includes(other)).map((one) => one.name);
    const ends = (name) => (isOut ? [component.name, name] : [name, component.name]);
    const row = (name) => h("li.connection", {},
      h("button.quiet.connection-name", {
        type: "button", on: { click: () => this.context.show(name) }, "data-focus": `${side} ${name}`,
      }, name), element("span", "hint", workbench.component(name)?.type ?? "not there"),
      iconButton("cross", `Unlink ${name}`, () => workbench.edit(`Unlink ${name}`,
        (document) => removeLink(document, ...ends(name)))));
    const more = select(`${side} more`, "", free, (name) => workbench.edit(`Link ${name}`,
      (document) => addLink(document, ...ends(name))), { none: isOut ? "Link to…" : "Link from…" });
    more.setAttribute("aria-label", isOut ? "Link to" : "Link from");
    return h("section.drawer-part", {}, h("h3", {}, isOut ? "Calls" : "Called by"),
      all.length > 0 ? h("ul.connections", {}, all.map(row))
        : h("p.hint", {}, isOut ? "Nothing yet. Draw a line from its output, or choose here." : "Nothing yet."),
      free.length > 0 ? more : null);
  }
}
