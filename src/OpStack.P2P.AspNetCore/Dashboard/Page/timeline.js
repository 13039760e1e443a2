// Blocks by the time they came; the height of a bead is the block's age on arrival.
const WINDOWS = [60_000, 120_000, 240_000]; // The shortest that holds all blocks there are, if there is room for it.
const DENSITY = 400; // Milliseconds on a pixel at most.
const MARGIN = { left: 52, right: 14, top: 16, bottom: 24 };
const CEILING = 11; // Where a block stands that is older than the scale: the largest bead fits.
const STEPS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];
const ROWS = 10;

const timeline = { pointed: null };

function setUpTimeline() {
  const root = byId("timeline");
  root.append(svg("g", { class: "axes" }), svg("g", { class: "beads" }));
  rove(root, ".block");
}

/** "gossip from …abc123", "sync", "published by us". */
function sourceOf(block) {
  const origin = block.origin.toLowerCase();
  return block.peer ? `${origin} from ${shortId(block.peer)}` : origin === "published" ? "published by us" : origin;
}

function renderBlocks(snapshot) {
  renderLatency(snapshot.blocks);
  renderTimeline(snapshot);
  reconcile(byId("block-rows"), snapshot.blocks.slice(-ROWS).reverse(), blockKey, createBlockRow, (row, block) => {
    setText(row.children[1], `${duration(snapshot.time - block.at)} ago`);
  });
}

const blockKey = (block) => `${block.hash}/${block.origin}/${block.at}`;

/** What fills a gap is old by nature, and says nothing of the network. */
const isLive = (block) => block.origin === "Gossip" || block.origin === "Published";

function renderLatency(blocks) {
  const ages = blocks.filter(isLive).map((block) => block.latencyMs).sort((a, b) => a - b);
  setText(byId("latency"), ages.length > 0
    ? `median ${milliseconds(quantile(ages, 0.5))} · 95 % within ${milliseconds(quantile(ages, 0.95))} · ${many(ages.length, "block")}`
    : "none yet");
}

function renderTimeline(snapshot) {
  const root = byId("timeline");
  const { width, height } = root.getBoundingClientRect();
  if (width === 0) {
    return;
  }
  setAttribute(root, "viewBox", `0 0 ${width} ${height}`);
  const windows = WINDOWS.filter((candidate, at) => at === 0 || candidate <= width * DENSITY);
  const span = windows.find((candidate) => snapshot.blocks.every((block) => snapshot.time - block.at < candidate)) ?? windows.at(-1);
  const blocks = snapshot.blocks.filter((block) => snapshot.time - block.at < span);
  const oldest = Math.max(20, ...blocks.filter(isLive).map((block) => block.latencyMs));
  const step = STEPS.find((candidate) => candidate * 4 >= oldest) ?? STEPS.at(-1);
  const top = step * Math.min(4, Math.ceil(oldest * 1.05 / step));
  const floor = height - MARGIN.bottom;
  const scale = {
    top,
    floor,
    span,
    x: (at) => width - MARGIN.right - (snapshot.time - at) / span * (width - MARGIN.left - MARGIN.right),
    y: (ms) => (ms > top ? CEILING : floor - Math.max(0, ms / top) * (floor - MARGIN.top)),
  };
  renderAxes(root.querySelector(".axes"), scale, step, snapshot.time, width);
  reconcile(root.querySelector(".beads"), blocks, blockKey, createBead, (node, block) => updateBead(node, block, scale));
  ensureStop(root, ".block");
}

function renderAxes(axes, scale, step, now, width) {
  const lines = [];
  for (let ms = 0; ms <= scale.top; ms += step) {
    lines.push({ key: `y${ms}`, text: ms === 0 ? "0" : milliseconds(ms).replace(/\.?0+ s$/, " s"), x: MARGIN.left - 8, y: scale.y(ms) + 4, anchor: "end", grid: scale.y(ms) });
  }
  for (let quarter = 0; quarter <= 4; quarter++) {
    const ago = scale.span / 4 * quarter;
    const text = ago === 0 ? "now" : ago % 60_000 === 0 ? `−${ago / 60_000} min` : `−${ago / 1000} s`;
    lines.push({ key: `x${quarter}`, text, x: scale.x(now - ago), y: scale.floor + 17, anchor: quarter === 0 ? "end" : "middle" });
  }
  reconcile(axes, lines, (line) => line.key, () => svg("g", {}, svg("line", { class: "grid" }), svg("text", { class: "label" })), (node, line) => {
    const [grid, label] = node.children;
    setText(label, line.text);
    setAttribute(label, "text-anchor", line.anchor);
    setAttribute(label, "x", line.x.toFixed(1));
    setAttribute(label, "y", line.y.toFixed(1));
    if (line.grid !== undefined) {
      fill(grid, { x1: MARGIN.left, x2: width - MARGIN.right, y1: line.grid.toFixed(1), y2: line.grid.toFixed(1) }, []);
    }
  });
}

function createBead(block) {
  const about = describe(block);
  const node = svg("g", { class: `block ${block.origin.toLowerCase()}`, role: "button", tabindex: -1, "aria-label": about },
    svg("line", { class: "stem" }), svg("circle", { class: "hit", r: 12 }),
    svg("circle", { class: "bead", r: (3.5 + Math.min(4, Math.log10(1 + block.size / 1000) * 1.6)).toFixed(1) }));
  for (const event of ["pointerenter", "focus", "click"]) {
    node.addEventListener(event, () => setText(byId("block-detail"), about));
  }
  return node;
}

function updateBead(node, block, scale) {
  const [stem, hit, bead] = node.children;
  const [x, y] = [scale.x(block.at).toFixed(1), scale.y(block.latencyMs).toFixed(1)];
  fill(stem, { x1: x, x2: x, y1: scale.floor.toFixed(1), y2: y }, []);
  fill(hit, { cx: x, cy: y }, []);
  fill(bead, { cx: x, cy: y }, []);
}

function describe(block) {
  return `#${grouped(block.number)}  ${shortHash(block.hash)}  ${milliseconds(block.latencyMs)}  ${many(block.transactions, "transaction")}  ${bytes(block.size)}  ${sourceOf(block)}`;
}

function createBlockRow(block) {
  const origin = block.origin.toLowerCase();
  const source = html("td", { class: "from", title: sourceOf(block) }, html("i", { class: `dot ${origin}` }));
  if (block.peer) {
    const pick = html("button", { type: "button", class: "pick mono" }, shortId(block.peer));
    pick.addEventListener("click", () => choosePeer(block.peer));
    source.append(html("span", { class: "sr" }, `${origin} from`), pick);
  } else {
    source.append(html("span", {}, origin));
  }
  return html("tr", {},
    html("td", { class: "nowrap", title: block.hash }, grouped(block.number)),
    html("td", { class: "nowrap" }),
    html("td", { class: "n" }, milliseconds(block.latencyMs)),
    html("td", { class: "n wide" }, String(block.transactions)),
    html("td", { class: "n wide" }, bytes(block.size)),
    source);
}
