// The lists of services and of data sources: forms that speak to the API.
import { $, $$, refusal, toast } from "./dom.js";

/// Sends a form's fields as JSON and goes to what was made.
async function create(form, button) {
  const fields = Object.fromEntries(new FormData(form));
  const response = await send(button, form.dataset.api, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields),
  });
  if (!response) return;
  const { name } = await response.json();
  location.assign(form.dataset.then ? form.dataset.then + name : `/services/${name}/edit`);
}

/// Deletes what a form names, and leaves the page where the form says so.
async function remove(form, button) {
  const response = await send(button, form.dataset.delete, { method: "DELETE" });
  if (!response) return;
  if (form.dataset.then) location.assign(form.dataset.then);
  else form.closest("[data-key]").remove();
}

/// The answer; undefined where it is a refusal, which is told.
async function send(button, address, request) {
  if (button) button.disabled = true;
  try {
    const response = await fetch(address, request);
    if (response.ok) return response;
    toast(await refusal(response));
  } catch {
    toast("The server did not answer. Try again.");
  } finally {
    if (button) button.disabled = false;
  }
  return undefined;
}

async function importFile(input) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  const response = await send(null, "/api/v1/services", {
    method: "POST", headers: { "Content-Type": "application/yaml" }, body: await file.text(),
  });
  if (response) location.assign(`/services/${(await response.json()).name}/edit`);
}

/// Forms of this kind are on the page of a data source, too.
export function startForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.api && !form.dataset.delete) return;
    event.preventDefault();
    const button = event.submitter ?? $("button", form);
    if (form.dataset.api) create(form, button);
    else remove(form, button);
  });
}

export function start() {
  startForms();
  for (const input of $$("#import")) input.addEventListener("change", () => importFile(input));
}
