// The list of repositories: live rows, and a search that works while it is typed.
import { $, debounce } from "./dom.js";
import { bind } from "./keys.js";
import { Refresher, showLive, Stream } from "./live.js";

export function start() {
  const refresher = new Refresher(() => location.pathname + location.search);
  const form = $("#filter");
  const search = $("#search");

  function go(query, isTyping) {
    const text = query.toString();
    const address = text ? `/repositories?${text}` : "/repositories";
    if (isTyping) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    refresher.now();
  }

  function typed() {
    const query = new URLSearchParams();
    const status = new URLSearchParams(location.search).get("status");
    if (status) query.set("status", status);
    if (search.value.trim()) query.set("search", search.value.trim());
    go(query, true);
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
    go(query, false);
  });
  window.addEventListener("popstate", () => {
    search.value = new URLSearchParams(location.search).get("search") ?? "";
    refresher.now();
  });

  bind("/", () => search.focus());
  search.addEventListener("keydown", (event) => { if (event.key === "Escape") search.blur(); });

  let wasOff = false;
  const refresh = () => {
    // Whoever fills in the form of the empty list keeps what he has written.
    if (!document.activeElement?.closest(".add-repository")) refresher.request();
  };
  new Stream("/api/v1/events", { build: refresh, repository: refresh, missed: refresh }, {
    opened() {
      showLive(true);
      if (wasOff) refresh();
      wasOff = true;
    },
    failed: () => showLive(false),
  });
}
