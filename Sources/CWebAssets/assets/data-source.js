// The page of a data source: its connection and its tables, changed here and used elsewhere only once they are saved.
import { $, announce, refusal, toast } from "./dom.js";
import { h } from "./markup.js";
import { labelled, select, textInput } from "./forms.js";
import { startForms } from "./services.js";
import { drawTables, newTable } from "./table-editor.js";
import { same } from "./workbench.js";

const CONNECTIONS = {
  postgres: [
    ["host", "db.example.com"], ["port", "5432"], ["database", "shop"], ["user", "shop"], ["password"],
    ["sslmode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]],
  ],
  redis: [["host", "cache.example.com"], ["port", "6379"], ["password"], ["db", "0"]],
  s3: [["endpoint", "https://s3.example.com"], ["region", "us-east-1"], ["bucket", "shop"], ["access_key"], ["secret_key"]],
};
const NUMBERS = ["port", "db"];
const SECRETS = ["password", "secret_key"];

export async function start() {
  startForms();
  const root = $("#source");
  const page = new SourcePage(root);
  try {
    const response = await fetch(page.address);
    if (!response.ok) throw new Error(await refusal(response));
    page.took(await response.json());
  } catch (error) {
    page.say([`The data source could not be read: ${error.message}. Load the page again.`]);
  }
}

class SourcePage {
  constructor(root) {
    this.root = root;
    this.type = root.dataset.type;
    this.scalars = root.dataset.scalars.split(" ");
    this.address = `/api/v1/data-sources/${encodeURIComponent(root.dataset.sourceName)}`;
    const actions = {
      save: () => this.save(), revert: () => this.revert(), test: () => this.test(), import: () => this.import(),
      "add-table": () => this.changeTables([...this.tables, newTable(this.tables)]),
    };
    for (const button of root.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => actions[button.dataset.do]());
    }
    window.addEventListener("beforeunload", (event) => { if (this.isChanged) event.preventDefault(); });
    window.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      if (this.isChanged) this.save();
    });
  }

  /// What was saved takes the place of what is on the page.
  took(source) {
    this.saved = source;
    this.connection = { ...source.connection };
    this.tables = structuredClone(source.schema.tables);
    this.say([]);
    this.draw();
  }

  get isChanged() {
    return this.saved !== undefined
      && !(same(this.connection, this.saved.connection) && same(this.tables, this.saved.schema.tables));
  }

  draw() {
    $("#connection").replaceChildren(...CONNECTIONS[this.type].map((setting) => this.#setting(setting)));
    this.#drawTables();
    this.#enable();
  }

  #enable() {
    const isChanged = this.isChanged;
    for (const name of ["save", "revert"]) $(`[data-do=${name}]`).disabled = !isChanged;
    const state = $("#source-state");
    state.textContent = isChanged ? "Changed, not saved" : "Saved";
    state.dataset.state = isChanged ? "changed" : "kept";
  }

  #setting([name, values]) {
    const value = this.connection[name];
    const write = (text) => {
      if (NUMBERS.includes(name) && text.trim() !== "" && Number.isInteger(Number(text))) this.connection[name] = Number(text);
      else this.connection[name] = text === "" ? null : text;
      this.#enable();
    };
    if (Array.isArray(values)) return labelled(name, select(name, value, values, write, { none: "as the library does" }));
    const isSecret = SECRETS.includes(name);
    const isSet = isSecret && this.saved.connection[`${name}_set`];
    return labelled(name, textInput(name, value ?? "", write, {
      type: isSecret ? "password" : "text", autocomplete: isSecret ? "new-password" : "off",
      placeholder: isSecret ? (isSet ? "set; write to change it" : "not set") : values,
      inputmode: NUMBERS.includes(name) ? "numeric" : null,
    }));
  }

  #drawTables() {
    const place = $("#tables");
    if (place) drawTables(place, this.tables, this.scalars, (tables, isTyping) => this.changeTables(tables, isTyping));
  }

  changeTables(tables, isTyping = false) {
    this.tables = tables;
    if (!isTyping) this.#drawTables();
    this.#enable();
  }

  /// Tells what is wrong, and marks nothing where it is nothing.
  say(lines) {
    const place = $("#source-errors");
    place.hidden = lines.length === 0;
    place.replaceChildren(h("span", {}, lines.join("\n")));
  }

  get body() { return { connection: this.#sent, ...(this.type === "postgres" ? { schema: { tables: this.tables } } : {}) }; }

  get #sent() {
    return Object.fromEntries(Object.entries(this.connection).filter(([name]) => !name.endsWith("_set")));
  }

  async #ask(path, method, body) {
    return fetch(this.address + path, {
      method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
  }

  async save() {
    try {
      const response = await this.#ask("", "PUT", this.body);
      if (!response.ok) {
        const problem = await response.json();
        return this.say((problem.errors ?? [{ detail: problem.detail }]).map((error) =>
          (error.pointer ? `${error.pointer.slice(1)}: ${error.detail}` : error.detail)));
      }
      this.took(await response.json());
      return toast("Saved.");
    } catch {
      return toast("The server did not answer; nothing was saved. Try again.");
    }
  }

  revert() {
    this.took(this.saved);
    announce("As it was saved.");
  }

  async test() {
    const [button, place] = [$("[data-do=test]"), $("#test-result")];
    button.disabled = true;
    place.dataset.state = "";
    place.textContent = "Asking…";
    try {
      const response = await this.#ask("/test", "POST", { connection: this.#sent });
      const answer = response.ok ? await response.json() : { ok: false, detail: await refusal(response) };
      place.dataset.state = answer.ok ? "good" : "bad";
      place.textContent = answer.detail;
    } catch {
      place.dataset.state = "bad";
      place.textContent = "The server did not answer. Try again.";
    } finally {
      button.disabled = false;
    }
  }

  async import() {
    const button = $("[data-do=import]");
    button.disabled = true;
    try {
      const response = await this.#ask("/import", "POST", { connection: this.#sent });
      if (!response.ok) return this.say([await refusal(response)]);
      const { tables } = await response.json();
      this.say([]);
      this.changeTables(tables);
      return toast(`${tables.length} ${tables.length === 1 ? "table" : "tables"} read. Save keeps them, Revert forgets them.`);
    } catch {
      return toast("The server did not answer. Try again.");
    } finally {
      button.disabled = false;
    }
  }
}
