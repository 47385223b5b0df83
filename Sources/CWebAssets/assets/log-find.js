// The search box of a log. Browsers find only rows that exist, so this reads the whole log in the background.
import { $, debounce } from "./dom.js";
import { scan } from "./log-scan.js";

const MOST = 10000;

export class LogFind {
  #job;
  #matches = [];
  #at = -1;
  #abort;
  #isDone = true;
  #size = 0;

  constructor(view) {
    this.view = view;
    this.box = $("#log-find");
    this.input = $("#find-text");
    this.state = $("#find-state");
    this.input.addEventListener("input", debounce(() => this.#search(), 150));
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        this.#step(event.shiftKey ? -1 : 1);
      }
      if (event.key === "Escape") this.close();
    });
    $("#find-next").addEventListener("click", () => this.#step(1));
    $("#find-previous").addEventListener("click", () => this.#step(-1));
    $("#find-close").addEventListener("click", () => this.close());
  }

  /// Searches in this job from now on.
  use(job, size) {
    this.#size = size;
    if (this.#job === job) return;
    this.#job = job;
    if (!this.box.hidden && this.input.value) this.#search();
  }

  open() {
    this.box.hidden = false;
    this.input.focus();
    this.input.select();
    if (this.input.value) this.#search();
  }

  close() {
    this.#abort?.abort();
    this.box.hidden = true;
    this.view.needle = "";
    this.view.current = -1;
    this.view.draw();
    this.view.view.focus();
  }

  async #search() {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const needle = this.input.value.toLowerCase();
    this.view.needle = needle;
    this.view.current = -1;
    this.view.draw();
    this.#matches = [];
    this.#at = -1;
    this.#isDone = needle === "";
    this.#say();
    if (needle === "") return;
    try {
      await scan(this.#job, abort.signal, (text, number) => {
        if (abort.signal.aborted) return false;
        if (!text.toLowerCase().includes(needle)) return true;
        this.#matches.push(number);
        if (this.#matches.length === 1) this.#step(1);
        return this.#matches.length < MOST;
      }, (read) => this.#say(read));
      this.#isDone = true;
      this.#say();
    } catch (error) {
      if (error.name !== "AbortError") this.state.textContent = "Search failed";
    }
  }

  #step(by) {
    if (this.#matches.length === 0) return;
    this.#at = (this.#at + by + this.#matches.length) % this.#matches.length;
    this.view.current = this.#matches[this.#at];
    this.view.center(this.view.current);
    this.#say();
  }

  #say(read) {
    const count = this.#matches.length;
    const place = count === 0 ? "" : `${this.#at + 1} of ${count}${count === MOST ? "+" : ""}`;
    if (this.#isDone) this.state.textContent = this.input.value === "" ? "" : place || "No match";
    else this.state.textContent = [place, read && this.#size ? `${Math.min(99, Math.floor((read / this.#size) * 100))} %` : "…"].join(" ");
  }
}
