// What the editor says about itself: when the draft was kept, what is wrong with it, who else has it open.
import { $, announce } from "./dom.js";
import { h } from "./markup.js";
import { placed } from "./geometry.js";
import { complete, same } from "./workbench.js";

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const timeOf = (text) => (text ? clock.format(new Date(text)) : "");

export function startPanels(editor) {
  showDraft(editor);
  showProblems(editor);
  showRevision(editor);
  showOthers(editor);
}

function showDraft({ draft, name }) {
  const place = $("[data-draft-saved]");
  const title = document.title;
  const words = {
    kept: () => `Draft kept ${timeOf(draft.savedAt)}`, changed: () => "Changed…", keeping: () => "Keeping the draft…",
    away: () => "The server does not answer; the draft is in this browser", conflict: () => "Not kept: see below",
    refused: (detail) => `Not kept: ${detail.detail}`,
  };
  const show = (event) => {
    place.dataset.state = draft.state;
    place.textContent = words[draft.state](event?.detail ?? {});
    if (draft.savedAt) place.dataset.draftSaved = draft.savedAt;
    document.title = draft.state === "kept" ? `${name} · draft kept ${timeOf(draft.savedAt)} · Wright` : title;
    if (draft.state === "away" || draft.state === "refused") announce(place.textContent);
  };
  draft.addEventListener("state", show);
  draft.addEventListener("kept", show);
  show();
}

// Problems.

function showProblems(editor) {
  const [bar, button, list] = [$("#problem-bar"), $("#problems-button"), $("#problem-list")];
  const row = (problem) => h("li", {}, h("button.quiet.problem-row", {
    type: "button", "data-code": problem.code, disabled: !problem.component,
    on: { click: () => editor.show(problem.component, "Configuration", problem.method) },
  }, h("strong", {}, [problem.component, problem.method].filter(Boolean).join(".") || "The service"),
  problem.field ? h("code", {}, problem.field) : null, h("span", {}, problem.detail)));
  const show = () => {
    const { problems, workbench } = editor;
    const count = problems.length;
    button.textContent = count === 0 ? "No problems" : `${count} ${count === 1 ? "problem" : "problems"}`;
    button.disabled = count === 0;
    bar.dataset.state = count === 0 ? "good" : "bad";
    if (count === 0) toggle(false);
    list.replaceChildren(...problems.map(row));
    // Those of components are marked on the canvas.
    $("#service-problems").replaceChildren(...problems.filter((one) => !workbench.component(one.component))
      .map((one) => h("span.problem-chip", { "data-problem": one.code }, one.detail)));
  };
  const toggle = (isOpen) => {
    list.hidden = !isOpen;
    button.setAttribute("aria-expanded", isOpen ? "true" : "false");
  };
  button.addEventListener("click", () => toggle(list.hidden));
  editor.root.addEventListener("problems", show);
}

function showRevision({ root, workbench }) {
  const place = $("#revision-state");
  let saved = null;
  const say = () => {
    if (!saved) return;
    place.textContent = same(workbench.document, saved.document) ? `Revision ${saved.number}` : `Changed since revision ${saved.number}`;
  };
  root.addEventListener("revision", (event) => {
    saved = { number: event.detail, document: workbench.document };
    say();
  });
  workbench.addEventListener("change", say);
  const number = place.dataset.revision;
  if (number) compareWithRevision(root, number).then((document_) => {
    if (saved || !document_) return;
    saved = { number, document: placed(complete(document_)) };
    say();
  });
}

async function compareWithRevision(root, number) {
  try {
    const response = await fetch(`/api/v1/services/${encodeURIComponent(root.dataset.service)}/revisions/${number}`);
    return response.ok ? (await response.json()).document : null;
  } catch {
    return null;
  }
}

// Other windows.

function showOthers(editor) {
  const { draft, root } = editor;
  const place = $("#editor-notice");
  const notice = (isUrgent, text, ...buttons) => {
    place.replaceChildren(h("div.notice-line", { role: isUrgent ? "alert" : "status", "data-urgent": isUrgent ? "1" : null },
      h("span", {}, text), ...buttons));
  };
  const clear = () => place.replaceChildren();
  const button = (text, action) => h("button", { type: "button", on: { click: action } }, text);

  const load = button("Load it", async () => {
    const { document, response } = await draft.fetch();
    clear();
    editor.adopt(document, response, "Load the other window's draft");
  });
  const overwrite = button("Keep mine", async () => {
    clear();
    await draft.overwrite();
  });
  draft.addEventListener("state", (event) => {
    if (draft.state !== "conflict") return;
    notice(true, `Another window has changed this service at ${timeOf(event.detail.savedAt)}. What you have drawn since is not kept yet.`,
      load, overwrite);
  });
  draft.addEventListener("other", ({ detail }) => {
    if (draft.state === "conflict") return;
    if (detail.kind === "kept") {
      notice(false, `Another window has changed this service at ${timeOf(detail.savedAt)}.`, load);
    } else if (detail.kind === "gone") {
      if (!place.querySelector("button")) clear();
    } else if (place.childElementCount === 0) {
      notice(false, "This service is open in another window, too.");
    }
  });
  root.addEventListener("left", ({ detail }) => notice(true,
    `This browser has changes from ${clock.format(new Date(detail.at))} that the server does not have, and the server has others.`,
    button("Use those of this browser", () => {
      clear();
      editor.workbench.replace(detail.document, "Use this browser's changes");
    }), button("Forget them", () => {
      clear();
      draft.forget();
    })));
}
