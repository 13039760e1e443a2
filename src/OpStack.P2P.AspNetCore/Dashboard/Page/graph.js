// Peers around us: those in the mesh on the inner ring, the others further out. A peer keeps its place as long as nobody comes or goes.
const ROOM = 11_000; // Square pixels of the picture that a peer needs to be named; with less only the one pointed at is.
const PLACE = 46; // Pixels a peer needs along its ring.

const graph = { topic: null, layers: null, lastBlock: null };

function setUpGraph() {
  const root = byId("graph");
  graph.layers = Object.fromEntries(["rings", "links", "self", "peers"].map((name) => [name, svg("g", { class: name })]));
  root.append(...Object.values(graph.layers));
  graph.layers.self.append(
    svg("circle", { class: "wave", r: 22 }),
    svg("g", { class: "self" }, svg("circle", { r: 22 }), svg("text", { y: 4 }, "us")));
  rove(root, ".peer");
  root.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && pointAtPeer(null));
}

function renderTopics(snapshot) {
  const all = { name: null, label: "All", mesh: new Set(snapshot.peers.filter((peer) => peer.mesh.length > 0).map((peer) => peer.id)).size };
  const used = snapshot.topics.map((topic, index) => ({ ...topic, index, label: topicLabel(topic.name) }));
  reconcile(byId("topics"), [all, ...used], (topic) => topic.name ?? "all", (topic) => {
    const button = html("button", { type: "button" }, ...(topic.name ? [html("i", { class: `topic-${topic.index % 4}` })] : []), html("span"));
    button.addEventListener("click", () => {
      graph.topic = topic.name;
      detail.onChange();
    });
    return button;
  }, (button, topic) => {
    setAttribute(button, "aria-pressed", graph.topic === topic.name);
    setText(button.querySelector("span"), `${topic.label} · ${topic.mesh}`);
  });
}

function renderGraph(snapshot) {
  const root = byId("graph");
  const { width, height } = root.getBoundingClientRect();
  if (width === 0) {
    return;
  }
  setAttribute(root, "viewBox", `${-width / 2} ${-height / 2} ${width} ${height}`);
  root.classList.toggle("crowded", snapshot.peers.length * ROOM > width * height);
  byId("alone").hidden = snapshot.peers.length > 0;
  const topic = snapshot.topics.findIndex((candidate) => candidate.name === graph.topic);
  const { places, rings } = layOut(snapshot.peers, topic, width, height);
  reconcile(graph.layers.rings, rings, (ring) => ring.key, () => svg("ellipse", { class: "ring" }), (node, ring) => {
    setAttribute(node, "rx", ring.rx.toFixed(1));
    setAttribute(node, "ry", ring.ry.toFixed(1));
  });
  reconcile(graph.layers.links, places.flatMap((place) => linksOf(place, topic)), (link) => link.key, (link) => svg(link.tag), updateLink);
  reconcile(graph.layers.peers, places, (place) => place.peer.id, createPeer, (node, place) => updatePeer(node, place, snapshot));
  ensureStop(root, ".peer");
  showDelivery(snapshot);
}

const isInMesh = (peer, topic) => (topic < 0 ? peer.mesh.length > 0 : peer.mesh.includes(topic));

/** Rings as wide as the picture allows; a ring that is full sends the rest one further out. */
function layOut(peers, topic, width, height) {
  const byName = (a, b) => (a.id < b.id ? -1 : 1);
  const near = peers.filter((peer) => isInMesh(peer, topic)).sort(byName);
  const far = peers.filter((peer) => !isInMesh(peer, topic)).sort(byName);
  const [halfWidth, halfHeight] = [width / 2 - 40, height / 2 - 38];
  const capacity = (share) => Math.max(4, Math.floor(Math.PI * (halfWidth + halfHeight) * share / PLACE));
  const wanted = [near, far].flatMap((group, outside) => {
    const groups = [];
    for (let at = 0; at < group.length;) {
      const share = outside ? 1 : 0.58;
      const size = Math.min(group.length - at, capacity(share));
      groups.push({ members: group.slice(at, at + size), outside });
      at += size;
    }
    return groups;
  });
  // One ring alone stands in the middle of the room; more share it evenly.
  const shareOf = (index) => (wanted.length === 1 ? 0.8 : 0.52 + 0.48 * index / (wanted.length - 1));
  const rings = wanted.map((ring, index) => ({ ...ring, key: index, rx: halfWidth * shareOf(index), ry: halfHeight * shareOf(index) }));
  const taken = [];
  const places = rings.flatMap((ring) => {
    const turn = freeTurn(ring.members.length, taken);
    return ring.members.map((peer, at) => {
      const angle = turn + 2 * Math.PI * at / ring.members.length;
      taken.push(angle);
      return { peer, x: ring.rx * Math.cos(angle), y: ring.ry * Math.sin(angle) };
    });
  });
  return { places, rings };
}

