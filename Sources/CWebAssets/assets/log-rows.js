// Draws lines of a log into rows that are used again and again. Text goes into text nodes only.
import { element } from "./dom.js";
import { quantity } from "./time.js";

function classes(state) {
  const names = [];
  if (typeof state.fg === "number") names.push(`f${state.bold && state.fg < 8 ? state.fg + 8 : state.fg}`);
  if (typeof state.bg === "number") names.push(`b${state.bg}`);
  if (state.bold) names.push("a-bold");
  if (state.dim) names.push("a-dim");
  if (state.italic) names.push("a-italic");
  if (state.under) names.push("a-under");
  if (state.strike) names.push("a-strike");
  if (state.hidden) names.push("a-hidden");
  return names;
}

const rgb = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

/// Colours that a program chose for a lighter ground would vanish on this one: they are lifted.
function readable([red, green, blue]) {
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  if (light >= 128) return [red, green, blue];
  const part = (128 - light) / (255 - light);
  return [red, green, blue].map((value) => Math.round(value + (255 - value) * part));
}

function span({ text, state }) {
  const made = element("span", classes(state).join(" "), text);
  if (Array.isArray(state.fg)) made.style.color = rgb(state.bg === null && !state.inverse ? readable(state.fg) : state.fg);
  if (Array.isArray(state.bg)) {
    made.style.background = rgb(state.bg);
    if (state.fg === null) {
      const [red, green, blue] = state.bg;
      made.style.color = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 130 ? "#000" : "#fff";
    }
  }
  if (typeof state.bg === "number" && state.fg === null && (state.bg === 7 || state.bg === 15)) made.classList.add("f-dark");
  if (state.inverse) {
    const colours = inverseColours(state);
    made.style.background = colours.fg;
    made.style.color = colours.bg;
    made.className = classes({ ...state, fg: null, bg: null }).join(" ");
  }
  return made;
}

const NAMED = ["#7d868e", "#ff7b7b", "#6fce8c", "#e6b450", "#79b4ff", "#d59af0", "#56c8d8", "#d3d8dc", "#949da5",
  "#ff9d9d", "#92e3a9", "#ffd479", "#a3ccff", "#e7bdf8", "#86e1ec", "#ffffff"];

function inverseColours({ fg, bg }) {
  const text = (colour, otherwise) =>
    (colour === null ? otherwise : Array.isArray(colour) ? rgb(colour) : NAMED[colour]);
  return { fg: text(fg, "#dde1e4"), bg: text(bg, "#16191c") };
}

/// The pieces with the places where `needle` stands cut out as marks.
function marked(pieces, needle) {
  const whole = pieces.map((piece) => piece.text).join("");
  const folded = whole.toLowerCase();
  // Folding may change lengths in rare scripts; then nothing is marked rather than the wrong place.
  if (folded.length !== whole.length) return pieces.map(span);
  const starts = [];
  for (let at = folded.indexOf(needle); at >= 0; at = folded.indexOf(needle, at + needle.length)) starts.push(at);
  if (starts.length === 0) return pieces.map(span);
  const nodes = [];
  let from = 0;
  for (const piece of pieces) {
    const end = from + piece.text.length;
    let at = from;
    for (const start of starts) {
      const stop = start + needle.length;
      if (stop <= at || start >= end) continue;
      if (start > at) nodes.push(span({ text: whole.slice(at, start), state: piece.state }));
      const mark = element("mark");
      mark.append(span({ text: whole.slice(Math.max(start, at), Math.min(stop, end)), state: piece.state }));
      nodes.push(mark);
      at = Math.min(stop, end);
    }
    if (at < end) nodes.push(span({ text: whole.slice(at, end), state: piece.state }));
    from = end;
  }
  return nodes;
}

export class LogRow {
  constructor() {
    this.node = element("div", "log-row");
    this.number = element("a", "log-n");
    this.number.tabIndex = -1;
    this.time = element("span", "log-t");
    this.text = element("span", "log-text");
    this.node.append(this.number, this.time, this.text);
    this.drawn = "";
  }

  /// Shows a line, or its place while it is on its way.
  show(number, line, source, needle) {
    const drawn = line ? `${number} ${line.text.length} ${line.elapsed_ms} ${needle}` : `${number} …`;
    if (this.drawn === drawn && this.line === line) return;
    this.drawn = drawn;
    this.line = line;
    const shown = String(number + 1);
    this.node.dataset.line = shown;
    this.number.textContent = shown;
    this.number.href = `#L${shown}`;
    this.number.setAttribute("aria-label", `Line ${shown}`);
    if (!line) {
      this.time.textContent = "";
      this.text.replaceChildren();
      return;
    }
    this.time.textContent = line.elapsed_ms == null ? "" : quantity(line.elapsed_ms);
    const pieces = source.pieces(line);
    this.text.replaceChildren(...(needle ? marked(pieces, needle) : pieces.map(span)));
    if (line.cut) this.text.append(element("span", "log-cut", " … cut here; the raw log has all of it"));
  }
}
