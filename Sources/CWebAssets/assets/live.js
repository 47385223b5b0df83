// Keeps parts of a page up to date: the server renders them, this puts in what differs. The same code renders a row
// for a reader without scripts and for one who watches.
import { $, $$, announce } from "./dom.js";
import { tick } from "./time.js";

/// What scripts have added, which the server's page does not know of.
const KEPT = new Set(["open", "data-local"]);

function sameTime(left, right) {
  return (left.matches("time[data-ago]") && left.dateTime === right.dateTime)
    || (left.matches("time[data-until]") && left.dateTime === right.dateTime)
    || (left.matches("time[data-exact]") && left.dateTime === right.dateTime)
    || (left.dataset.since !== undefined && left.dataset.since === right.dataset.since);
}

function syncAttributes(old, fresh) {
  const local = old.matches("time");
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (KEPT.has(name) || (local && name === "title" && old.dataset.local)) continue;
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function matches(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return false;
  return old.nodeType !== Node.ELEMENT_NODE
    || ((old.dataset?.key ?? "") === (fresh.dataset?.key ?? "") && old.id === fresh.id);
}

/// Makes `old` equal to `fresh` with few changes, so that focus, selection and open menus stay.
export function morph(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) return;
  const skipText = sameTime(old, fresh);
  syncAttributes(old, fresh);
  if (skipText || old.matches("input, textarea")) return;
  morphChildren(old, fresh);
}

function morphChildren(old, fresh) {
  const keyed = new Map();
  for (const child of old.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
  const hadRows = keyed.size > 0;
  let place = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const key = child.dataset?.key;
    const known = key ? keyed.get(key) : place && !place.dataset?.key && matches(place, child) ? place : null;
    if (known) {
      if (known !== place) old.insertBefore(known, place);
      else place = place.nextSibling;
      morph(known, child);
    } else {
      const added = document.importNode(child, true);
      if (key && hadRows && added.classList.contains("build-row")) added.classList.add("row-new");
      old.insertBefore(added, place);
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/// Goes to the sign-in page where the server answers with it: the session has ended.
function followSignIn(response) {
  if (response.redirected && new URL(response.url).pathname === "/sign-in") location.assign(response.url);
}

/// Puts the live parts of a page's text into this page.
export function put(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const part of $$("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (other) morph(part, other);
  }
  tick();
}

/// Fetches the page anew when asked, never twice at once and not so often that it would cost more than it tells.
export class Refresher {
  #busy = false;
  #wanted = false;
  #last = 0;
  #cost = 0;

  constructor(address, done = () => {}) {
    this.address = address;
    this.done = done;
  }

  request() {
    if (this.#wanted) return;
    this.#wanted = true;
    const pause = Math.max(120, Math.min(3000, this.#cost * 6)) - (performance.now() - this.#last);
    setTimeout(() => this.#run(), Math.max(this.#last ? 0 : 20, pause));
  }

  async #run() {
    if (this.#busy) {
      setTimeout(() => this.#run(), 100);
      return;
    }
    this.#wanted = false;
    this.#busy = true;
    const start = performance.now();
    try {
      await this.now();
    } finally {
      this.#busy = false;
      this.#last = performance.now();
      this.#cost = this.#last - start;
    }
  }

  /// Fetches and puts in at once; false where the server did not answer with a page.
  async now() {
    const address = this.address();
    let text;
    try {
      const response = await fetch(address, { headers: { Accept: "text/html" } });
      followSignIn(response);
      if (!response.ok) return false;
      text = await response.text();
    } catch {
      return false;
    }
    // The reader has gone on meanwhile: what came is of another page.
    if (address !== this.address()) {
      this.request();
      return false;
    }
    put(text);
    this.done();
    return true;
  }
}

/// An event stream that is open only while the page is in sight: browsers allow six connections to a server.
export class Stream {
  #source;
  #retry;
  #stopped = false;

  constructor(address, events, { opened = () => {}, failed = () => {} } = {}) {
    this.address = address;
    this.events = events;
    this.opened = opened;
    this.failed = failed;
    this.onVisibility = () => (document.hidden ? this.#close() : this.#open());
    document.addEventListener("visibilitychange", this.onVisibility);
    window.addEventListener("pagehide", () => this.#close());
    window.addEventListener("pageshow", (event) => { if (event.persisted) this.#open(); });
    if (!document.hidden) this.#open();
  }

  #open() {
    if (this.#stopped || this.#source) return;
    const source = new EventSource(typeof this.address === "function" ? this.address() : this.address);
    this.#source = source;
    source.onopen = () => this.opened();
    source.onerror = () => {
      this.failed();
      if (source.readyState !== EventSource.CLOSED || this.#source !== source) return;
      this.#close();
      this.#retry = setTimeout(() => this.#open(), 3000);
      fetch(location.pathname + location.search, { headers: { Accept: "text/html" } }).then(followSignIn, () => {});
    };
    for (const [name, action] of Object.entries(this.events)) source.addEventListener(name, action);
  }

  #close() {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
  }

  stop() {
    this.#stopped = true;
    this.#close();
    document.removeEventListener("visibilitychange", this.onVisibility);
  }
}

/// Shows whether the page is up to date.
export function showLive(isOn) {
  const place = $("#live");
  if (!place) return;
  place.hidden = false;
  place.dataset.state = isOn ? "on" : "off";
  $("#live-word").textContent = isOn ? "Live" : "Reconnecting…";
  if (!isOn) announce("The connection is interrupted; trying again.");
}
