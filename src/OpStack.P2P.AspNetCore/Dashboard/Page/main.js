// Asks for a snapshot each second while the page is seen, and shows it.
const INTERVAL = 1000;
const PATIENCE = 8000;
const SNAPSHOT_URL = `${location.pathname.replace(/\/$/, "")}/snapshot.json`;

const view = { snapshot: null, previous: null, heardAt: 0, timer: 0 };

function renderHead(snapshot) {
  const { node } = snapshot;
  const name = node.chainName ?? `Chain ${node.chainId}`;
  setText(byId("chain"), name);
  setText(byId("identity"), node.peerId);
  document.title = `${name}: ${many(snapshot.peerCount, "peer")}`;
  const dots = { Running: "good", Failing: "bad", Off: "" };
  reconcile(byId("parts"), snapshot.parts, (part) => part.part, (part) => html("li", {}, html("i", { class: "dot" }), html("span", {}, part.part)), (item, part) => {
    const state = part.state.toLowerCase();
    setAttribute(item, "class", state);
    setAttribute(item, "title", `${part.part}: ${state}${part.lastFault ? `; last fault of ${part.faults}: ${part.lastFault}` : ""}`);
    setAttribute(item, "aria-label", `${part.part} is ${state}`);
    setAttribute(item.querySelector(".dot"), "class", `dot ${dots[part.state] ?? ""}`.trim());
  });
}

/** What depends on what is chosen, and not on a new snapshot. */
function renderPeers() {
  if (view.snapshot) {
    renderTopics(view.snapshot);
    renderGraph(view.snapshot);
    renderDetail(view.snapshot);
  }
}

function show(snapshot) {
  // Another start of the node: its counts began anew, and differences mean nothing.
  view.previous = view.snapshot && snapshot.totals.bytesIn >= view.snapshot.totals.bytesIn ? view.snapshot : null;
  view.snapshot = snapshot;
  renderHead(snapshot);
  renderTiles(snapshot, view.previous);
  renderPeers();
  renderBlocks(snapshot);
  renderDiscovery(snapshot.discovery);
  renderBans(snapshot);
  renderTraffic(snapshot, view.previous);
  renderPeerList(snapshot);
}

function setStatus(state, text) {
  setAttribute(byId("status"), "class", `status ${state}`);
  setText(byId("status"), text);
}

async function poll() {
  clearTimeout(view.timer);
  try {
    const answer = await fetch(SNAPSHOT_URL, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) {
      throw new Error(answer.status === 503 ? "the node is not running" : `HTTP ${answer.status}`);
    }
    show(await answer.json());
    view.heardAt = Date.now();
    setStatus("live", "live");
  } catch (error) {
    const reason = error.name === "TimeoutError" || error instanceof TypeError ? "no answer" : error.message;
    setStatus("lost", view.heardAt > 0 ? `${reason} for ${duration(Math.round((Date.now() - view.heardAt) / 5000) * 5000)}` : reason);
  }
  if (!document.hidden) {
    view.timer = setTimeout(poll, INTERVAL);
  }
}

const THEMES = ["auto", "light", "dark"];
const systemTheme = matchMedia("(prefers-color-scheme: dark)");

function applyTheme() {
  const theme = readTheme();
  document.documentElement.dataset.theme = theme === "auto" ? (systemTheme.matches ? "dark" : "light") : theme;
  setText(byId("theme"), `Theme: ${theme}`);
}

/** A browser may keep nothing: then the system's theme it is. */
function readTheme() {
  try {
    const theme = localStorage.getItem("opp2p-theme");
    return THEMES.includes(theme) ? theme : "auto";
  } catch {
    return "auto";
  }
}

byId("theme").addEventListener("click", () => {
  try {
    localStorage.setItem("opp2p-theme", THEMES[(THEMES.indexOf(readTheme()) + 1) % THEMES.length]);
  } catch {
    return;
  }
  applyTheme();
});
systemTheme.addEventListener("change", applyTheme);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && (detail.chosen || detail.pointed)) {
    detail.chosen = null;
    detail.pointed = null;
    renderPeers();
  }
});
document.addEventListener("visibilitychange", () => !document.hidden && poll());
new ResizeObserver(() => {
  renderPeers();
  if (view.snapshot) {
    renderTimeline(view.snapshot);
  }
}).observe(document.querySelector("main"));

detail.onChange = renderPeers;
applyTheme();
setUpGraph();
setUpTimeline();
poll();
