// Keys of a single letter. They do nothing while somebody writes, and nothing together with Control, Alt or Meta.
import { $, $$ } from "./dom.js";

const bindings = new Map();

/// Lets a key do something on this page.
export function bind(key, action) { bindings.set(key, action); }

function isWriting(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/// Moves the focus through the builds or jobs of the page.
function move(step) {
  const items = $$(".row-link, .job");
  if (items.length === 0) return;
  const present = items.indexOf(document.activeElement);
  const marked = items.findIndex((item) => item.hasAttribute("aria-current"));
  const from = present >= 0 ? present : marked >= 0 ? marked : step > 0 ? -1 : items.length;
  const next = items[Math.min(items.length - 1, Math.max(0, from + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

export function startKeys() {
  const list = $("#keys");
  const show = () => { if (!list.open) list.showModal(); };
  $("#keys-button")?.addEventListener("click", show);
  bind("?", show);
  bind("j", () => move(1));
  bind("k", () => move(-1));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (isWriting(event.target) || $("dialog[open]")) return;
    const action = bindings.get(event.key);
    if (!action) return;
    event.preventDefault();
    action();
  });
}
