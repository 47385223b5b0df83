// The editor of a service: puts the canvas, the drawer, the draft and the buttons together.
import { $, $$, announce, refusal, toast } from "./dom.js";
import { Canvas } from "./canvas.js";
import { Draft } from "./draft.js";
import { Drawer } from "./drawer.js";
import { placed } from "./geometry.js";
import { startEditorKeys } from "./editor-keys.js";
import { startNaming } from "./naming.js";
import { startPanels } from "./editor-state.js";
import { Revisions } from "./revisions.js";
import { complete, freeName, removeComponents, removeLink, same, Workbench } from "./workbench.js";

/// What the page knows of the types of components.
function readTypes() {
  return new Map($$("[data-type]").map((button) => [button.dataset.type, {
    group: button.dataset.group, ports: button.dataset.ports.split(" ").filter(Boolean), title: button.title,
    source: button.dataset.source, picture: $("svg", button),
  }]));
}

export async function start() {
  const root = $("#editor");
  const name = root.dataset.service;
  const address = `/api/v1/services/${encodeURIComponent(name)}`;
  let answers;
  try {
    answers = await Promise.all([`${address}/draft`, "/api/v1/data-sources"].map((path) => fetch(path)));
    const refused = answers.find((answer) => !answer.ok);
    if (refused) throw new Error(await refusal(refused));
  } catch (error) {
    $("#editor-loading").textContent = `The service could not be read: ${error.message}. Load the page again.`;
    return;
  }
  const [document_, sources] = await Promise.all(answers.map((answer) => answer.json()));
  $("#editor-loading").remove();
  const workbench = new Workbench(placed(complete(document_)));
  const draft = new Draft(name, workbench, {
    // Places that nobody has given are no change.
    document: workbench.document, tag: answers[0].headers.get("ETag"),
    savedAt: answers[0].headers.get("Wright-Draft-Saved-At"),
  });
  new Editor({ root, name, address, workbench, draft, sources, types: readTypes() });
}

class Editor {
  constructor(parts) {
    Object.assign(this, parts);
    this.problems = [];
    this.signatures = new Map();
    this.scalars = this.root.dataset.scalars.split(" ");
    this.canvas = new Canvas($("#canvas"), this.workbench, this.types);
    this.drawer = new Drawer($("#drawer"), this);
    this.revisions = new Revisions($("#revisions"), this);
    this.#buttons();
    startEditorKeys(this);
    startNaming(this);
    startPanels(this);
    this.canvas.addEventListener("open", (event) => this.show(event.detail));
    this.canvas.addEventListener("selection", () => this.#selected());
    this.drawer.addEventListener("closed", (event) => this.canvas.focus(event.detail));
    this.drawer.addEventListener("renamed", (event) => this.canvas.select([event.detail.name]));
    this.workbench.addEventListener("change", () => this.#enable());
    this.draft.addEventListener("kept", () => this.check());
    window.addEventListener("focus", () => this.#refreshSources());
    this.#enable();
    this.canvas.fit();
    this.#restoreLeft();
    this.check();
  }

  // For the drawer and the panels.

  /// Opens the drawer of a component, at a tab and a method where they are said.
  show(name, tab, method) {
    if (!this.workbench.component(name)) return;
    this.revisions.close();
    this.canvas.select([name]);
    this.drawer.open(name, tab, method);
    this.canvas.reveal(name);
  }

  /// Puts the focus on a control of the drawer and shows it.
  focus(key) {
    const control = $$("[data-focus]", this.drawer.root).find((one) => one.dataset.focus === key);
    control?.focus();
    control?.select?.();
    control?.closest("details")?.scrollIntoView({ block: "nearest" });
  }

  /// A document that the server has now, by an answer to this window.
  adopt(document, response, label) {
    this.workbench.replace(placed(complete(document)), label);
    this.draft.took(this.workbench.document, response);
  }

  // Problems.

  /// Asks the server what is wrong with the draft and what each method takes and gives.
  async check() {
    const run = (this.run = (this.run ?? 0) + 1);
    try {
      const [validation, signatures] = await Promise.all([
        fetch(`${this.address}/validate`, { method: "POST" }), fetch(`${this.address}/signatures`),
      ]);
      if (!validation.ok || !signatures.ok) return;
      const [{ problems }, methods] = await Promise.all([validation.json(), signatures.json()]);
      // Another draft was kept meanwhile, whose problems are on their way.
      if (run !== this.run) return;
      this.problems = problems;
      this.signatures = new Map(methods.map((one) => [`${one.component}.${one.method}`, one]));
    } catch {
      return;
    }
    this.canvas.showProblems(this.problems);
    this.drawer.refresh();
    this.root.dispatchEvent(new Event("problems"));
  }

  /// Takes up what was saved of data sources on another page meanwhile.
  async #refreshSources() {
    try {
      const response = await fetch("/api/v1/data-sources");
      if (!response.ok) return;
      const sources = await response.json();
      if (same(sources, this.sources)) return;
      this.sources = sources;
    } catch {
      return;
    }
    this.drawer.refreshSources();
    this.check();
  }

  // Buttons.

  #buttons() {
    const actions = {
      undo: () => this.undo(), redo: () => this.redo(), remove: () => this.remove(), save: () => this.save(),
      revisions: () => this.#toggleRevisions(), arrange: () => this.canvas.arrange(), fit: () => this.canvas.fit(),
      "zoom-in": () => this.canvas.zoom(1.25), "zoom-out": () => this.canvas.zoom(0.8),
      "zoom-reset": () => this.canvas.resetZoom(),
    };
    for (const button of $$("[data-do]", this.root)) button.addEventListener("click", () => actions[button.dataset.do]());
    $("#import").addEventListener("change", (event) => this.#import(event.target));
    this.canvas.addEventListener("view", () => {
      $("[data-do=zoom-reset]").textContent = `${Math.round(this.canvas.view.scale * 100)} %`;
    });
  }

  #enable() {
    const { workbench, canvas } = this;
    const set = (name, isOn, title) => {
      const button = $(`[data-do=${name}]`, this.root);
      button.disabled = !isOn;
      button.title = title;
    };
    set("undo", workbench.canUndo, workbench.canUndo ? `Undo: ${workbench.undoes}` : "Nothing to undo");
    set("redo", workbench.canRedo, workbench.canRedo ? `Redo: ${workbench.redoes}` : "Nothing to redo");
    const count = canvas.selected.size;
    set("remove", count > 0 || canvas.selectedLink !== null,
      count > 0 ? `Remove ${[...canvas.selected].join(", ")}` : "Remove what is chosen");
    $("#canvas-empty").hidden = workbench.document.components.length > 0;
  }

  #selected() {
    this.#enable();
    const [only] = this.canvas.selected;
    if (this.drawer.name && this.canvas.selected.size === 1 && only !== this.drawer.name) this.drawer.open(only);
  }

