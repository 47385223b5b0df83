// The saved revisions of a service: what each changed against the draft, and going back to one.
import { refusal, toast } from "./dom.js";
import { h, iconButton } from "./markup.js";
import { changedLines, lineDiff } from "./line-diff.js";
import { ago } from "./time.js";

/// A panel beside the canvas. `service` has the address of the API, the workbench and the draft.
export class Revisions {
  constructor(root, service) {
    this.root = root;
    this.service = service;
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  get isOpen() { return !this.root.hidden; }

  close() {
    this.root.hidden = true;
    this.root.replaceChildren();
  }

  async open() {
    this.root.hidden = false;
    const list = h("ol.revisions", {});
    this.compared = h("div.compared", {});
    this.root.replaceChildren(
      h("header.drawer-head", {}, h("div.drawer-title", {}, h("h2", {}, "Revisions")), iconButton("cross", "Close", () => this.close())),
      h("div.drawer-body", {}, h("p.hint", {}, "Builds are made of the newest one, never of the draft."), list, this.compared));
    this.root.querySelector("button").focus();
    try {
      await this.#fill(list);
    } catch {
      list.replaceChildren(h("li.hint", {}, "The server did not answer. Close this and try again."));
    }
  }

  async #fill(list) {
    let address = `${this.service.address}/revisions?limit=50`;
    while (address) {
      const response = await fetch(address);
      if (!response.ok) throw new Error(await refusal(response));
      const revisions = await response.json();
      list.append(...revisions.map((revision) => this.#row(revision)));
      address = response.headers.get("Link")?.match(/<([^>]+)>; rel="next"/)?.[1];
      if (list.children.length >= 500) break;
    }
    if (list.children.length === 0) list.append(h("li.hint", {}, "Nothing was saved yet. The button Save makes the first revision."));
  }

  #row(revision) {
    return h("li.revision", { "data-revision": revision.number },
      h("div", {}, h("strong", {}, `Revision ${revision.number}`), " ",
        h("time.hint", { datetime: revision.created_at, title: new Date(revision.created_at).toLocaleString() }, ago(Date.parse(revision.created_at)))),
      h("div.revision-tools", {},
        h("button.quiet", { type: "button", on: { click: () => this.#compare(revision.number) } }, "Compare"),
        h("button.quiet", { type: "button", on: { click: () => this.#restore(revision.number) } }, "Restore")));
  }

  async #compare(number) {
    for (const row of this.root.querySelectorAll(".revision")) {
      row.toggleAttribute("aria-current", Number(row.dataset.revision) === number);
    }
    try {
      await this.service.draft.keep();
      const [before, after] = await Promise.all([this.#text(`?revision=${number}`), this.#text("")]);
      const lines = lineDiff(before, after);
      const isSame = lines.every((line) => line.sign === " ");
      this.compared.replaceChildren(h("h3", {}, `From revision ${number} to the draft`),
        isSame ? h("p.hint", {}, "Nothing differs.") : h("pre.diff", { tabindex: 0, "aria-label": "What differs" },
          changedLines(lines).map((line) => (line === null ? h("span.diff-gap", {}, "⋯\n")
            : h("span", { "data-sign": line.sign.trim() }, `${line.sign} ${line.text}\n`)))));
      this.compared.scrollIntoView({ block: "nearest" });
    } catch {
      toast("The server did not answer. Try again.");
    }
  }

  async #text(query) {
    const response = await fetch(`${this.service.address}/export${query}`);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return response.text();
  }

  /// The draft becomes the revision; in this window that can be undone.
  async #restore(number) {
    const { address, draft, workbench } = this.service;
    try {
      await draft.keep();
      const response = await fetch(`${address}/revisions/${number}/restore`, { method: "POST", headers: { "If-Match": draft.tag } });
      if (!response.ok) return toast(await refusal(response));
      this.service.adopt(await response.json(), response, `Restore revision ${number}`);
      return toast(`The draft is revision ${number} again.`);
    } catch {
      return toast("The server did not answer. Try again.");
    }
  }
}
