// A build's page: its jobs as they move, and the log of one of them.
import { $, $$, announce, toast } from "./dom.js";
import { bind } from "./keys.js";
import { Refresher, Stream } from "./live.js";
import { LogFind } from "./log-find.js";
import { firstError } from "./log-scan.js";
import { LogSource } from "./log-source.js";
import { LogView } from "./log-view.js";
import { chosenResults, startResults } from "./results.js";

const LINES = /^#L(\d{1,12})(?:-L?(\d{1,12}))?$/;

class BuildPage {
  #source;
  #job;
  #placed = false;
  #status;

  constructor() {
    this.root = $("#build");
    this.id = this.root.dataset.build;
    this.refresher = new Refresher(() => this.#liveAddress(), () => this.#refreshed());
    this.#status = $("[data-live=head]").dataset.status;
    const frame = $("#log-view");
    if (frame) this.#startLog(frame);
    startResults(() => this.refresher.now(), (job, hash) => this.#showLine(job, hash));
    if ($("[data-live=head]").dataset.final === "0") this.#follow();
  }

  #liveAddress() {
    const all = new URLSearchParams(location.search).get("jobs") === "all" ? "&jobs=all" : "";
    return `${location.pathname}?part=live${all}${chosenResults()}`;
  }

  #follow() {
    const refresh = () => this.refresher.request();
    const stream = new Stream(`/api/v1/builds/${this.id}/events?artifacts=1`, {
      build: refresh, job: refresh, artifact: refresh, nix: refresh, missed: refresh,
      end: () => {
        stream.stop();
        refresh();
      },
    });
  }

  #refreshed() {
    const head = $("[data-live=head]");
    if (head.dataset.status !== this.#status) {
      this.#status = head.dataset.status;
      document.title = `${head.dataset.title} · Wright`;
      announce(`Build: ${$(".status-word", head)?.textContent ?? ""}`);
    }
    const selected = $("[data-live=jobs]").dataset.selected;
    if (!this.log || selected === this.#job || selected === "0") return;
    // The page goes on to the job that runs, but does not take a log away from somebody who reads it.
    const isReading = this.#source && this.log.total > 0 && !this.log.isAtEnd;
    if (isReading) history.replaceState(null, "", `/builds/${this.id}/jobs/${this.#job}${location.hash}`);
    else this.#show(selected);
  }

  // The log.

