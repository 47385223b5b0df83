// The lines of a job's log: fetched where they are looked at, and appended to as the job writes them.
import { Stream } from "./live.js";
import { parse, PLAIN } from "./ansi.js";

const CHUNK = 500;
/// Chunks that are kept: a reader scrolls through all of a huge log and the page stays small.
const KEPT = 80;

export class LogSource {
  #chunks = new Map();
  #loading = new Set();
  #stream;
  #closed = false;

  constructor(job, changed) {
    this.job = job;
    this.changed = changed;
    this.total = 0;
    this.size = 0;
    this.ended = false;
    this.isOpen = false;
    this.failed = false;
  }

  get address() { return `/api/v1/jobs/${this.job}/log/lines`; }

  async open() {
    await this.#load(0);
    if (this.#closed) return;
    this.isOpen = true;
    this.changed();
    if (!this.ended) this.#follow();
  }

  close() {
    this.#closed = true;
    this.#stream?.stop();
  }

  /// The line of a number from 0; undefined while it is on its way.
  line(number) {
    const index = Math.floor(number / CHUNK);
    const chunk = this.#chunks.get(index);
    const line = chunk?.[number % CHUNK];
    if (line) return line;
    if (number < this.total) this.#load(index);
    return undefined;
  }

  /// Marks the chunks of these lines as looked at, so that others go first.
  touch(first, last) {
    for (let index = Math.floor(first / CHUNK); index <= Math.floor(last / CHUNK); index += 1) {
      const chunk = this.#chunks.get(index);
      if (!chunk) continue;
      this.#chunks.delete(index);
      this.#chunks.set(index, chunk);
    }
  }

  /// The pieces of a line with their colours, which go on from the line before.
  pieces(line) {
    if (line.pieces) return line.pieces;
    const before = line.number % CHUNK ? this.#chunks.get(Math.floor(line.number / CHUNK))?.[line.number % CHUNK - 1] : null;
    const { pieces, state } = parse(line.text, before?.state ?? PLAIN);
    line.pieces = pieces;
    line.state = state;
    return pieces;
  }

  async #load(index) {
    if (this.#loading.has(index)) return;
    this.#loading.add(index);
    try {
      let from = index * CHUNK;
      const end = from + CHUNK;
      for (;;) {
        const response = await fetch(`${this.address}?from=${from}&limit=${end - from}`);
        if (!response.ok) throw new Error(String(response.status));
        const body = await response.json();
        if (this.#closed) return;
        this.#store(body.lines);
        this.#state(body);
        this.failed = false;
        from += body.lines.length;
        if (body.lines.length === 0 || from >= end || from >= this.total) break;
      }
    } catch {
      this.failed = true;
      // What is looked at is asked for again when the page is drawn the next time.
      if (!this.#closed) setTimeout(() => this.changed(), 2000);
    } finally {
      this.#loading.delete(index);
    }
    if (!this.#closed) this.changed();
  }

  #store(lines) {
    for (const line of lines) {
      const index = Math.floor(line.number / CHUNK);
      let chunk = this.#chunks.get(index);
      if (!chunk) {
        chunk = [];
        this.#chunks.set(index, chunk);
      }
      chunk[line.number % CHUNK] = line;
      this.total = Math.max(this.total, line.number + 1);
    }
    for (const index of this.#chunks.keys()) {
      if (this.#chunks.size <= KEPT) break;
      this.#chunks.delete(index);
    }
  }

  #state(body) {
    this.total = Math.max(this.total, body.total ?? 0);
    this.size = Math.max(this.size, body.size ?? 0);
    this.ended = this.ended || body.ended === true;
  }

  #follow() {
    // A last line without its newline may go on: it is asked for again.
    const address = () => `${this.address}?from=${Math.max(0, this.total - 1)}`;
    this.#stream = new Stream(address, {
      lines: (event) => {
        const body = JSON.parse(event.data);
        this.#store(body.lines);
        this.#state(body);
        if (this.ended) this.#stream.stop();
        this.changed();
      },
      end: () => {
        this.ended = true;
        this.#stream.stop();
        this.changed();
      },
    });
  }
}
