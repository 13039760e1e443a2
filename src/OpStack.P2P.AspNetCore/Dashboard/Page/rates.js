// The tiles at the top. Rates are differences of two snapshots; their history is as long as the page has been open, at most 90 s.
const HISTORY = 90;
const MIN_HISTORY = 20; // A line that is young does not fill the tile.

const TILES = [
  { key: "peers", label: "Peers" },
  { key: "mesh", label: "Mesh" },
  { key: "height", label: "Last block" },
  { key: "latency", label: "Latency" },
  { key: "in", label: "Received" },
  { key: "out", label: "Sent" },
  { key: "messages", label: "Messages" },
  { key: "blocks", label: "Blocks" },
];

const histories = new Map(TILES.map((tile) => [tile.key, []]));

function renderTiles(snapshot, previous) {
  const readings = readingsOf(snapshot, previous);
  reconcile(byId("tiles"), TILES, (tile) => tile.key, (tile) => html("div", { class: "tile" },
    html("h3", {}, tile.label), html("p", { class: "value" }), html("p", { class: "note" }),
    svg("svg", { viewBox: `0 0 ${HISTORY - 1} 34`, preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("path", { class: "area" }), svg("path", { class: "line" }))), (node, tile) => {
    const reading = readings[tile.key];
    setText(node.querySelector(".value"), reading.value);
    setText(node.querySelector(".note"), reading.note);
    draw(node, tile.key, reading.level);
  });
}

function readingsOf(snapshot, previous) {
  const { peers, totals, blocks, topics } = snapshot;
  const seconds = previous ? (snapshot.time - previous.time) / 1000 : 0;
  const rate = (field) => (seconds > 0 ? Math.max(0, totals[field] - previous.totals[field]) / seconds : null);
  const outbound = peers.filter((peer) => peer.outbound).length;
  const fullest = topics.reduce((most, topic) => (topic.mesh >= (most?.mesh ?? 0) ? topic : most), null);
  const last = blocks.at(-1);
  const ages = blocks.filter(isLive).slice(-30).map((block) => block.latencyMs).sort((a, b) => a - b);
  const minute = blocks.filter((block) => snapshot.time - block.at < 60_000).length;
  const messages = rate("accepted");
  const copies = totals.accepted > 0 ? totals.duplicates / totals.accepted : 0;
  return {
    peers: { level: snapshot.peerCount, value: String(snapshot.peerCount), note: `${outbound} out · ${peers.length - outbound} in` },
    mesh: { level: fullest?.mesh ?? 0, value: String(fullest?.mesh ?? 0), note: fullest ? `of ${fullest.subscribers} on ${topicLabel(fullest.name).replace("Blocks ", "")}` : "no topic" },
    height: { level: minute, value: last ? grouped(last.number) : "–", note: last ? `${duration(snapshot.time - last.at)} ago` : "no block yet" },
    latency: { level: last && isLive(last) ? Math.max(0, last.latencyMs) : null, value: ages.length > 0 ? milliseconds(quantile(ages, 0.5)) : "–", note: ages.length > 0 ? `median of ${ages.length}` : "no block yet" },
    in: byteReading(rate("bytesIn"), totals.bytesIn),
    out: byteReading(rate("bytesOut"), totals.bytesOut),
    messages: { level: messages, value: messages === null ? "–" : `${messages.toFixed(1)}/s`, note: `${copies.toFixed(1)} copies · ${totals.rejected} bad` },
    blocks: { level: minute, value: `${minute}/min`, note: `${grouped(totals.blocks)} since start` },
  };
}

const byteReading = (perSecond, total) => ({ level: perSecond, value: perSecond === null ? "–" : `${bytes(perSecond)}/s`, note: `${bytes(total)} in all` });

function draw(node, key, level) {
  const history = histories.get(key);
  history.push(level ?? history.at(-1) ?? 0);
  if (history.length > HISTORY) {
    history.shift();
  }
  const most = Math.max(1e-9, ...history);
  const step = (HISTORY - 1) / Math.max(MIN_HISTORY, history.length - 1);
  const points = history.map((value, at) => `${(step * at).toFixed(1)} ${(32 - 28 * value / most).toFixed(1)}`);
  const line = `M${points.join("L")}`;
  setAttribute(node.querySelector(".line"), "d", line);
  setAttribute(node.querySelector(".area"), "d", `${line}L${(step * (history.length - 1)).toFixed(1)} 34L0 34Z`);
}
