// The settings of a middleware.
import { h } from "./markup.js";
import { labelled, select, textInput } from "./forms.js";

/// What each middleware knows: how a setting is called, what it holds, and what holds without it.
const SETTINGS = {
  logging: () => [
    { name: "level", label: "Level", kind: "choice", options: ["debug", "info", "warn", "error"], usual: "info" },
  ],
  monitoring: () => [
    { name: "buckets", label: "Buckets", kind: "numbers", usual: "0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10",
      hint: "Upper bounds of the histogram in seconds, ascending" },
  ],
  rate_limit: () => [
    { name: "requests", label: "Requests", kind: "number", usual: 100 },
    { name: "per", label: "Per", kind: "text", usual: "1s", hint: "A time, as 1s, 1m or 1h" },
    { name: "burst", label: "Burst", kind: "number", hint: "How many at once; as many as requests unless set" },
    { name: "scope", label: "Counted for", kind: "choice", options: [["client", "each client"], ["service", "all together"]], usual: "client" },
  ],
  auth: (settings) => [
    { name: "type", label: "Kind", kind: "choice", options: [["bearer", "bearer tokens"], ["jwt", "JWT, signed with HS256"]], usual: "bearer" },
    { name: "variable", label: "Variable", kind: "text", hint: "Of the environment, where the tokens or the secret are; never written here" },
    ...(settings.type === "jwt" ? [
      { name: "issuer", label: "Issuer", kind: "text" }, { name: "audience", label: "Audience", kind: "text" },
    ] : []),
  ],
};

export function settingsForm(component, context) {
  const known = SETTINGS[component.type]?.(component.settings ?? {}) ?? [];
  const write = (name, value, isTyping) => context.workbench.edit(`Set ${name}`, (document) => {
    const found = document.components.find((one) => one.name === component.name);
    const settings = { ...found.settings };
    if (value === undefined || value === "") delete settings[name];
    else settings[name] = value;
    if (Object.keys(settings).length > 0) found.settings = settings;
    else delete found.settings;
  }, isTyping ? { merge: `${component.name} ${name}`, origin: "typing" } : {});
  return h("section.drawer-part", {}, h("h3", {}, "Settings"),
    h("p.hint", {}, "Orchestrators say for which methods it is switched on."),
    known.map((setting) => control(setting, component.settings?.[setting.name], write)));
}

function control({ name, label, kind, options, usual, hint }, value, write) {
  const key = `setting ${name}`;
  if (kind === "choice") {
    return labelled(label, select(key, value ?? usual, options, (choice) => write(name, choice === usual ? undefined : choice)), hint);
  }
  const shown = Array.isArray(value) ? value.join(", ") : value === undefined ? "" : String(value);
  return labelled(label, textInput(key, shown, (text) => write(name, read(kind, text.trim()), true),
    { placeholder: usual === undefined ? "" : String(usual), inputmode: kind === "number" ? "numeric" : null }), hint);
}

/// What was written, as its kind; text that is no number stays text, and the server says what is wrong with it.
function read(kind, text) {
  const isNumber = (part) => part !== "" && Number.isFinite(Number(part));
  if (kind === "number" && isNumber(text)) return Number(text);
  if (kind === "numbers" && text !== "") {
    const parts = text.split(",").map((part) => part.trim());
    if (parts.every(isNumber)) return parts.map(Number);
  }
  return text;
}
