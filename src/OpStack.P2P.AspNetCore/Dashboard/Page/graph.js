// Peers around us: those in the mesh on the inner rings, the others further out. A peer keeps its place as long as nobody comes or goes.
const ROOM = 11_000; // Square pixels of the picture that a peer needs to be named; with less only the one pointed at is.

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
  byId("alone").hidden = snapshot.peers.length > 0;
  const topic = snapshot.topics.findIndex((candidate) => candidate.name === graph.topic);
  const { places, rings, room } = layOut(snapshot.peers, topic, width, height);
  root.classList.toggle("crowded", room < PLACES[0] || snapshot.peers.length * ROOM > width * height);
  root.classList.toggle("dense", room < PLACES[0]);
  reconcile(graph.layers.rings, rings, (ring) => ring.key, () => svg("ellipse", { class: "ring" }), (node, ring) => {
    setAttribute(node, "rx", ring.rx.toFixed(1));
    setAttribute(node, "ry", ring.ry.toFixed(1));
  });
  reconcile(graph.layers.links, places.flatMap((place) => linksOf(place, topic)), (link) => link.key, (link) => svg(link.tag), updateLink);
  reconcile(graph.layers.peers, places, (place) => place.peer.id, createPeer, (node, place) => updatePeer(node, place, snapshot));
  ensureStop(root, ".peer");
  showDelivery(snapshot);
}

/** One line per mesh shown, side by side, or a dashed one for a peer outside; and a chevron that points at whoever was dialled. */
function linksOf({ peer, x, y, radius }, topic) {
  const distance = Math.hypot(x, y);
  const [ux, uy] = [x / distance, y / distance];
  const end = radius + 3;
  const meshes = topic < 0 ? peer.mesh : peer.mesh.filter((index) => index === topic);
  const lines = (meshes.length > 0 ? meshes : [null]).map((mesh, at, all) => {
    const aside = (at - (all.length - 1) / 2) * 4;
    const path = `M${(ux * 24 - uy * aside).toFixed(1)} ${(uy * 24 + ux * aside).toFixed(1)}L${(x - ux * end - uy * aside).toFixed(1)} ${(y - uy * end + ux * aside).toFixed(1)}`;
    return { key: `${peer.id}/${mesh ?? "-"}`, tag: "path", class: mesh === null ? "link" : `link mesh topic-${mesh % 4}`, peer: peer.id, path };
  });
  const turn = Math.atan2(uy, ux) * 180 / Math.PI + (peer.outbound ? 0 : 180);
  const near = Math.max((distance + 10) / 2, distance - radius - 14); // Close to the peer, clear of those inside.
  const chevron = {
    key: `${peer.id}/direction`,
    tag: "path",
    class: "chevron",
    peer: peer.id,
    path: "M-3.5 -5L3.5 0L-3.5 5",
    transform: `translate(${(ux * near).toFixed(1)} ${(uy * near).toFixed(1)}) rotate(${turn.toFixed(1)})`,
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
    svg("circle", { class: "hit" }), svg("circle", { class: "halo" }), svg("circle", { class: "body" }),
    svg("text", { class: "name" }), svg("text", { class: "points" }));
  node.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && pointAtPeer(peer.id));
  node.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && pointAtPeer(null));
  node.addEventListener("click", () => choosePeer(peer.id));
  node.addEventListener("focus", () => node.matches(":focus-visible") && pointAtPeer(peer.id));
  node.addEventListener("blur", () => pointAtPeer(null));
  return node;
}

function updatePeer(node, { peer, x, y, radius, reach }, snapshot) {
  const state = node.classList.contains("delivered") ? "delivered" : "";
  const chosen = detail.chosen === peer.id ? "chosen" : "";
  setAttribute(node, "class", `peer ${standing(peer)} ${peer.direct || peer.protected ? "kept" : ""} ${chosen} ${state}`.replace(/ +/g, " ").trim());
  setAttribute(node, "transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  setAttribute(node, "aria-pressed", detail.chosen === peer.id);
  setAttribute(node, "aria-label", `Peer ${shortId(peer.id)}, score ${signed(scoreOf(peer))}, ${peer.outbound ? "dialled by us" : "dialled us"}, ${
    peer.mesh.length > 0 ? `in our mesh of ${peer.mesh.map((topic) => topicLabel(snapshot.topics[topic].name)).join(", ")}` : "in none of our meshes"}`);
  const [hit, halo, body, name, points] = node.children;
  setAttribute(hit, "r", reach);
  setAttribute(halo, "r", radius + 5);
  setAttribute(body, "r", radius);
  setText(name, shortId(peer.id));
  setText(points, peer.score ? signed(peer.score.total) : "");
  setAttribute(name, "y", y < -1 ? -radius - 20 : radius + 16); // On the side away from the lines.
  setAttribute(points, "y", y < -1 ? -radius - 7 : radius + 29);
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
