// Reads a whole log as it streams in, line by line, in constant memory: for finding text and the first error.
import { plain } from "./ansi.js";

/// Calls `visit(text, number)` for each line until it returns false. `progress` gets the bytes read so far.
export async function scan(job, signal, visit, progress = () => {}) {
  const response = await fetch(`/api/v1/jobs/${job}/log`, { signal, headers: { Accept: "text/plain" } });
  if (!response.ok || !response.body) throw new Error(String(response.status));
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let number = 0;
  let read = 0;
  let pause = performance.now();
  for (;;) {
    const { done, value } = await reader.read();
    const text = rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }));
    const lines = text.split("\n");
    rest = done ? "" : lines.pop();
    // A line without end must not make the page grow without end.
    if (rest.length > 1 << 20) rest = rest.slice(0, 1 << 20);
    for (const line of lines) {
      if (done && line === "" && number > 0) continue;
      if (visit(plain(line), number) === false) {
        await reader.cancel();
        return;
      }
      number += 1;
    }
    if (done) return;
    read += value.length;
    progress(read);
    if (performance.now() - pause > 25) {
      // Lets the browser draw and answer keys.
      await new Promise((resolve) => setTimeout(resolve, 0));
      pause = performance.now();
    }
  }
}

const SURE = [
  /(^|[\s:\[(])(fatal( error)?|error)(\[[\w-]+\])?: /i, /^\s*(FAILED|FAIL|ERROR|FATAL|PANIC)\b/, /^---? FAIL/,
  /^Traceback \(most recent call last\)/, /^make(\[\d+\])?: \*\*\* /, /\bpanicked at\b|^panic: /,
  /\bundefined reference to\b|\bSegmentation fault\b|\bcommand not found\b|\bNo such file or directory\b/,
  /\b(exit(ed)?( with)?( status| code)|returned exit status) [1-9]\d*/i, /\bAssertion\b.*\bfailed\b|\bassert(ion)?error\b/i,
];
const LIKELY = /\b(error|failed|failure|fatal|exception|abort(ed)?)\b/i;
const HARMLESS = /\b(0|no) (errors?|failures?|failed)\b|\b(errors?|failures?|failed)[:=]\s*0\b|^\s*\+ |-W(no-)?error|\berror\.(c|h|go|rs|js|py|o)\b/i;

/// How much a line looks like an error: 2 surely, 1 likely, 0 not.
export function suspicion(text) {
  const line = text.length > 2000 ? text.slice(0, 2000) : text;
  if (HARMLESS.test(line)) return 0;
  if (SURE.some((pattern) => pattern.test(line))) return 2;
  return LIKELY.test(line) ? 1 : 0;
}

/// The number of the first line that looks like an error, the likely ones only where no sure one is; null for none.
export async function firstError(job, signal, progress) {
  let likely = null;
  let sure = null;
  await scan(job, signal, (text, number) => {
    const found = suspicion(text);
    if (found === 2) sure = number;
    if (found === 1) likely ??= number;
    return sure === null;
  }, progress);
  return sure ?? likely;
}
