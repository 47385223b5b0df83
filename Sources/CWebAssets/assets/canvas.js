// The canvas: components as boxes, links as curves; what is chosen, and what part of it is seen.
import { CanvasInput } from "./canvas-input.js";
import { fillBox } from "./component-box.js";
import { draw } from "./markup.js";
import { LinkDrawing } from "./link-drawing.js";
import { linkKey, same } from "./workbench.js";
import { arranged, bounds, curve, heightOf, portAt, WIDTH } from "./geometry.js";

const [SMALLEST, LARGEST] = [0.25, 2.5];
/// What stays free around everything: the buttons lie over the canvas.
const MARGIN = { x: 40, y: 68 };

/// Fires `selection`, `open` with the name of a component, and `view`.
export class Canvas extends EventTarget {
  /// `types` says of each type its group, its ports and its picture.
  constructor(svg, workbench, types) {
    super();
    Object.assign(this, { svg, workbench, types });
    this.view = { x: 0, y: 0, scale: 1 };
    this.selected = new Set();
    this.selectedLink = null;
    this.problems = [];
    this.nodes = new Map();
    this.lines = new Map();
    this.links = draw("g.links");
    this.boxes = draw("g.boxes");
    this.linking = new LinkDrawing(this);
    this.world = draw("g.world", {}, this.links, this.boxes, this.linking.line);
    svg.append(draw("defs", {}, draw("marker", {
      id: "arrow", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto",
    }, draw("path.arrow", { d: "M1 1L9 5L1 9" }))), this.world);
    new CanvasInput(this);
    workbench.addEventListener("change", () => this.render());
    new ResizeObserver(() => this.#resized()).observe(svg);
    this.render();
    this.#place();
  }

  // What is drawn.

  render() {
    const document = this.workbench.document;
    this.selected = new Set([...this.selected].filter((name) => this.workbench.component(name)));
    this.#renderNodes(document);
    this.#renderLinks(document);
    this.#showSelection();
  }

  showProblems(problems) {
    this.problems = problems;
    this.#renderNodes(this.workbench.document);
  }

  /// A box for each component, by its name; what is written by hand may have one name twice, and both are shown.
  #renderNodes(document) {
    const left = new Map(this.nodes);
    const seen = new Map();
    for (const component of document.components) {
      const count = seen.get(component.name) ?? 0;
      seen.set(component.name, count + 1);
      const key = count === 0 ? component.name : `${component.name} ${count}`;
      left.delete(key);
      this.#renderNode(key, component);
    }
    for (const [key, { element }] of left) {
      element.remove();
      this.nodes.delete(key);
    }
  }

