// The controls of the drawer. Each has a key, so that the focus finds its place again when the drawer is drawn anew.
import { h, iconButton } from "./markup.js";

const SPELLING = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };

/// A control with its label above. Its name is the label alone, without the hint and without a choice's options.
export function labelled(label, control, hint) {
  if (!control.hasAttribute("aria-label")) control.setAttribute("aria-label", label);
  return h("label.field", {}, h("span", {}, label), control, hint ? h("span.hint", {}, hint) : null);
}

/// A line of text; `write` is called with each letter.
export function textInput(key, value, write, properties = {}) {
  return h("input", {
    type: "text", value: value ?? "", "data-focus": key, ...SPELLING, ...properties,
    on: { input: (event) => write(event.target.value, event.target) },
  });
}

/// Several lines of text.
export function textArea(key, value, write, properties = {}) {
  const area = h("textarea", {
    "data-focus": key, rows: 5, ...SPELLING, ...properties, on: { input: (event) => write(event.target.value) },
  });
  area.value = value ?? "";
  return area;
}

/// A choice. `options` are texts, `[value, text]`, or `{group, options}`; a value that is none of them is shown as it is.
export function select(key, value, options, write, { none } = {}) {
  const flat = options.flatMap((option) => option.options ?? [option]).map((option) => (Array.isArray(option) ? option[0] : option));
  const made = h("select", { "data-focus": key, on: { change: (event) => write(event.target.value) } });
  if (none !== undefined) made.append(h("option", { value: "" }, none));
  if (value && !flat.includes(value)) made.append(h("option", { value }, `${value} (not there)`));
  const one = (option) => {
    const [own, text] = Array.isArray(option) ? option : [option, option];
    return h("option", { value: own }, text);
  };
  for (const option of options) {
    if (option.options) made.append(h("optgroup", { label: option.group }, option.options.map(one)));
    else made.append(one(option));
  }
  made.value = value ?? "";
  if (made.selectedIndex < 0) made.selectedIndex = 0;
  return made;
}

/// Yes or no.
export const checkbox = (key, value, label, write) =>
  h("label.check", {}, h("input", {
    type: "checkbox", checked: Boolean(value), "data-focus": key, on: { change: (event) => write(event.target.checked) },
  }), h("span", {}, label));

/// Several of a set, in the order in which they were chosen.
export function pills(key, label, chosen, all, write) {
  const list = chosen ?? [];
  const missing = list.filter((name) => !all.includes(name));
  return h("fieldset.pills", {}, h("legend", {}, label),
    all.length + missing.length === 0 ? h("span.hint", {}, "Nothing to choose yet.") : null,
    [...all, ...missing].map((name) => {
      const isChosen = list.includes(name);
      const order = list.length > 1 && isChosen ? h("span.pill-order", { "aria-hidden": "true" }, `${list.indexOf(name) + 1}`) : null;
      return h("button.pill", {
        type: "button", "aria-pressed": isChosen ? "true" : "false", "data-focus": `${key} ${name}`,
        class: missing.includes(name) ? "pill is-missing" : "pill",
        on: { click: () => write(isChosen ? list.filter((other) => other !== name) : [...list, name]) },
      }, order, name);
    }));
}

/// Fields with their types, and what `more` puts beside each; it gets what the field is at the moment from a function.
export function fieldTable(key, label, fields, types, write, { more, title = "Field" } = {}) {
  // While somebody writes, nothing is drawn anew: what stands here is what was written last.
  let present = fields ?? [];
  const commit = (next, typing = null) => {
    present = next;
    write(next, typing);
  };
  const change = (index, value, typing) => commit(present.map((field, place) =>
    (place === index ? { ...field, ...value } : field)), typing);
  const row = (field, index) => h("li.field-row", {},
    textInput(`${key} ${index} name`, field.name, (text) => change(index, { name: text.trim() }, `${key} ${index}`),
      { "aria-label": `${title} ${index + 1} of ${label}`, placeholder: "id" }),
    typeSelect(`${key} ${index} type`, field.type, types, (type) => change(index, { type })),
    more ? more(() => present[index], index) : null,
    iconButton("cross", `Take field ${index + 1} out of ${label}`,
      () => commit(present.filter((_, place) => place !== index)), { "data-focus": `${key} ${index} out` }));
  return h("fieldset.field-table", { class: more ? "field-table has-more" : "field-table" }, h("legend", {}, label),
    present.length > 0 ? h("ol", {}, present.map(row)) : null,
    h("button.quiet.add", {
      type: "button", "data-focus": `${key} add`,
      on: { click: () => commit([...present, { name: `field${present.length + 1}`, type: "string" }]) },
    }, "+ Field"));
}

/// A choice of types.
export function typeSelect(key, value, types, write) {
  const made = select(key, value, types, write);
  made.setAttribute("aria-label", "Type");
  return made;
}

/// A list whose order counts: each entry with buttons to move it and to take it out.
export function orderedList(key, entries, show, write) {
  const move = (index, step) => {
    const next = [...entries];
    const [entry] = next.splice(index, 1);
    next.splice(index + step, 0, entry);
    write(next);
  };
  return h("ol.ordered", {}, entries.map((entry, index) => h("li", {},
    h("span.ordered-number", {}, `${index + 1}`), h("div.ordered-body", {}, show(entry, index)),
    iconButton("up", `Move ${entry} up`, () => move(index, -1), { disabled: index === 0, "data-focus": `${key} ${index} up` }),
    iconButton("down", `Move ${entry} down`, () => move(index, 1),
      { disabled: index === entries.length - 1, "data-focus": `${key} ${index} down` }),
    iconButton("cross", `Take ${entry} out`, () => write(entries.filter((_, place) => place !== index)),
      { "data-focus": `${key} ${index} out` }))));
}

/// Draws `root` anew by `make` and puts the focus and the text cursor where they were.
export function redraw(root, make) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.dataset.focus;
  const range = active && "selectionStart" in active && active.selectionStart !== null
    ? [active.selectionStart, active.selectionEnd] : null;
  const scroll = root.querySelector(".drawer-body")?.scrollTop ?? 0;
  root.replaceChildren(...make());
  const body = root.querySelector(".drawer-body");
  if (body) body.scrollTop = scroll;
  if (!key) return;
  const again = [...root.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === key);
  again?.focus({ preventScroll: true });
  if (again && range && again.type === "text") again.setSelectionRange(...range);
}
