// Where things are on the canvas, in its own units; nothing here draws.

export const WIDTH = 216;
const HEAD = 54;
const ROW = 20;
const SHOWN = 6;
const GAP_X = 110;
const GAP_Y = 44;

/// The names of methods that a component's box shows, and how many more it has.
export function shownMethods(component) {
  const names = component.methods.map((method) => method.name || "?");
  if (names.length <= SHOWN) return { names, more: 0 };
  return { names: names.slice(0, SHOWN - 1), more: names.length - SHOWN + 1 };
}

export function heightOf(component) {
  const rows = Math.min(component.methods.length, SHOWN);
  return HEAD + (rows === 0 ? 0 : rows * ROW + 5);
}

/// The middle of the row of a method, from the top of the box.
export const rowAt = (index) => HEAD - 2 + index * ROW + ROW / 2;

/// Where links begin (`out`) and end (`in`).
export function portAt(component, side) {
  const { x, y } = component.position;
  return { x: x + (side === "out" ? WIDTH : 0), y: y + HEAD / 2 };
}

/// A curve that leaves to the right and arrives from the left, where the point of its arrow touches the port.
export function curve(from, end) {
  const to = { x: end.x - 8, y: end.y };
  const reach = Math.max(46, Math.min(180, Math.abs(to.x - from.x) / 2), to.x < from.x ? 110 : 0);
  return `M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}

/// The rectangle around components; nil where there are none.
export function bounds(components) {
  if (components.length === 0) return null;
  const left = Math.min(...components.map((one) => one.position.x));
  const top = Math.min(...components.map((one) => one.position.y));
  const right = Math.max(...components.map((one) => one.position.x + WIDTH));
  const bottom = Math.max(...components.map((one) => one.position.y + heightOf(one)));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/// A place near `wanted` where a new box covers no other.
export function freePlace(components, wanted) {
  const place = { x: Math.round(wanted.x), y: Math.round(wanted.y) };
  const covers = (one) => Math.abs(one.position.x - place.x) < WIDTH + 24
    && place.y < one.position.y + heightOf(one) + 20 && one.position.y < place.y + HEAD + 40;
  for (let step = 0; step < 200; step += 1) {
    const other = components.find(covers);
    if (!other) break;
    place.y = other.position.y + heightOf(other) + 24;
  }
  return place;
}

/// Columns from who calls to who is called: each component stands right of all that call it, where that is possible.
function columns(document) {
  const column = new Map(document.components.map((one) => [one.name, 0]));
  // A circle would push its members for ever; no honest path is longer than there are components.
  for (let round = 0; round < document.components.length; round += 1) {
    let moved = false;
    for (const { from, to } of document.links) {
      if (from === to || !column.has(from) || !column.has(to)) continue;
      const wanted = Math.min(column.get(from) + 1, document.components.length - 1);
      if (column.get(to) < wanted) {
        column.set(to, wanted);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return column;
}

/// A position for each component, in the document's order: in columns from left to right.
export function arranged(document) {
  const column = columns(document);
  const lists = Array.from({ length: Math.max(0, ...column.values()) + 1 }, () => []);
  document.components.forEach((one, index) => lists[column.get(one.name)].push({ one, index }));
  const heights = lists.map((list) => list.reduce((sum, { one }) => sum + heightOf(one) + GAP_Y, -GAP_Y));
  const most = Math.max(0, ...heights);
  const places = [];
  lists.forEach((list, number) => {
    let y = 40 + (most - heights[number]) / 2;
    for (const { one, index } of list) {
      places[index] = { x: 40 + number * (WIDTH + GAP_X), y: Math.round(y) };
      y += heightOf(one) + GAP_Y;
    }
  });
  return places;
}

/// The document where every component has a place: those that nobody has placed get theirs beside the others.
export function placed(document) {
  const missing = document.components.filter((one) => !one.position);
  if (missing.length === 0) return document;
  const places = arranged(document);
  const shift = missing.length === document.components.length ? 0
    : bounds(document.components.filter((one) => one.position)).height + GAP_Y;
  return {
    ...document,
    components: document.components.map((one, index) =>
      (one.position ? one : { ...one, position: { x: places[index].x, y: places[index].y + shift } })),
  };
}
