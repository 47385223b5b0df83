// Messages and tests on a build's page: their filters without a new page, and the way to a message's line of the log.
import { $, $$ } from "./dom.js";
import { bind } from "./keys.js";

/// The parts of the page's address that choose among messages and tests.
const NAMES = ["messages", "messages_after", "tests", "tests_after"];

/// Those parts of the present address, to be added to that of a refresh.
export function chosenResults() {
  const query = new URLSearchParams(location.search);
  const chosen = new URLSearchParams();
  for (const name of NAMES) if (query.has(name)) chosen.set(name, query.get(name));
  const text = chosen.toString();
  return text ? `&${text}` : "";
}

function isPlain(event) { return !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0; }

/// `refresh` fetches the page's live parts; `show(job, hash)` shows a line of a job's log.
export function startResults(refresh, show) {
  for (const id of ["messages", "tests"]) {
    $(`#${id}`)?.addEventListener("click", (event) => {
      const filter = event.target.closest(".chip, .pager a");
      const message = event.target.closest(".message-link");
      if (!isPlain(event) || !(filter || message)) return;
      event.preventDefault();
      if (message) {
        show(message.dataset.job, message.hash);
        return;
      }
      const address = new URL(filter.href);
      history.replaceState(null, "", address.pathname + address.search + location.hash);
      refresh();
    });
  }
  bind("m", () => step(1, show));
  bind("M", () => step(-1, show));
}

/// Goes to the next message of the list and shows its line.
function step(by, show) {
  const links = $$("#messages .message-link");
  if (links.length === 0) return;
  const present = links.findIndex((link) => link.hasAttribute("data-local"));
  const next = links[present < 0 ? (by > 0 ? 0 : links.length - 1) : (present + by + links.length) % links.length];
  if (present >= 0) links[present].removeAttribute("data-local");
  next.setAttribute("data-local", "1");
  show(next.dataset.job, next.hash);
}
