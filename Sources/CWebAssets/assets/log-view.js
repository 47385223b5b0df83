// A window onto a log of any length: only the rows in sight exist. Positions are kept in pixels of the whole log;
// browsers cannot make an element tall enough for millions of lines, so past a limit the scroll bar is scaled.
import { element } from "./dom.js";
import { LogRow } from "./log-rows.js";

const ROW = 20;
const SPARE = 12;
/// Free space above the first row and below the last.
const PAD = 6;
/// Firefox stops at 17.8 million pixels, Chromium at 33 million; half of that leaves room for zoom.
const TALLEST = 8_000_000;

export class LogView {
  #source;
  #rows = [];
  #top = 0;
  #expected = -1;
  #frame = 0;
  #height = 0;
  #space = element("div", "log-space");
  #body = element("div", "log-rows");
  #selection = null;
  #waiting = null;
  /// The line that stays in the middle when the window changes its size, until the reader scrolls.
  #centered = null;
  #width = 0;
  /// The height of all rows of a wrapped log that is short enough to have them all in the page.
  #measured = null;
  #isComplete = false;

  constructor(view, { moved = () => {}, picked = () => {} } = {}) {
    this.view = view;
    this.moved = moved;
    this.picked = picked;
    this.following = false;
    this.needle = "";
    this.current = -1;
    this.wraps = false;
    this.#space.append(this.#body);
    view.replaceChildren(this.#space);
    view.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    view.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    view.addEventListener("keydown", (event) => this.#key(event));
    this.#body.addEventListener("click", (event) => this.#click(event));
    new ResizeObserver(() => this.#resized()).observe(view);
  }

  /// Shows another log from its start.
  show(source) {
    this.#source = source;
    this.#selection = null;
    this.#waiting = this.#centered = null;
    this.#width = 0;
    this.#measured = null;
    this.#space.style.minWidth = "";
    this.current = -1;
    this.following = false;
    this.view.scrollLeft = 0;
    this.#moveTo(0);
    this.update();
  }

  /// Makes the window of a short log that is complete as low as the log; one that grows keeps its height.
  fit(isComplete) {
    this.#isComplete = isComplete;
    this.view.style.maxHeight = isComplete ? `${Math.max(8 * ROW, this.#full + 16)}px` : "";
  }

  get total() { return this.#source?.total ?? 0; }
  get #full() { return ((this.wraps && this.#measured) || this.total * ROW) + 2 * PAD; }
  get #furthest() { return Math.max(0, this.#full - this.#height); }
  get #isScaled() { return this.#full > TALLEST; }
  get isAtEnd() { return this.#top >= this.#furthest - ROW; }

  /// Draws what is new.
  update() {
    this.#stretch();
    this.view.style.setProperty("--digits", String(Math.max(3, String(this.total).length)));
    if (this.#waiting !== null && this.total > this.#waiting) this.center(this.#waiting);
    else if (this.following) this.#moveTo(this.#furthest);
    else if (this.#top > this.#furthest) this.#moveTo(this.#furthest);
    this.draw();
  }

  /// Gives the scroll bar the log's length; a place beyond it could not be scrolled to.
  #stretch() {
    this.#space.style.height = `${Math.min(this.#full, TALLEST)}px`;
  }

  draw() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#render());
  }

  /// Wraps long lines, or no longer; what is in sight stays there.
  setWrapping(isOn) {
    const number = this.#centered ?? Math.floor(this.#share * this.total);
    const follows = this.following;
    this.wraps = isOn;
    this.#measured = null;
    this.#width = 0;
    this.#space.style.minWidth = "";
    this.view.scrollLeft = 0;
    this.view.classList.toggle("wraps", isOn);
    this.fit(this.#isComplete);
    if (follows) this.toEnd();
    else if (this.#share > 0 || this.#top > 0) this.center(number);
    this.draw();
  }

  /// How far down the reader is, from 0 to 1.
  get #share() { return this.#furthest ? this.#top / this.#furthest : 0; }

  /// The lines to draw. Wrapped lines have heights that nobody knows before they are drawn, so the line that lies at
  /// the reader's share of the log is put at the same share of the window: each line can be reached, also the last.
  #range() {
    if (!this.wraps) {
      const first = Math.floor((this.#top - PAD) / ROW) - SPARE;
      return [Math.max(0, first), Math.min(this.total - 1, first + 2 * SPARE + Math.ceil(this.#height / ROW) + 1)];
    }
    const reach = Math.ceil(this.#height / ROW) + SPARE;
    const middle = Math.min(this.total - 1, Math.floor(this.#share * this.total));
    return [Math.max(0, middle - reach), Math.min(this.total - 1, middle + reach)];
  }

  /// Where the drawn rows begin.
  #offset(first, count) {
    if (!this.wraps) return this.#isScaled ? this.view.scrollTop + PAD + first * ROW - this.#top : PAD + first * ROW;
    if (count === 0) return PAD;
    if (count === this.total) {
      const height = this.#body.offsetHeight;
      if (height !== this.#measured) {
        this.#measured = height;
        this.fit(this.#isComplete);
        this.#stretch();
        if (this.#centered !== null) this.center(this.#centered);
        else if (this.following) this.#moveTo(this.#furthest);
      }
      return PAD;
    }
    this.#measured = null;
    const place = this.#share * this.total;
    const middle = Math.min(this.total - 1, Math.floor(place));
    const row = this.#rows[middle - first].node;
    return this.view.scrollTop + this.#share * this.#height - row.offsetTop - (place - middle) * row.offsetHeight;
  }

  #render() {
    this.#frame = 0;
    if (!this.#source) return;
    const [first, last] = this.#range();
    const count = Math.max(0, last - first + 1);
    while (this.#rows.length < count) {
      const row = new LogRow();
      this.#rows.push(row);
      this.#body.append(row.node);
    }
    this.#rows.forEach((row, index) => {
      row.node.hidden = index >= count;
      if (index >= count) return;
      const number = first + index;
      row.show(number, this.#source.line(number), this.#source, this.needle);
      const [from, to] = this.#selection ?? [-1, -1];
      row.node.classList.toggle("lit", number >= from && number <= to);
      row.node.classList.toggle("at", number === this.current);
    });
    this.#source.touch(first, last);
    this.#body.style.transform = `translateY(${this.#offset(first, count)}px)`;
    if (!this.wraps && this.#body.offsetWidth > this.#width) {
      this.#width = this.#body.offsetWidth;
      // The widest line so far sets the width, so that the scroll bar does not jump.
      this.#space.style.minWidth = this.#width > this.view.clientWidth ? `${this.#width}px` : "";
    }
    this.moved();
  }

  // Moving.

  #moveTo(top) {
    this.#top = Math.max(0, Math.min(top, this.#furthest));
    const room = Math.min(this.#full, TALLEST) - this.#height;
    const place = this.#isScaled ? (this.#furthest ? (this.#top / this.#furthest) * room : 0) : this.#top;
    this.#stretch();
    this.view.scrollTop = place;
    this.#expected = this.view.scrollTop;
    this.draw();
  }

  #scrolled() {
    const place = this.view.scrollTop;
    if (Math.abs(place - this.#expected) < 1) {
      this.draw();
      return;
    }
    this.#expected = place;
    const room = Math.min(this.#full, TALLEST) - this.#height;
    this.#top = this.#isScaled ? (room > 0 ? (place / room) * this.#furthest : 0) : place;
    this.#decideFollowing();
    this.draw();
  }

  /// Follows while the reader is at the end of a log that grows, and stops when he goes up.
  #decideFollowing() {
    this.#waiting = this.#centered = null;
    this.following = this.isAtEnd && !this.#source?.ended;
  }

  #wheel(event) {
    if (!this.#isScaled || event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    event.preventDefault();
    const step = event.deltaMode === 1 ? ROW : event.deltaMode === 2 ? this.#height : 1;
    this.#moveTo(this.#top + event.deltaY * step);
    this.#decideFollowing();
  }

  #key(event) {
    if (!this.#isScaled || event.ctrlKey || event.altKey || event.metaKey) return;
    const steps = {
      ArrowDown: 2 * ROW, ArrowUp: -2 * ROW, PageDown: this.#height - ROW, PageUp: ROW - this.#height,
      Home: -this.#full, End: this.#full, " ": event.shiftKey ? ROW - this.#height : this.#height - ROW,
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.#moveTo(this.#top + steps[event.key]);
    this.#decideFollowing();
  }

  #resized() {
    this.#height = this.view.clientHeight;
    if (this.#centered !== null) this.center(this.#centered);
    this.update();
  }

  toStart() {
    this.following = false;
    this.#waiting = this.#centered = null;
    this.#moveTo(0);
  }

  toEnd() {
    this.#waiting = this.#centered = null;
    this.following = !this.#source?.ended;
    this.#moveTo(this.#furthest);
  }

  setFollowing(isOn) {
    if (isOn) this.toEnd();
    else this.following = false;
    this.draw();
  }

  /// Brings a line (from 0) to the middle; waits for it where it does not exist yet.
  center(number) {
    this.following = false;
    this.#waiting = number < this.total ? null : number;
    this.#centered = number;
    if (!this.wraps) this.#moveTo(PAD + number * ROW - Math.floor(this.#height / 2) + ROW);
    else if (this.#measured && this.#rows[number]) {
      this.#moveTo(PAD + this.#rows[number].node.offsetTop - Math.floor(this.#height / 2) + ROW);
    } else this.#moveTo(this.total ? ((number + 0.5) / this.total) * this.#furthest : 0);
  }

  // Lines that are linked.

  select(from, to) {
    this.#selection = from === null ? null : [Math.min(from, to), Math.max(from, to)];
    this.draw();
  }

  #click(event) {
    const link = event.target.closest(".log-n");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const number = Number(link.parentElement.dataset.line) - 1;
    const anchor = event.shiftKey && this.#selection ? this.#selection[0] : number;
    this.select(anchor, number);
    this.picked(Math.min(anchor, number), Math.max(anchor, number));
  }
}
