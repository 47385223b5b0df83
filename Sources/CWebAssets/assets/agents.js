// The agents and the page of one: fetched anew when the server says that something about them, or a build, is new.
import { Refresher, showLive, Stream } from "./live.js";

export function start() {
  // The page that shows a new token was answered to a form: it is not fetched again.
  const address = location.pathname === "/agents/tokens" ? "/agents" : location.pathname + location.search;
  const refresher = new Refresher(() => address);
  const refresh = () => refresher.request();
  let wasOff = false;
  new Stream("/api/v1/events", { agents: refresh, build: refresh, missed: refresh }, {
    opened() {
      showLive(true);
      if (wasOff) refresh();
      wasOff = true;
    },
    failed: () => showLive(false),
  });
}
