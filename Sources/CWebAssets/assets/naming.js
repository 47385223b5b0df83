// The panel of components: one button a type, and one field that names what is added, or what was added just now.
import { $, $$, announce } from "./dom.js";
import { freePlace, WIDTH } from "./geometry.js";
import { addComponent, freeName, isIdentifier, renameComponent, typeName } from "./workbench.js";

/// Where a new component stands, from the middle of what is seen: who is called from outside left, what keeps data right.
const PLACES = {
  network: [-270, -60], middleware: [0, 110], storage: [270, -60], strategy: [0, -60], orchestration: [0, -60], logic: [0, -60],
};

export function startNaming(editor) {
  const { workbench, canvas } = editor;
  const field = $("#component-name");
  const hint = $("#component-name-hint");
  const usual = hint.textContent;
  /// The component that the field names at the moment; null while it holds the name of the next one.
  let named = null;

  function show(name) {
    named = name;
    field.toggleAttribute("data-names", name !== null);
    field.value = name ?? "";
    say(null);
  }

  function say(problem) {
    field.setAttribute("aria-invalid", problem ? "true" : "false");
    hint.textContent = problem ?? (named ? `The name of the ${workbench.component(named)?.type}` : usual);
  }

  function problemOf(text) {
    if (!isIdentifier(text)) return "Letters, digits and underscores, beginning with a letter";
    if (text !== named && workbench.component(text)) return `There is a component ${text} already`;
    return null;
  }

  function add(type) {
    const wanted = named ? "" : field.value.trim();
    const problem = wanted ? problemOf(wanted) : null;
    if (problem) {
      say(problem);
      field.focus();
      return;
    }
    const { document } = workbench;
    const name = wanted || freeName(typeName(type), document.components.map((one) => one.name));
    const [dx, dy] = PLACES[editor.types.get(type).group] ?? [0, 0];
    const middle = canvas.center;
    const position = freePlace(document.components, { x: middle.x + dx - WIDTH / 2, y: middle.y + dy });
    workbench.edit(`Add ${name}`, (next) => addComponent(next, { name, type, position }));
    canvas.select([name]);
    canvas.reveal(name);
    // A name that was given is done with; one that was made up is there to be written over.
    show(wanted ? null : name);
    field.focus();
    field.select();
    announce(`${name} is on the canvas.`);
  }

  function rename(text) {
    const problem = problemOf(text);
    say(problem);
    if (problem || text === named) return;
    const old = named;
    named = text;
    workbench.edit(`Call ${old} ${text}`, (next) => renameComponent(next, old, text), { merge: `naming ${field.dataset.first ??= old}` });
    canvas.select([text]);
    editor.drawer.renamed(old, text);
    say(null);
  }

  for (const button of $$("[data-type]")) button.addEventListener("click", () => add(button.dataset.type));
  field.addEventListener("input", () => {
    const text = field.value.trim();
    if (named) rename(text);
    else say(text ? problemOf(text) : null);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    const name = named;
    show(null);
    if (name) canvas.focus(name);
    else field.blur();
  });
  field.addEventListener("blur", () => { delete field.dataset.first; });
  canvas.addEventListener("selection", () => { if (named && !canvas.selected.has(named)) show(null); });
  workbench.addEventListener("change", () => {
    if (!named || workbench.component(named)) return;
    // Its name was undone, or it was removed.
    const [only] = canvas.selected;
    show(canvas.selected.size === 1 && document.activeElement === field ? only : null);
  });
  window.addEventListener("keydown", (event) => {
    const [only] = canvas.selected;
    if (event.key !== "F2" || canvas.selected.size !== 1) return;
    event.preventDefault();
    show(only);
    field.focus();
    field.select();
  });
}
