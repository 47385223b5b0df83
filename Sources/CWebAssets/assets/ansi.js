// Terminal text as pieces with colours (ECMA-48 SGR). Everything else that steers a terminal is left out, and of a
// line that was written over with carriage returns only the last state is kept. The pieces hold text, never markup.

const TOKEN = new RegExp([
  "\\x1b\\[([0-9;:<=>?]*)[ -/]*([@-~])", // a control sequence: parameters, final character
  "\\x9b([0-9;:<=>?]*)[ -/]*([@-~])", // the same with an eight-bit introducer
  "\\x1b[\\]PX^_][^]*?(?:\\x07|\\x1b\\\\|\\x9c|$)", // titles, links and other strings
  "[\\x90\\x98\\x9d-\\x9f][^]*?(?:\\x07|\\x1b\\\\|\\x9c|$)",
  "(?:\\x1b\\[|\\x9b)[0-9;:<=>?]*[ -/]*$", // one that the line cuts off
  "\\x1b[ -/]+[0-~]?", // character sets
  "\\x1b[^]?", // everything else that begins with an escape
  "\\r",
  "[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f]", // other control characters
].join("|"), "g");

export const PLAIN = Object.freeze({
  fg: null, bg: null, bold: false, dim: false, italic: false, under: false, inverse: false, hidden: false,
  strike: false,
});

/// The colour of an index of the 256: a class for the first 16, else red, green and blue.
function indexed(index) {
  if (!(index >= 0 && index <= 255)) return null;
  if (index < 16) return index;
  if (index >= 232) {
    const level = 8 + (index - 232) * 10;
    return [level, level, level];
  }
  const part = (value) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return [part(Math.floor(cube / 36)), part(Math.floor(cube / 6) % 6), part(cube % 6)];
}

const byte = (value) => Math.max(0, Math.min(255, value | 0));

/// Reads the colour after 38 or 48; returns it and how many further parameters it took.
function extended(codes, at) {
  if (codes[at + 1] === 5) return [indexed(codes[at + 2]), 2];
  if (codes[at + 1] === 2) return [[byte(codes[at + 2]), byte(codes[at + 3]), byte(codes[at + 4])], 4];
  return [null, 1];
}

/// With colons the parts stand in one parameter: 38:5:n, 38:2:r:g:b or 38:2:space:r:g:b.
function colons(text, state) {
  const parts = text.split(":");
  const code = Number(parts[0]);
  if (code === 4) return { ...state, under: parts[1] !== "0" };
  if (code !== 38 && code !== 48) return state;
  let colour = null;
  if (parts[1] === "5") colour = indexed(Number(parts[2]));
  if (parts[1] === "2") colour = (parts.length > 5 ? parts.slice(3, 6) : parts.slice(2, 5)).map((p) => byte(Number(p)));
  return code === 38 ? { ...state, fg: colour } : { ...state, bg: colour };
}

const SIMPLE = {
  1: { bold: true }, 2: { dim: true }, 3: { italic: true }, 4: { under: true }, 7: { inverse: true },
  8: { hidden: true }, 9: { strike: true }, 21: { under: true }, 22: { bold: false, dim: false }, 23: { italic: false },
  24: { under: false }, 27: { inverse: false }, 28: { hidden: false }, 29: { strike: false }, 39: { fg: null },
  49: { bg: null },
};

/// The state after a sequence `ESC [ parameters m`.
export function sgr(parameters, state) {
  let next = state;
  const texts = parameters.split(";");
  const codes = texts.map((text) => (text === "" ? 0 : Number(text)));
  for (let at = 0; at < texts.length; at += 1) {
    const code = codes[at];
    if (texts[at].includes(":")) next = colons(texts[at], next);
    else if (code === 0) next = PLAIN;
    else if (SIMPLE[code]) next = { ...next, ...SIMPLE[code] };
    else if (code >= 30 && code <= 37) next = { ...next, fg: code - 30 };
    else if (code >= 40 && code <= 47) next = { ...next, bg: code - 40 };
    else if (code >= 90 && code <= 97) next = { ...next, fg: code - 82 };
    else if (code >= 100 && code <= 107) next = { ...next, bg: code - 92 };
    else if (code === 38 || code === 48) {
      const [colour, taken] = extended(codes, at);
      next = code === 38 ? { ...next, fg: colour } : { ...next, bg: colour };
      at += taken;
    }
  }
  return next;
}

/// The pieces of a line, `{ text, state }` each, and the state at its end.
export function parse(line, state = PLAIN) {
  let pieces = [];
  let present = state;
  let from = 0;
  let isOver = false;
  const add = (text) => {
    if (text === "") return;
    if (isOver) pieces = [];
    isOver = false;
    const last = pieces[pieces.length - 1];
    if (last && last.state === present) last.text += text;
    else pieces.push({ text, state: present });
  };
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(line); found; found = TOKEN.exec(line)) {
    add(line.slice(from, found.index));
    from = TOKEN.lastIndex;
    if (found[0] === "\r") isOver = true;
    const final = found[2] ?? found[4];
    const parameters = found[1] ?? found[3] ?? "";
    if (final === "m" && !/[<=>?]/.test(parameters)) present = sgr(parameters, present);
    if (found[0].length === 0) break;
  }
  add(line.slice(from));
  return { pieces, state: present };
}

/// The text alone.
export function plain(line) {
  if (!/[\x00-\x08\x0a-\x1f\x7f-\x9f]/.test(line)) return line;
  return parse(line).pieces.map((piece) => piece.text).join("");
}