  #renderNode(key, component) {
    const problems = this.problems.filter((problem) => problem.component === component.name);
    const shown = { component, problems };
    const known = this.nodes.get(key);
    if (known && same(known.shown, shown)) return;
    const element = known?.element ?? draw("g.node", { tabindex: 0, role: "group" });
    if (!known) this.boxes.append(element);
    this.nodes.set(key, { element, shown: structuredClone(shown) });
    fillBox(element, component, this.types.get(component.type), problems);
  }

  #renderLinks(document) {
    const wanted = new Set(document.links.map(linkKey));
    for (const [key, line] of this.lines) {
      if (wanted.has(key)) continue;
      line.remove();
      this.lines.delete(key);
    }
    for (const link of document.links) {
      const [from, to] = [this.workbench.component(link.from), this.workbench.component(link.to)];
      const line = this.lines.get(linkKey(link)) ?? this.#line(link);
      line.toggleAttribute("hidden", !from || !to);
      if (from && to) for (const path of line.children) path.setAttribute("d", curve(portAt(from, "out"), portAt(to, "in")));
    }
    if (!wanted.has(this.selectedLink)) this.selectedLink = null;
  }

  #line(link) {
    const line = draw("g.link", { "data-link": linkKey(link) },
      draw("path.link-reach"), draw("path.link-line", { "marker-end": "url(#arrow)" }));
    this.links.append(line);
    this.lines.set(linkKey(link), line);
    return line;
  }

  // What is chosen.

  select(names, { link = null } = {}) {
    const next = new Set(names);
    const isSame = next.size === this.selected.size && [...next].every((name) => this.selected.has(name))
      && link === this.selectedLink;
    if (isSame) return;
    this.selected = next;
    this.selectedLink = link;
    this.#showSelection();
    this.dispatchEvent(new Event("selection"));
  }

  #showSelection() {
    for (const { element } of this.nodes.values()) {
      element.classList.toggle("is-selected", this.selected.has(element.dataset.component));
    }
    for (const [key, line] of this.lines) line.classList.toggle("is-selected", key === this.selectedLink);
  }

  /// The link that is chosen.
  get chosenLink() { return this.workbench.document.links.find((link) => linkKey(link) === this.selectedLink); }

  focus(name) { this.nodes.get(name)?.element.focus({ preventScroll: true }); }

  // The view.

  /// Moves the view.
  look(view) {
    this.view = view;
    this.#place();
  }

  #place() {
    const { x, y, scale } = this.view;
    this.world.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    this.svg.style.setProperty("background-position", `${x}px ${y}px`);
    const step = scale < 0.5 ? 48 : 24;
    this.svg.style.setProperty("background-size", `${step * scale}px ${step * scale}px`);
    this.dispatchEvent(new Event("view"));
  }

  /// A point of the window in the canvas' own units.
  at(clientX, clientY) {
    const box = this.svg.getBoundingClientRect();
    return { x: (clientX - box.left - this.view.x) / this.view.scale, y: (clientY - box.top - this.view.y) / this.view.scale };
  }

  get center() {
    const box = this.svg.getBoundingClientRect();
    return this.at(box.left + box.width / 2, box.top + box.height / 2);
  }

  zoom(factor, clientX, clientY) {
    const box = this.svg.getBoundingClientRect();
    const [x, y] = [(clientX ?? box.left + box.width / 2) - box.left, (clientY ?? box.top + box.height / 2) - box.top];
    const scale = Math.min(LARGEST, Math.max(SMALLEST, this.view.scale * factor));
    const change = scale / this.view.scale;
    this.view = { x: x - (x - this.view.x) * change, y: y - (y - this.view.y) * change, scale };
    this.#place();
  }

  resetZoom() { this.zoom(1 / this.view.scale); }

  /// Shows all components.
  fit() {
    const all = bounds(this.workbench.document.components);
    const box = this.svg.getBoundingClientRect();
    if (!all || box.width === 0) return;
    const [width, height] = [box.width - 2 * MARGIN.x, box.height - 2 * MARGIN.y];
    const scale = Math.max(SMALLEST, Math.min(1, width / all.width, height / all.height));
    this.view = {
      x: (box.width - all.width * scale) / 2 - all.x * scale, y: (box.height - all.height * scale) / 2 - all.y * scale, scale,
    };
    this.#place();
  }

  /// Whether components are in sight, where the canvas is so wide and high.
  #sees(components, width, height) {
    const all = bounds(components);
    if (!all) return true;
    const { x, y, scale } = this.view;
    return all.x * scale + x >= 0 && all.y * scale + y >= 0
      && (all.x + all.width) * scale + x <= width && (all.y + all.height) * scale + y <= height;
  }

  /// Who sees everything goes on to see everything when the drawer takes room, and gets his view back afterwards.
  #resized() {
    const { width, height } = this.svg.getBoundingClientRect();
    if (width === 0) return;
    const { components } = this.workbench.document;
    const before = this.size ?? { width, height };
    this.size = { width, height };
    if (this.narrowed && width >= this.narrowed.width) {
      if (this.view === this.narrowed.fitted) {
        this.view = this.narrowed.view;
        this.#place();
      }
      this.narrowed = null;
    } else if (this.#sees(components, before.width, before.height) && !this.#sees(components, width, height)) {
      const view = this.view;
      this.fit();
      this.narrowed = { width: before.width, view, fitted: this.view };
    }
  }

  /// Moves the view where a component is out of sight; who sees all others sees them still.
  reveal(name) {
    // The drawer may have taken its room just now.
    this.#resized();
    const component = this.workbench.component(name);
    const { width, height } = this.svg.getBoundingClientRect();
    if (!component || this.#sees([component], width, height)) return;
    if (this.#sees(this.workbench.document.components.filter((one) => one !== component), width, height)) return this.fit();
    const { x, y, scale } = this.view;
    const [left, top] = [component.position.x * scale + x, component.position.y * scale + y];
    const [right, bottom] = [left + WIDTH * scale, top + heightOf(component) * scale];
    const dx = left < MARGIN.x ? MARGIN.x - left : right > width - MARGIN.x ? width - MARGIN.x - right : 0;
    const dy = top < MARGIN.y ? MARGIN.y - top : bottom > height - MARGIN.y ? height - MARGIN.y - bottom : 0;
    this.view = { x: x + dx, y: y + dy, scale };
    this.#place();
  }

  arrange() {
    this.workbench.edit("Arrange", (document) => {
      const places = arranged(document);
      document.components.forEach((component, index) => { component.position = places[index]; });
    });
    this.fit();
  }
}
