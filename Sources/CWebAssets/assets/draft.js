// Keeps the draft on the server while it is edited, and in this browser until it is there: closing the window, a server
// that is away and a second window lose nothing.
import { complete, same } from "./workbench.js";

const QUIET = 700;
const LONGEST = 3000;
const RETRY = 4000;

/// The state of the draft: `kept`, `changed`, `keeping`, `away` where the server does not answer, `conflict` where another
/// window has kept another one. Fires `state`, and `kept` with the answer's time.
export class Draft extends EventTarget {
  #timer = null;
  #since = null;
  #busy = null;
  #channel = null;

  constructor(name, workbench, { document, tag, savedAt }) {
    super();
    Object.assign(this, { name, workbench, tag, savedAt, state: "kept", known: document });
    this.address = `/api/v1/services/${encodeURIComponent(name)}/draft`;
    this.storageKey = `wright-draft ${name}`;
    workbench.addEventListener("change", () => this.#changed());
    window.addEventListener("pagehide", () => this.#leave());
    this.#listen();
  }

  /// What this browser has kept of an earlier window that was not heard of again; undefined where there is nothing.
  left() {
    try {
      const left = JSON.parse(localStorage.getItem(this.storageKey) ?? "null");
      return left && !same(left.document, this.known) ? left : undefined;
    } catch {
      return undefined;
    }
  }

  forget() {
    try { localStorage.removeItem(this.storageKey); } catch { /* Storage may be forbidden. */ }
  }

  #remember() {
    try {
      const left = { document: this.workbench.document, tag: this.tag, at: Date.now() };
      localStorage.setItem(this.storageKey, JSON.stringify(left));
    } catch {
      // Storage may be forbidden or full; the server has it in a moment.
    }
  }

  #set(state, detail) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail }));
  }

  #changed() {
    if (same(this.workbench.document, this.known)) {
      if (this.state === "changed") this.#settle();
      return;
    }
    this.#since ??= performance.now();
    if (this.state !== "conflict") {
      if (this.state !== "keeping") this.#set("changed");
      this.#plan(Math.max(0, Math.min(QUIET, LONGEST - (performance.now() - this.#since))));
    }
    this.#remember();
  }

  #settle() {
    clearTimeout(this.#timer);
    this.#since = null;
    this.forget();
    this.#set("kept");
  }

  #plan(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keep(), milliseconds);
  }

  /// Keeps the draft now; true once the server has what it is at this moment.
  async keep() {
    clearTimeout(this.#timer);
    if (this.#busy) await this.#busy;
    if (same(this.workbench.document, this.known)) return this.state === "kept";
    if (this.state === "conflict") return false;
    this.#busy = this.#send(this.workbench.document);
    try {
      return await this.#busy;
    } finally {
      this.#busy = null;
    }
  }

  async #send(document) {
    this.#set("keeping");
    this.#since = null;
    let response;
    try {
      response = await fetch(this.address, this.#request(document));
    } catch {
      this.#set("away");
      this.#plan(RETRY);
      return false;
    }
    if (response.status === 412) return this.#refused(document, response);
    if (!response.ok) {
      const problem = await response.json().catch(() => ({}));
      this.#set("refused", { detail: problem.detail ?? `The server answered ${response.status}.` });
      return false;
    }
    this.#took(document, response);
    return true;
  }

  /// The server has another draft than this window knows: that of another window, or this window's own, where the answer
  /// to an earlier request was lost.
  async #refused(sent, refusal) {
    const present = await this.fetch().catch(() => null);
    if (present && same(complete(present.document), sent)) {
      this.#took(sent, present.response);
      return true;
    }
    this.#set("conflict", { savedAt: refusal.headers.get("Wright-Draft-Saved-At") });
    return false;
  }

  #request(document) {
    return {
      method: "PUT", headers: { "Content-Type": "application/json", "If-Match": this.tag }, body: JSON.stringify(document),
    };
  }

  /// The server has this document.
  #took(document, response) {
    this.tag = response.headers.get("ETag");
    this.savedAt = response.headers.get("Wright-Draft-Saved-At");
    this.known = document;
    this.#channel?.postMessage({ kind: "kept", savedAt: this.savedAt });
    this.dispatchEvent(new Event("kept"));
    if (same(this.workbench.document, document)) this.#settle();
    else this.#changed();
  }

  /// The server has another document now, which this window shows.
  took(document, response) {
    this.state = "kept";
    this.#took(document, response);
  }

  /// Fetches the server's draft: its document and where it stands.
  async fetch() {
    const response = await fetch(this.address, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return { document: await response.json(), response };
  }

  /// Puts this window's document over the one that another window has kept.
  async overwrite() {
    const { response } = await this.fetch();
    this.tag = response.headers.get("ETag");
    this.known = null;
    this.state = "changed";
    return this.keep();
  }

  /// The window goes: what is not kept goes with it, where it is small enough for a request that outlives the page. The
  /// rest is in this browser.
  #leave() {
    if (this.state === "conflict" || same(this.workbench.document, this.known)) return;
    this.#remember();
    const request = this.#request(this.workbench.document);
    if (request.body.length < 60000) fetch(this.address, { ...request, keepalive: true }).catch(() => {});
  }

  // Other windows of this browser tell each other; those elsewhere are told by the server with the next change.

  #listen() {
    if (!("BroadcastChannel" in window)) return;
    this.#channel = new BroadcastChannel(`wright-service ${this.name}`);
    this.#channel.onmessage = ({ data }) => {
      if (data.kind === "hello") this.#channel.postMessage({ kind: "here" });
      this.dispatchEvent(new CustomEvent("other", { detail: data }));
    };
    this.#channel.postMessage({ kind: "hello" });
    window.addEventListener("pagehide", () => this.#channel.postMessage({ kind: "gone" }));
  }
}
