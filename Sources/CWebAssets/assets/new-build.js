// The form for a manifest: checked while it is written, with the place of each problem.
import { $, debounce, element, refusal } from "./dom.js";

export function start() {
  const form = $("#new-build");
  const text = $("#manifest");
  const lines = $("#editor-lines");
  const list = $("#lint");
  const state = $("#lint-state");
  const problem = $("#submit-problem");

  function number() {
    const count = text.value.split("\n").length;
    if (lines.childNodes.length !== 1 || lines.dataset.count !== String(count)) {
      lines.dataset.count = String(count);
      lines.textContent = Array.from({ length: count }, (_, index) => index + 1).join("\n");
    }
    lines.scrollTop = text.scrollTop;
  }

  function goTo(line, column) {
    const all = text.value.split("\n");
    const start = all.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    const end = start + (all[line - 1]?.length ?? 0);
    text.focus();
    text.setSelectionRange(Math.min(start + Math.max(0, column - 1), end), end);
  }

  function item(entry, severity) {
    const made = element("li");
    made.dataset.severity = severity;
    if (entry.line) {
      const place = element("button", "", `${entry.line}:${entry.column ?? 1}`);
      place.type = "button";
      place.title = "Go there";
      place.addEventListener("click", () => goTo(entry.line, entry.column ?? 1));
      made.append(place);
    }
    made.append(element("span", "", `${severity === "error" ? "Error" : "Warning"}: ${entry.detail ?? entry.message ?? ""}`));
    return made;
  }

  function show(errors, warnings) {
    list.replaceChildren(...errors.map((e) => item(e, "error")), ...warnings.map((w) => item(w, "warning")));
    const count = errors.length;
    state.dataset.state = count ? "bad" : "good";
    state.textContent = count ? `${count} ${count === 1 ? "error" : "errors"}`
      : warnings.length ? "✓ Valid, with warnings" : "✓ Valid";
  }

  let round = 0;
  async function lint() {
    round += 1;
    const mine = round;
    try {
      const response = await fetch("/api/v1/lint", {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ manifest: text.value }),
      });
      if (mine !== round) return;
      if (!response.ok) throw new Error(await refusal(response));
      const { errors = [], warnings = [] } = await response.json();
      show(errors, warnings);
    } catch (error) {
      state.dataset.state = "";
      state.textContent = `Not checked: ${error.message}`;
    }
  }

  async function submit() {
    const button = $("#submit");
    button.disabled = true;
    problem.hidden = true;
    try {
      const tags = $("#tags").value.split(",").map((tag) => tag.trim()).filter(Boolean);
      const response = await fetch("/api/v1/builds", {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ manifest: text.value, comment: $("#comment").value, tags }),
      });
      const body = await response.json();
      if (response.ok) {
        location.assign(`/builds/${body.id}`);
        return;
      }
      problem.textContent = body.detail ?? body.title;
      problem.hidden = false;
      if (body.errors) show(body.errors, []);
    } catch {
      problem.textContent = "The server did not answer. Nothing was submitted.";
      problem.hidden = false;
    } finally {
      button.disabled = false;
    }
  }

  text.addEventListener("input", number);
  text.addEventListener("input", debounce(lint, 300));
  text.addEventListener("scroll", () => { lines.scrollTop = text.scrollTop; });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  number();
  lint();
}
