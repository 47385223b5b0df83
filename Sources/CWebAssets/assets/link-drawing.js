// Drawing a link: dragged from a port, or begun at one component and ended by choosing another.
import { follow } from "./canvas-input.js";
import { announce } from "./dom.js";
import { curve, portAt } from "./geometry.js";
import { draw } from "./markup.js";
import { addLink, linkKey } from "./workbench.js";

const BOTH = ["in", "out"];

export class LinkDrawing {
  /// Where it begins: a component and one of its sides; null while none is drawn.
  #start = null;
  /// True while the other component is to be chosen.
  isWaiting = false;

  constructor(canvas) {
    this.canvas = canvas;
    /// The link on its way.
    this.line = draw("path.link-pending", { hidden: true });
  }

  get isActive() { return this.#start !== null; }

  /// Follows the pointer from a port.
  draw(event, name, side) {
    event.preventDefault();
    this.#begin(name, side);
    let hasMoved = false;
    follow((move) => {
      hasMoved ||= Math.hypot(move.clientX - event.clientX, move.clientY - event.clientY) > 4;
      if (this.isActive) this.#show(this.canvas.at(move.clientX, move.clientY));
    }, (end) => {
      if (!this.isActive) return;
      // A press without a way waits for a second one, on the other component.
      if (!hasMoved) return this.#wait();
      const target = document.elementFromPoint(end.clientX, end.clientY)?.closest?.("[data-component]");
      if (target && this.canvas.svg.contains(target)) this.finish(target.dataset.component);
      else this.cancel();
    });
  }

  /// Begins at a component's output, to be ended by choosing another component.
  begin(name) {
    if (!this.#ports(name).includes("out")) return;
    this.#begin(name, "out");
    this.#wait();
  }

  #begin(name, side) {
    this.#start = { name, side };
    this.canvas.svg.classList.add("is-linking");
    for (const { element } of this.canvas.nodes.values()) {
      element.classList.toggle("is-target", this.#fits(element.dataset.component));
    }
  }

  #wait() {
    const { name, side } = this.#start;
    this.isWaiting = true;
    announce(`Choose the component that ${side === "out" ? `${name} calls` : `calls ${name}`}. Escape ends it.`);
  }

  #ports(name) { return this.canvas.types.get(this.canvas.workbench.component(name)?.type)?.ports ?? BOTH; }

  #fits(other) {
    const { name, side } = this.#start;
    return name !== other && this.#ports(other).includes(side === "out" ? "in" : "out");
  }

  #show(point) {
    const { name, side } = this.#start;
    const component = this.canvas.workbench.component(name);
    if (!component) return this.cancel();
    const port = portAt(component, side);
    this.line.setAttribute("d", side === "out" ? curve(port, point) : curve(point, port));
    this.line.removeAttribute("hidden");
  }

  /// Ends at a component, where the two can be linked.
  finish(other) {
    const { name, side } = this.#start;
    const isFit = this.#fits(other);
    this.cancel();
    if (!isFit) return;
    const [from, to] = side === "out" ? [name, other] : [other, name];
    this.canvas.workbench.edit(`Link ${from} to ${to}`, (next) => addLink(next, from, to));
    this.canvas.select([], { link: linkKey({ from, to }) });
    announce(`${from} is linked to ${to}.`);
  }

  cancel() {
    if (!this.isActive) return;
    this.#start = null;
    this.isWaiting = false;
    this.line.setAttribute("hidden", "");
    this.canvas.svg.classList.remove("is-linking");
    for (const { element } of this.canvas.nodes.values()) element.classList.remove("is-target");
  }
}