  undo() {
    const label = this.workbench.undo();
    if (label) announce(`Undone: ${label}.`);
  }

  redo() {
    const label = this.workbench.redo();
    if (label) announce(`Done again: ${label}.`);
  }

  remove() {
    const names = [...this.canvas.selected];
    const link = this.canvas.chosenLink;
    if (names.length > 0) {
      this.workbench.edit(`Remove ${names.join(", ")}`, (document) => removeComponents(document, names));
      announce(`${names.join(", ")} removed.`);
    } else if (link) {
      this.workbench.edit(`Unlink ${link.from} and ${link.to}`, (document) => removeLink(document, link.from, link.to));
      announce("The link is removed.");
    }
    this.#enable();
  }

  /// Puts a copy of what is chosen beside it.
  duplicate() {
    const names = [...this.canvas.selected];
    if (names.length === 0) return;
    const copies = [];
    this.workbench.edit(`Copy ${names.join(", ")}`, (document) => {
      for (const name of names) {
        const copy = structuredClone(document.components.find((one) => one.name === name));
        copy.name = freeName(name, document.components.map((one) => one.name));
        copy.position = { x: copy.position.x + 32, y: copy.position.y + 32 };
        document.components.push(copy);
        copies.push(copy.name);
      }
    });
    this.canvas.select(copies);
    announce(`${copies.join(", ")} copied.`);
  }

  /// Keeps the draft and makes a revision of it.
  async save() {
    const button = $("[data-do=save]", this.root);
    button.disabled = true;
    try {
      if (!await this.draft.keep()) {
        if (this.draft.state !== "conflict") toast("The draft could not be kept, so nothing was saved. Try again.");
        return;
      }
      const response = await fetch(`${this.address}/revisions`, { method: "POST" });
      if (!response.ok) return toast(await refusal(response));
      const { number } = await response.json();
      this.root.dispatchEvent(new CustomEvent("revision", { detail: number }));
      toast(response.status === 201 ? `Saved as revision ${number}.` : `Nothing has changed since revision ${number}.`);
      if (this.revisions.isOpen) this.revisions.open();
    } catch {
      toast("The server did not answer. Try again.");
    } finally {
      button.disabled = false;
    }
  }

  #toggleRevisions() {
    if (this.revisions.isOpen) return this.revisions.close();
    this.drawer.close();
    return this.revisions.open();
  }

  async #import(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    try {
      await this.draft.keep();
      const response = await fetch(this.draft.address, {
        method: "PUT", body: await file.text(),
        headers: { "Content-Type": "application/yaml", "If-Match": this.draft.tag },
      });
      if (!response.ok) return toast(`${file.name}: ${await refusal(response)}`);
      this.adopt(await response.json(), response, `Import ${file.name}`);
      await this.#refreshSources();
      this.canvas.fit();
      toast(`${file.name} is the draft now. Undo brings the one before back.`);
    } catch {
      toast("The server did not answer. Try again.");
    }
  }

  /// Changes that an earlier window has not got to the server any more.
  #restoreLeft() {
    const left = this.draft.left();
    if (!left) return this.draft.forget();
    if (left.tag === this.draft.tag) {
      this.workbench.replace(left.document, "Restore unkept changes");
      toast("Changes that had not reached the server are back.");
    } else {
      this.root.dispatchEvent(new CustomEvent("left", { detail: left }));
    }
  }
}