  #startLog(frame) {
    // A reader without scripts may have passed on the address of his plain log.
    for (const plain of $$(".plain-log, .log > .hint")) plain.remove();
    $("#log-frame").hidden = false;
    frame.hidden = false;
    this.log = new LogView(frame, { moved: () => this.#moved(), picked: (from, to) => this.#picked(from, to) });
    this.find = new LogFind(this.log);
    if (this.#wrapped()) this.#showWrap(true);
    this.#show(frame.dataset.job);
    this.#startTools();
    $("[data-live=jobs]").addEventListener("click", (event) => this.#choose(event));
    window.addEventListener("popstate", () => this.#wentBack());
    window.addEventListener("hashchange", () => this.#goToHash());
  }

  #show(job) {
    this.#source?.close();
    this.#job = job;
    this.#placed = false;
    const source = new LogSource(job, () => this.#grown(source));
    this.#source = source;
    this.log.view.dataset.job = job;
    this.log.show(source);
    source.open();
    const link = $(`.job[data-job="${job}"]`);
    const raw = $("#tool-raw");
    raw.href = `/api/v1/jobs/${job}/log`;
    raw.download = `build-${this.id}-${$(".job-name", link ?? undefined)?.textContent ?? job}.log`.replace(/[^\w.-]+/g, "-");
    this.log.view.setAttribute("aria-label", `Log of ${link ? $(".job-name", link).textContent : "the job"}`);
  }

  #grown(source) {
    if (source !== this.#source) return;
    if (!this.#placed && source.isOpen) this.#place();
    if (source.ended) this.log.following = false;
    this.find.use(this.#job, source.size);
    this.log.update();
    const note = $("#log-note");
    note.hidden = source.total > 0;
    note.textContent = source.failed ? "The log could not be fetched; trying again." : this.#emptyNote(source);
  }

  #emptyNote(source) {
    const status = $(`.job[data-job="${this.#job}"]`)?.dataset.status;
    if (status === "skipped") return "This job never ran.";
    if (source.ended) return "This job printed nothing.";
    return status === "queued" ? "Waiting for its turn." : "Nothing printed yet.";
  }

  /// Where a log is first looked at: the linked line, the end of one that runs or went wrong, else the start.
  #place() {
    this.#placed = true;
    this.log.fit(this.#source.ended);
    if (LINES.test(location.hash)) {
      this.#goToHash();
      return;
    }
    this.log.update();
    const status = $(`.job[data-job="${this.#job}"]`)?.dataset.status;
    if (!this.#source.ended || status === "failed" || status === "timed_out" || status === "killed") this.log.toEnd();
  }

  #goToHash() {
    const found = LINES.exec(location.hash);
    if (!found || !this.log) return;
    const from = Math.max(1, Number(found[1])) - 1;
    const to = found[2] ? Math.max(1, Number(found[2])) - 1 : from;
    this.log.select(from, to);
    this.log.center(Math.min(from, to));
  }

  #picked(from, to) {
    const hash = from === to ? `#L${from + 1}` : `#L${from + 1}-L${to + 1}`;
    history.replaceState(null, "", `/builds/${this.id}/jobs/${this.#job}${location.search}${hash}`);
  }

  /// Shows the linked line of a job's log, which may be another job's than that which is shown.
  #showLine(job, hash) {
    if (!this.log) return;
    history.pushState(null, "", `/builds/${this.id}/jobs/${job}${location.search}${hash}`);
    if (job === this.#job) this.#goToHash();
    else this.#mark(job);
    $("#log-frame").scrollIntoView({ block: "nearest" });
  }

  #moved() {
    const end = $("#log-end");
    end.hidden = this.log.isAtEnd || this.log.total === 0 || this.log.following;
    const follow = $("#tool-follow");
    follow.setAttribute("aria-pressed", String(this.log.following));
    follow.hidden = Boolean(this.#source?.ended);
  }

  #choose(event) {
    const link = event.target.closest("a.job");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.dataset.job === this.#job && location.pathname === link.pathname) return;
    history.pushState(null, "", link.pathname + location.search);
    this.#mark(link.dataset.job);
  }

  #wentBack() {
    const found = /\/jobs\/(\d+)$/.exec(location.pathname);
    if (found && found[1] !== this.#job) this.#mark(found[1]);
    else if (found && LINES.test(location.hash)) this.#goToHash();
    else this.refresher.request();
  }

  #mark(job) {
    for (const other of $$(".job[aria-current]")) other.removeAttribute("aria-current");
    $(`.job[data-job="${job}"]`)?.setAttribute("aria-current", "true");
    this.#show(job);
    this.refresher.now();
  }

  // Tools.

  #startTools() {
    const times = $("#tool-times");
    times.addEventListener("click", () => {
      const isOn = this.log.view.classList.toggle("with-times");
      times.setAttribute("aria-pressed", String(isOn));
      this.log.draw();
    });
    $("#tool-wrap").addEventListener("click", () => this.#wrap(!this.log.wraps));
    $("#tool-find").addEventListener("click", () => this.find.open());
    $("#tool-error").addEventListener("click", () => this.#toError());
    $("#tool-follow").addEventListener("click", () => this.log.setFollowing(!this.log.following));
    $("#log-end").addEventListener("click", () => this.log.toEnd());
    bind("/", () => this.find.open());
    bind("e", () => this.#toError());
    bind("f", () => this.log.setFollowing(!this.log.following));
    bind("g", () => this.log.toStart());
    bind("G", () => this.log.toEnd());
    bind("w", () => this.#wrap(!this.log.wraps));
  }

  /// Wraps the log's lines, here and on later visits.
  #wrap(isOn) {
    this.#showWrap(isOn);
    try {
      localStorage.setItem("wrap", isOn ? "1" : "0");
    } catch {
      // It holds for this page then.
    }
    announce(isOn ? "Long lines are wrapped." : "Long lines are not wrapped.");
  }

  #showWrap(isOn) {
    this.log.setWrapping(isOn);
    $("#tool-wrap").setAttribute("aria-pressed", String(isOn));
  }

  #wrapped() {
    try {
      return localStorage.getItem("wrap") === "1";
    } catch {
      return false;
    }
  }

  async #toError() {
    const button = $("#tool-error");
    const job = this.#job;
    button.disabled = true;
    try {
      const number = await firstError(job, AbortSignal.timeout(60000));
      if (job !== this.#job) return;
      if (number === null) {
        toast("No line of this log looks like an error.");
        return;
      }
      this.log.current = number;
      this.log.select(number, number);
      this.log.center(number);
      announce(`Line ${number + 1} looks like an error.`);
    } catch {
      toast("The log could not be searched.");
    } finally {
      button.disabled = false;
    }
  }
}

export function start() { new BuildPage(); }
