// The keys of the editor, wherever the focus is.
import { $ } from "./dom.js";

export function startEditorKeys(editor) {
  const { canvas, workbench } = editor;
  const plain = {
    Delete: () => editor.remove(), Backspace: () => editor.remove(), "+": () => canvas.zoom(1.25),
    "-": () => canvas.zoom(0.8), 0: () => canvas.fit(), Escape: () => leave(editor),
  };
  const control = {
    z: (event) => (event.shiftKey ? editor.redo() : editor.undo()), y: () => editor.redo(), s: () => editor.save(),
    d: () => editor.duplicate(), a: () => canvas.select(workbench.document.components.map((one) => one.name)),
  };
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || $("dialog[open]")) return;
    const isControl = event.ctrlKey || event.metaKey;
    const key = isControl ? event.key.toLowerCase() : event.key;
    const action = (isControl ? control : plain)[key];
    const isUndo = isControl && (key === "z" || key === "y");
    if (!action || (!(isControl && key === "s") && belongsToText(event.target, isUndo))) return;
    event.preventDefault();
    action(event);
  });
}

/// Whether a key is meant for the text that is being written. What stands in a single line is in the document with each
/// letter, so it is undone as everything else is, but for a name that nothing has yet.
function belongsToText(target, isUndo) {
  if (!(target instanceof Element) || !target.closest("input, textarea, select")) return false;
  if (!isUndo || target.matches("textarea")) return true;
  return target.matches("#component-name") && target.value !== "" && !target.hasAttribute("data-names");
}

/// One step out: of a link on its way, of the panel at the side, of what is chosen.
function leave(editor) {
  if (editor.canvas.linking.isActive) editor.canvas.linking.cancel();
  else if (editor.revisions.isOpen) editor.revisions.close();
  else if (editor.drawer.name) editor.drawer.close();
  else editor.canvas.select([]);
}
