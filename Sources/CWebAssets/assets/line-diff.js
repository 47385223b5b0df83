// What differs between two texts, line by line.

const MOST = 4_000_000;

/// `[{sign: " " | "-" | "+", text}]`. Texts too different to be compared in a moment are one taken away and one added.
export function lineDiff(before, after) {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  const line = (sign) => (text) => ({ sign, text });
  const head = old.slice(0, start).map(line(" "));
  const tail = end > 0 ? old.slice(-end).map(line(" ")) : [];
  return [...head, ...middle(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)), ...tail];
}

/// By the longest common sequence of lines.
function middle(old, fresh) {
  if (old.length * fresh.length > MOST) {
    return [...old.map((text) => ({ sign: "-", text })), ...fresh.map((text) => ({ sign: "+", text }))];
  }
  const width = fresh.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = old[i] === fresh[j] ? lengths[(i + 1) * width + j + 1] + 1
        : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push({ sign: " ", text: old[i] });
      i += 1;
      j += 1;
    } else if (j >= fresh.length || (i < old.length && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
      lines.push({ sign: "-", text: old[i] });
      i += 1;
    } else {
      lines.push({ sign: "+", text: fresh[j] });
      j += 1;
    }
  }
  return lines;
}

/// The lines that changed with `around` lines beside them; null stands for what was left out.
export function changedLines(lines, around = 3) {
  const near = new Set();
  lines.forEach((line, index) => {
    if (line.sign === " ") return;
    for (let place = index - around; place <= index + around; place += 1) near.add(place);
  });
  const shown = [];
  lines.forEach((line, index) => {
    if (near.has(index)) shown.push(line);
    else if (shown.at(-1) !== null) shown.push(null);
  });
  return shown;
}
