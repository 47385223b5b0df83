// A repository's page: how it stands, its builds and refs as they change.
import { $ } from "./dom.js";
import { Refresher, Stream } from "./live.js";

export function start() {
  const id = Number($("#repository").dataset.repository);
  const refresher = new Refresher(() => `${location.pathname}?part=live`);
  const refresh = () => refresher.request();
  new Stream("/api/v1/events", {
    build: refresh, missed: refresh,
    repository: (event) => { if (JSON.parse(event.data).id === id) refresh(); },
  });
}