/** How far to turn a ring so that its lines to the middle keep clear of the peers inside. */
function freeTurn(count, taken) {
  const step = 2 * Math.PI / count;
  const first = count === 2 ? 0 : -Math.PI / 2; // Two stand side by side, more begin at the top.
  const clearance = (turn) => Math.min(...taken.map((angle) => {
    const off = (((angle - turn) % step) + step) % step;
    return Math.min(off, step - off);
  }));
  const turns = Array.from({ length: taken.length > 0 ? 24 : 1 }, (_, at) => first + step * at / 24);
  return turns.reduce((best, turn) => (clearance(turn) > clearance(best) + 1e-6 ? turn : best));
}

/** One line per mesh shown, side by side, or a dashed one for a peer outside; and a chevron that points at whoever was dialled. */
function linksOf({ peer, x, y }, topic) {
  const distance = Math.hypot(x, y);
  const [ux, uy] = [x / distance, y / distance];
  const meshes = topic < 0 ? peer.mesh : peer.mesh.filter((index) => index === topic);
  const lines = (meshes.length > 0 ? meshes : [null]).map((mesh, at, all) => {
    const aside = (at - (all.length - 1) / 2) * 4;
    const path = `M${(ux * 24 - uy * aside).toFixed(1)} ${(uy * 24 + ux * aside).toFixed(1)}L${(x - ux * 14 - uy * aside).toFixed(1)} ${(y - uy * 14 + ux * aside).toFixed(1)}`;
    return { key: `${peer.id}/${mesh ?? "-"}`, tag: "path", class: mesh === null ? "link" : `link mesh topic-${mesh % 4}`, peer: peer.id, path };
  });
  const turn = Math.atan2(uy, ux) * 180 / Math.PI + (peer.outbound ? 0 : 180);
  const middle = (distance + 10) / 2;
  const chevron = {
    key: `${peer.id}/direction`,
    tag: "path",
    class: "chevron",
    peer: peer.id,
    path: "M-3.5 -5L3.5 0L-3.5 5",
    transform: `translate(${(ux * middle).toFixed(1)} ${(uy * middle).toFixed(1)}) rotate(${turn.toFixed(1)})`,
  };
  return [...lines, chevron];
}

function updateLink(node, link) {
  setAttribute(node, "class", link.class);
  setAttribute(node, "data-peer", link.peer);
  setAttribute(node, "d", link.path);
  setAttribute(node, "transform", link.transform);
}

function createPeer({ peer }) {
  const node = svg("g", { class: "peer", role: "button", tabindex: -1 },
    svg("circle", { class: "hit", r: 24 }), svg("circle", { class: "halo", r: 16 }), svg("circle", { class: "body", r: 11 }),
    svg("text", { class: "name" }), svg("text", { class: "points" }));
  node.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && pointAtPeer(peer.id));
  node.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && pointAtPeer(null));
  node.addEventListener("click", () => choosePeer(peer.id));
  node.addEventListener("focus", () => node.matches(":focus-visible") && pointAtPeer(peer.id));
  node.addEventListener("blur", () => pointAtPeer(null));
  return node;
}

function updatePeer(node, { peer, x, y }, snapshot) {
  const state = node.classList.contains("delivered") ? "delivered" : "";
  const chosen = detail.chosen === peer.id ? "chosen" : "";
  setAttribute(node, "class", `peer ${standing(peer)} ${peer.direct || peer.protected ? "kept" : ""} ${chosen} ${state}`.replace(/ +/g, " ").trim());
  setAttribute(node, "transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  setAttribute(node, "aria-pressed", detail.chosen === peer.id);
  setAttribute(node, "aria-label", `Peer ${shortId(peer.id)}, score ${signed(scoreOf(peer))}, ${peer.outbound ? "dialled by us" : "dialled us"}, ${
    peer.mesh.length > 0 ? `in our mesh of ${peer.mesh.map((topic) => topicLabel(snapshot.topics[topic].name)).join(", ")}` : "in none of our meshes"}`);
  const [name, points] = node.querySelectorAll("text"); // On the side away from the lines.
  setText(name, shortId(peer.id));
  setText(points, peer.score ? signed(peer.score.total) : "");
  setAttribute(name, "y", y < -1 ? -31 : 27);
  setAttribute(points, "y", y < -1 ? -18 : 40);
}

/** A new block runs once through whoever brought it. */
function showDelivery(snapshot) {
  const last = snapshot.blocks.at(-1);
  const isNew = graph.lastBlock !== null && last && last.hash !== graph.lastBlock;
  graph.lastBlock = last?.hash ?? "";
  if (!isNew) {
    return;
  }
  const bearer = [...graph.layers.peers.children].find((node) => node.dataset.key === last.peer);
  replay(graph.layers.self.querySelector(".wave"), "run");
  if (bearer) {
    replay(bearer, "delivered");
  }
}

function replay(node, name) {
  node.classList.remove(name);
  node.getBoundingClientRect(); // Ends the animation that ran, so that it begins anew.
  node.classList.add(name);
}
