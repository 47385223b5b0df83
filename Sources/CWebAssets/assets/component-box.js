// A component on the canvas: a box with its picture, its name, its methods, its ports, and what is wrong with it.
import { draw } from "./markup.js";
import { heightOf, rowAt, shownMethods, WIDTH } from "./geometry.js";

const shortened = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/// Draws a component into its element, a group with the focus.
export function fillBox(element, component, type, problems) {
  const height = heightOf(component);
  element.dataset.component = component.name;
  element.dataset.group = type?.group ?? "unknown";
  element.setAttribute("transform", `translate(${component.position.x} ${component.position.y})`);
  element.setAttribute("aria-label", [
    `${component.name}: ${component.type}`, counted(component.methods.length, "method"),
    ...(problems.length > 0 ? [counted(problems.length, "problem")] : []),
  ].join(", "));
  element.classList.toggle("has-problem", problems.length > 0);
  const { names, more } = shownMethods(component);
  const rows = more > 0 ? [...names, `and ${more} more`] : names;
  element.replaceChildren(
    draw("rect.node-box", { width: WIDTH, height, rx: 9 }),
    draw("path.node-stripe", { d: `M6 1.6A8 8 0 0 0 1 9V${height - 9}A8 8 0 0 0 6 ${height - 1.6}Z` }),
    picture(type),
    draw("text.node-name", { x: 50, y: 24 }, shortened(component.name, 19)),
    draw("text.node-type", { x: 50, y: 41 }, component.type),
    ...rows.map((name, index) => draw("text.node-method", { x: 18, y: rowAt(index) + 4 }, shortened(name, 26))),
    ...(type?.ports ?? ["in", "out"]).map(port),
    ...markers(problems));
  if (component.name.length > 19) element.append(draw("title", {}, component.name));
}

function picture(type) {
  const holder = draw("g.node-icon", { transform: "translate(17 15)" });
  const drawn = type?.picture?.cloneNode(true);
  if (!drawn) return holder;
  drawn.setAttribute("width", 24);
  drawn.setAttribute("height", 24);
  holder.append(drawn);
  return holder;
}

function port(side) {
  return draw("g.port", { "data-port": side, transform: `translate(${side === "in" ? 0 : WIDTH} 27)` },
    draw("circle.port-reach", { r: 13 }), draw("circle.port-dot", { r: 6 }),
    draw("title", {}, side === "in" ? "Input" : "Output"));
}

/// One for each kind of problem, along the upper edge.
function markers(problems) {
  const codes = [...new Set(problems.map((problem) => problem.code))];
  return codes.map((code, index) => draw("g.problem-mark", {
    "data-problem": code, transform: `translate(${WIDTH - 26 - index * 22} -9)`,
  }, draw("circle", { cx: 9, cy: 9, r: 9 }), draw("path", { d: "M9 4.6v5.2M9 13v.1" }),
  draw("title", {}, problems.filter((one) => one.code === code).map((one) => one.detail).join("\n"))));
}
