// The tables of a database: their columns, with types and rules.
import { h, iconButton } from "./markup.js";
import { redraw, select, textInput } from "./forms.js";
import { freeName } from "./workbench.js";

/// A table to begin with.
export const newTable = (tables) => ({
  name: freeName("table", tables.map((table) => table.name)),
  columns: [{ name: "id", type: "int64", primary_key: true, nullable: false, unique: false, default: null }],
});

const newColumn = (columns) => ({
  name: freeName("column", columns.map((column) => column.name)), type: "string", primary_key: false, nullable: false,
  unique: false, default: null,
});

/// Draws the tables into `place`; `write` gets them as they are then, and whether somebody is writing into a text.
export function drawTables(place, tables, scalars, write) {
  let present = tables;
  const change = (next, isTyping) => {
    present = next;
    write(next, isTyping);
  };
  const at = (index, value, isTyping) => change(present.map((table, spot) =>
    (spot === index ? { ...table, ...value } : table)), isTyping);
  redraw(place, () => (tables.length === 0 ? [h("p.hint", {}, "No tables yet.")]
    : tables.map((table, index) => tableCard(table, index, scalars, {
      rename: (name) => at(index, { name }, true),
      columns: (make, isTyping) => at(index, { columns: make(present[index].columns) }, isTyping),
      remove: () => change(present.filter((_, spot) => spot !== index)),
    }))));
}

function tableCard(table, index, scalars, act) {
  const key = `table ${index}`;
  return h("section.table-card", { "data-table": table.name },
    h("div.table-head", {}, textInput(key, table.name, (text) => act.rename(text.trim()), {
      "aria-label": `Table ${index + 1}`, class: "table-name", maxlength: 63,
    }), iconButton("cross", `Delete table ${index + 1}`, act.remove, { "data-focus": `${key} out` })),
    h("div.table-scroll", {}, h("table.columns", {}, h("thead", {}, h("tr", {},
      ["Column", "Type", "Key", "Null", "Unique", "Default", ""].map((text) => h("th", { scope: "col" },
        text || h("span.sr-only", {}, "Delete"))))),
    h("tbody", {}, table.columns.map((column, place) => columnRow(column, place, `${key} ${place}`, scalars, act))))),
    h("button.quiet.add", {
      type: "button", "data-focus": `${key} add`, on: { click: () => act.columns((all) => [...all, newColumn(all)]) },
    }, "+ Column"));
}

function columnRow(column, place, key, scalars, act) {
  const set = (value, isTyping) => act.columns((all) =>
    all.map((one, spot) => (spot === place ? { ...one, ...value } : one)), isTyping);
  const flag = (name, label, isOff) => h("td", {}, h("input", {
    type: "checkbox", checked: column[name], disabled: isOff, "aria-label": `Column ${place + 1}: ${label}`, "data-focus": `${key} ${name}`,
    on: { change: (event) => set({ [name]: event.target.checked, ...(name === "primary_key" && event.target.checked ? { nullable: false } : {}) }) },
  }));
  const type = select(`${key} type`, column.type, scalars, (value) => set({ type: value }));
  type.setAttribute("aria-label", `Type of column ${place + 1}`);
  return h("tr", {},
    h("td", {}, textInput(`${key} name`, column.name, (text) => set({ name: text.trim() }, true),
      { "aria-label": `Column ${place + 1}`, maxlength: 63 })),
    h("td", {}, type), flag("primary_key", "part of the key"), flag("nullable", "may be null", column.primary_key),
    flag("unique", "no two the same"),
    h("td", {}, textInput(`${key} default`, column.default, (text) => set({ default: text === "" ? null : text }, true),
      { "aria-label": `Default of column ${place + 1}`, placeholder: "none" })),
    h("td", {}, iconButton("cross", `Delete column ${place + 1}`,
      () => act.columns((all) => all.filter((_, spot) => spot !== place)), { "data-focus": `${key} out` })));
}
