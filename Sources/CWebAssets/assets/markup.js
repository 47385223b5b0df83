// Elements in one expression: `h("label.field", {}, h("span", {}, "Path"), input)`. Text is never markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(made, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, action] of Object.entries(value)) made.addEventListener(event, action);
    } else if (name in made && (name === "value" || name === "checked" || name === "disabled" || name === "selected")) {
      made[name] = value;
    } else {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return made;
}

/// An element of a page; `name` may end with classes, as `div.panel.wide`.
export function h(name, properties, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  if (classes.length > 0) made.className = classes.join(" ");
  return fill(made, properties, children);
}

/// An element of a drawing.
export function draw(name, properties, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElementNS(SVG, tag);
  if (classes.length > 0) made.setAttribute("class", classes.join(" "));
  return fill(made, properties, children);
}

const SHAPES = {
  cross: ["M4 4l8 8", "M12 4l-8 8"],
  up: ["M3.5 10.2L8 5.7l4.5 4.5"],
  down: ["M3.5 5.8L8 10.3l4.5-4.5"],
  plus: ["M8 3v10", "M3 8h10"],
  warning: ["M8 2.1l6.2 11.1H1.8z", "M8 6.4v3.1", "M8 11.5v.05"],
};

/// One of the small pictures; words beside it or a label name it.
export function icon(name) {
  return draw("svg.icon", {
    viewBox: "0 0 16 16", width: 16, height: 16, fill: "none", stroke: "currentColor", "stroke-width": 1.6,
    "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true", focusable: "false",
  }, (SHAPES[name] ?? []).map((d) => draw("path", { d })));
}

/// A button with a picture and a name for those who do not see it.
export function iconButton(shape, label, action, properties = {}) {
  return h("button.quiet.icon-button", {
    type: "button", "aria-label": label, title: label, on: { click: action }, ...properties,
  }, icon(shape));
}
