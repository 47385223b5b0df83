// The one entry: what every page needs, then the page's own part.
import { startActions } from "./actions.js";
import { startKeys } from "./keys.js";
import { startTicking } from "./time.js";

startTicking();
startKeys();
startActions();

const parts = {
  "builds": () => import("./builds.js"),
  "build": () => import("./build.js"),
  "agents": () => import("./agents.js"),
  "repositories": () => import("./repositories.js"),
  "repository": () => import("./repository.js"),
  "service-builds": () => import("./service-builds.js"),
  "new-build": () => import("./new-build.js"),
  "services": () => import("./services.js"),
  "editor": () => import("./editor.js"),
  "data-source": () => import("./data-source.js"),
};
const part = parts[document.body.dataset.page];
if (part) (await part()).start();
document.documentElement.dataset.ready = "1";
