// The list of builds: live rows, and a filter that works while it is typed.
import { $, debounce } from "./dom.js";
import { bind } from "./keys.js";
import { Refresher, showLive, Stream } from "./live.js";

export function start() {
  const refresher = new Refresher(() => location.pathname + location.search);

  function go(address, isTyping) {
    if (isTyping) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    refresher.now();
  }

  const form = $("#filter");
  const search = $("#search");
  const tag = $("#tag");
  function typed() {
    const query = new URLSearchParams();
    const status = new URLSearchParams(location.search).get("status");
    const repository = new URLSearchParams(location.search).get("repository");
    if (status) query.set("status", status);
    if (repository) query.set("repository", repository);
    if (search.value.trim()) query.set("search", search.value.trim());
    if (tag.value.trim()) query.set("tag", tag.value.trim());
    const text = query.toString();
    go(text ? `/builds?${text}` : "/builds", true);
  }
  form.addEventListener("input", debounce(typed, 250));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    typed();
  });
  $(".chips").addEventListener("click", (event) => {
    const chip = event.target.closest("a");
    if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const query = new URLSearchParams(location.search);
    for (const name of ["cursor", "back", "status"]) query.delete(name);
    if (chip.dataset.status) query.set("status", chip.dataset.status);
    const text = query.toString();
    go(text ? `/builds?${text}` : "/builds", false);
  });
  window.addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search);
    search.value = query.get("search") ?? "";
    tag.value = query.get("tag") ?? "";
    refresher.now();
  });

  bind("/", () => search.focus());
  search.addEventListener("keydown", (event) => { if (event.key === "Escape") search.blur(); });

  let wasOff = false;
  new Stream("/api/v1/events", { build: () => refresher.request(), missed: () => refresher.request() }, {
    opened() {
      showLive(true);
      if (wasOff) refresher.request();
      wasOff = true;
    },
    failed: () => showLive(false),
  });
}
