// Buttons: forms are sent without leaving the page, menus close, texts are copied, the theme changes.
import { $, $$, announce, refusal, toast } from "./dom.js";
import { put } from "./live.js";

async function send(form, button) {
  button.disabled = true;
  try {
    const response = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
    });
    if (!response.ok) {
      toast(await refusal(response));
      return;
    }
    if (form.dataset.action === "rerun" || form.dataset.action === "build"
      || form.dataset.action === "create") {
      location.assign(response.url);
      return;
    }
    form.closest("details")?.removeAttribute("open");
    if (["tag", "token", "keys", "gc"].includes(form.dataset.action)) form.reset();
    put(await response.text());
    if (form.dataset.action === "settings") toast("Saved.");
    if (form.dataset.action === "check") toast("It is being checked.");
    announce({ kill: "The build is being stopped.", pin: "Pinned.", unpin: "No longer pinned.", tag: "Tag added.",
      untag: "Tag removed." }[form.dataset.action] ?? "Done.");
  } catch {
    toast("The server did not answer. Try again.");
  } finally {
    button.disabled = false;
  }
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast("Copied.");
  } catch {
    // Without https browsers refuse: show it, so that it can be copied by hand.
    toast(button.dataset.copy);
  }
}

function switchTheme() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const next = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  try {
    localStorage.setItem("theme", next);
  } catch {
    // It holds for this page then.
  }
  announce(next === "dark" ? "Dark theme." : "Light theme.");
}

export function startActions() {
  $("#theme-button")?.addEventListener("click", switchTheme);
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-action]");
    if (!form) return;
    event.preventDefault();
    const button = event.submitter ?? $("button", form);
    send(form, button);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
    for (const menu of $$("details[data-pop][open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of $$("details[data-pop][open]")) {
      menu.open = false;
      $("summary", menu)?.focus();
    }
  });
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (menu.open && menu.matches?.("details[data-pop]")) $("input:not([type=hidden])", menu)?.focus();
  }, true);
}
