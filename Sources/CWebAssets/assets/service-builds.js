// The builds of a service: live rows, a chooser of services, and forms that stay on the page.
import { $, announce, toast } from "./dom.js";
import { put, Refresher, showLive, Stream } from "./live.js";

/// Sends a form and puts the page that comes back into this one; null where no page came.
async function send(form, button) {
  const action = button?.getAttribute("formaction") ?? form.getAttribute("action");
  const fields = new URLSearchParams(new FormData(form));
  try {
    const response = await fetch(action, { method: "POST", body: fields, headers: { Accept: "text/html" } });
    put(await response.text());
    return response;
  } catch {
    toast("The server did not answer. Try again.");
    return null;
  }
}

function watchForm(form, done) {
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    form.setAttribute("aria-busy", "true");
    try {
      const response = await send(form, event.submitter);
      if (response) done(response);
    } finally {
      busy = false;
      form.removeAttribute("aria-busy");
    }
  });
}

export function start() {
  const refresher = new Refresher(() => location.pathname + location.search);

  $("#service").addEventListener("change", (event) => {
    location.assign(`/services/${encodeURIComponent(event.target.value)}/builds`);
  });

  const popup = $("#new-build");
  watchForm($("#new-build-form"), (response) => {
    if (!response.ok) return;
    popup.removeAttribute("open");
    $("#new-build-form").reset();
    $("[data-live='reasons']").replaceChildren();
    announce("The build is queued.");
  });
  popup.addEventListener("toggle", () => { if (popup.open) $("#tag").focus(); });

  const config = $("#config-form");
  watchForm(config, (response) => {
    // What was saved is not kept here any longer; what was refused stays, to be corrected.
    if (response.ok && response.redirected) {
      for (const field of config.querySelectorAll("input[type=password]")) field.value = "";
    }
    config.querySelector("[aria-invalid]")?.focus();
  });

  let wasOff = false;
  new Stream("/api/v1/events", { build: () => refresher.request(), missed: () => refresher.request() }, {
    opened() {
      showLive(true);
      if (wasOff) refresher.request();
      wasOff = true;
    },
    failed: () => showLive(false),
  });
}
