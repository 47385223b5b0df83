// Small things that all modules use.

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

/// An element with a class and text. Text is never markup.
export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/// Says something to screen readers.
export function announce(text) {
  const place = $("#announcer");
  if (place && place.textContent !== text) place.textContent = text;
}

let toastTimer;
/// Says something to everybody, for a few seconds.
export function toast(text) {
  const place = $("#toast");
  if (!place) return;
  place.textContent = text;
  place.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { place.hidden = true; }, 5000);
}

/// Calls `action` once things have been quiet for `milliseconds`.
export function debounce(action, milliseconds) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}

/// The sentence of a refusal: `detail` of a problem document, or what can be said without one.
export async function refusal(response) {
  try {
    const problem = await response.json();
    return problem.detail || problem.title || `The server answered ${response.status}.`;
  } catch {
    return `The server answered ${response.status}.`;
  }
}
