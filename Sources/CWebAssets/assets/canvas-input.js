// What is done to the canvas with the pointer and the keyboard.

const GRID = 8;
const snap = (value) => Math.round(value / GRID) * GRID;
const distance = (one, other) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);

/// Calls `moved` while the pointer moves, and `ended` when it is let go.
export function follow(moved, ended) {
  const stop = (event) => {
    window.removeEventListener("pointermove", moved);
    window.removeEventListener("pointerup", stop);
    window.removeEventListener("pointercancel", stop);
    ended(event);
  };
  window.addEventListener("pointermove", moved);
  window.addEventListener("pointerup", stop);
  window.addEventListener("pointercancel", stop);
}

export class CanvasInput {
  constructor(canvas) {
    this.canvas = canvas;
    const { svg } = canvas;
    svg.addEventListener("pointerdown", (event) => this.#press(event));
    svg.addEventListener("dblclick", (event) => this.#doublePress(event));
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("keydown", (event) => this.#key(event));
    svg.addEventListener("focusin", (event) => this.#focused(event));
  }

  // The pointer.

  #press(event) {
    if (event.button !== 0 && event.button !== 1) return;
    const { canvas } = this;
    const port = event.target.closest("[data-port]");
    const node = event.target.closest("[data-component]");
    const link = event.target.closest("[data-link]");
    if (event.button === 1) return this.#pan(event);
    if (canvas.linking.isWaiting && node) {
      event.preventDefault();
      return canvas.linking.finish(node.dataset.component);
    }
    canvas.linking.cancel();
    if (port) return canvas.linking.draw(event, node.dataset.component, port.dataset.port);
    if (node) return this.#move(event, node.dataset.component);
    if (link) return canvas.select([], { link: link.dataset.link });
    return this.#pan(event);
  }

  #doublePress(event) {
    const node = event.target.closest("[data-component]");
    if (!node) return;
    event.preventDefault();
    this.canvas.linking.cancel();
    this.canvas.select([node.dataset.component]);
    this.canvas.dispatchEvent(new CustomEvent("open", { detail: node.dataset.component }));
  }

  #pan(event) {
    event.preventDefault();
    const { canvas } = this;
    const start = { x: event.clientX - canvas.view.x, y: event.clientY - canvas.view.y };
    let hasMoved = false;
    follow((move) => {
      hasMoved ||= distance(move, event) > 3;
      if (!hasMoved) return;
      canvas.svg.classList.add("is-panning");
      canvas.look({ ...canvas.view, x: move.clientX - start.x, y: move.clientY - start.y });
    }, () => {
      canvas.svg.classList.remove("is-panning");
      if (hasMoved || event.button !== 0) return;
      canvas.select([]);
      document.activeElement?.blur?.();
    });
  }

  #move(event, name) {
    const { canvas } = this;
    if (event.shiftKey) {
      const next = new Set(canvas.selected);
      if (!next.delete(name)) next.add(name);
      return canvas.select(next);
    }
    if (!canvas.selected.has(name)) canvas.select([name]);
    const start = canvas.at(event.clientX, event.clientY);
    const places = new Map([...canvas.selected].map((one) => [one, { ...canvas.workbench.component(one).position }]));
    const merge = `move ${performance.now()}`;
    let hasMoved = false;
    return follow((move) => {
      hasMoved ||= distance(move, event) > 4;
      if (!hasMoved) return;
      const to = canvas.at(move.clientX, move.clientY);
      canvas.svg.classList.add("is-moving");
      this.#shift((component) => {
        const place = places.get(component.name);
        return place && { x: snap(place.x + to.x - start.x), y: snap(place.y + to.y - start.y) };
      }, merge);
    }, () => canvas.svg.classList.remove("is-moving"));
  }

  /// Gives components the places that `placeOf` says, those for which it says one.
  #shift(placeOf, merge) {
    this.canvas.workbench.edit("Move", (document) => {
      for (const component of document.components) component.position = placeOf(component) ?? component.position;
    }, { merge, origin: "move" });
  }

  #wheel(event) {
    event.preventDefault();
    const { canvas } = this;
    if (event.ctrlKey || event.metaKey) return canvas.zoom(Math.exp(-event.deltaY * 0.004), event.clientX, event.clientY);
    const [dx, dy] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    return canvas.look({ ...canvas.view, x: canvas.view.x - dx, y: canvas.view.y - dy });
  }

  // The keyboard.

  #focused(event) {
    const node = event.target.closest("[data-component]");
    // A press with the pointer chooses by itself.
    if (!node || !node.matches(":focus-visible")) return;
    this.canvas.reveal(node.dataset.component);
    if (!this.canvas.linking.isWaiting) this.canvas.select([node.dataset.component]);
  }

  #key(event) {
    const { canvas } = this;
    const name = event.target.closest("[data-component]")?.dataset.component;
    if (!name || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 5 * GRID : GRID;
    const [dx, dy] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [];
    if (event.key === "Enter") {
      if (canvas.linking.isWaiting) canvas.linking.finish(name);
      else canvas.dispatchEvent(new CustomEvent("open", { detail: name }));
    } else if (event.key === "l" && !canvas.linking.isWaiting) {
      canvas.linking.begin(name);
    } else if (dx !== undefined) {
      const moved = ({ x, y }) => ({ x: x + dx, y: y + dy });
      this.#shift((one) => (canvas.selected.has(one.name) ? moved(one.position) : undefined), `nudge ${[...canvas.selected].join()}`);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
