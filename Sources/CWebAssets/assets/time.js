// Times that pass: ages and running durations, in the words that the server uses.
import { $$ } from "./dom.js";

const skew = Number(document.documentElement.dataset.now) - Date.now();

/// The server's time now, in milliseconds.
export const now = () => Date.now() + (Number.isFinite(skew) ? skew : 0);

/// A duration to two units: `340 ms`, `1.3 s`, `12 s`, `1 min 30 s`, `2 h 5 min`, `3 d 4 h`.
export function quantity(milliseconds) {
  const all = Math.max(0, Math.floor(milliseconds));
  const seconds = Math.floor(all / 1000);
  if (seconds < 1) return `${all} ms`;
  if (seconds < 10) return `${seconds}.${Math.floor((all % 1000) / 100)} s`;
  if (seconds < 60) return `${seconds} s`;
  const two = (large, largeUnit, small, smallUnit) =>
    small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
  if (seconds < 3600) return two(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.floor(seconds / 60);
  if (seconds < 86400) return two(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.floor(minutes / 60);
  return two(Math.floor(hours / 24), "d", hours % 24, "h");
}

/// How long ago: `just now`, `12 s ago`, `3 min ago`, `2 h ago`, `4 d ago`, then the date.
export function ago(time) {
  const seconds = Math.floor((now() - time) / 1000);
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 30 * 86400) return `${Math.floor(seconds / 86400)} d ago`;
  return new Date(time).toISOString().slice(0, 10);
}

/// How long it is until a time: `now`, `in 12 s`, `in 3 min`, `in 2 h`, `in 4 d`.
export function until(time) {
  const seconds = Math.ceil((time - now()) / 1000);
  if (seconds < 1) return "now";
  if (seconds < 60) return `in ${seconds} s`;
  if (seconds < 3600) return `in ${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `in ${Math.floor(seconds / 3600)} h`;
  return `in ${Math.floor(seconds / 86400)} d`;
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/// Brings every time in `root` up to date.
export function tick(root = document) {
  for (const node of $$("time[data-ago]", root)) {
    const time = Date.parse(node.dateTime);
    if (Number.isNaN(time)) continue;
    write(node, ago(time));
    if (!node.dataset.local) {
      node.title = exact.format(time);
      node.dataset.local = "1";
    }
  }
  for (const node of $$("time[data-until]", root)) write(node, until(Date.parse(node.dateTime)));
  for (const node of $$("time[data-exact]:not([data-local])", root)) {
    const time = Date.parse(node.dateTime);
    if (Number.isNaN(time)) continue;
    node.title = node.textContent;
    node.textContent = exact.format(time);
    node.dataset.local = "1";
  }
  for (const node of $$("[data-since]", root)) {
    // Tenths of seconds would flicker; whole seconds tick.
    const passed = now() - Number(node.dataset.since);
    write(node, passed < 10000 ? `${Math.max(0, Math.floor(passed / 1000))} s` : quantity(passed));
  }
}

export function startTicking() {
  tick();
  setInterval(() => { if (!document.hidden) tick(); }, 1000);
}
