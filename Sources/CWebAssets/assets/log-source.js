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
  #news;
  #advancing = false;

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

  /// Fetches what a chunk lacks.
  async #load(index) {
    if (this.#loading.has(index)) return;
    this.#loading.add(index);
    try {
      const end = (index + 1) * CHUNK;
      let from = index * CHUNK + this.#complete(index);
      while (from < end) {
        const response = await fetch(`${this.address}?from=${from}&limit=${end - from}`);
        if (!response.ok) throw new Error(String(response.status));
        const body = await response.json();
        if (this.#closed) return;
        this.#store(body);
        this.failed = false;
        from += body.lines.length;
        if (body.lines.length === 0 || from >= body.total) break;
      }
    } catch {
      this.failed = true;
      // What is looked at is asked for again when the page is drawn the next time.
      if (!this.#closed) setTimeout(() => this.changed(), 2000);
    } finally {
      this.#loading.delete(index);
    }
    if (!this.#closed && !this.#advancing) this.changed();
  }

  /// How many lines at a chunk's start are there and will not change: the log's last line may still go on.
  #complete(index) {
    const chunk = this.#chunks.get(index) ?? [];
    let count = 0;
    while (chunk[count] && !chunk[count].isOpen) count += 1;
    return count;
  }

  #store(body) {
    for (const line of body.lines) {
      const index = Math.floor(line.number / CHUNK);
      let chunk = this.#chunks.get(index);
      if (!chunk) {
        chunk = [];
        this.#chunks.set(index, chunk);
      }
      line.isOpen = !body.ended && line.number === body.total - 1;
      chunk[line.number % CHUNK] = line;
    }
    for (const index of this.#chunks.keys()) {
      if (this.#chunks.size <= KEPT) break;
      this.#chunks.delete(index);
    }
    if (!this.isOpen) this.total = body.total;
    this.size = Math.max(this.size, body.size);
    if (body.ended && !this.isOpen) this.ended = true;
  }

  #follow() {
    this.#stream = new Stream(this.address, {
      lines: (event) => {
        const { lines, size, ended } = JSON.parse(event.data);
        this.#news = { total: Math.max(lines, this.#news?.total ?? 0), size, ended: ended || this.#news?.ended };
        this.#advance();
      },
      end: () => {
        this.#news = { total: this.total, size: this.size, ...this.#news, ended: true };
        this.#advance();
      },
    });
  }

  /// Goes on to what the server has told of. The lines are fetched before the log grows on the page, so that whoever
  /// follows sees no empty rows.
  async #advance() {
    if (this.#advancing) return;
    this.#advancing = true;
    while (this.#news && !this.#closed) {
      const news = this.#news;
      this.#news = undefined;
      const last = Math.floor(Math.max(0, news.total - 1) / CHUNK);
      if (last > 0 && news.total % CHUNK < 100) await this.#load(last - 1);
      await this.#load(last);
      this.total = Math.max(this.total, news.total);
      this.size = Math.max(this.size, news.size);
      if (news.ended) {
        this.ended = true;
        this.#stream.stop();
      }
      this.changed();
    }
    this.#advancing = false;
  }
}
