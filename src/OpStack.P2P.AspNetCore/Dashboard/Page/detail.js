// The panel that explains one peer: the one pointed at, else the one chosen.
const isSheet = matchMedia("(max-width: 899px)"); // As in graph.css.
const detail = { chosen: null, pointed: null, onChange: () => {} };

function choosePeer(id) {
  detail.chosen = detail.chosen === id ? null : id;
  detail.pointed = null;
  detail.onChange();
  if (detail.chosen && isSheet.matches) {
    document.querySelector(".stage").scrollIntoView({ block: "start" }); // The sheet covers the lower half of the screen.
  }
}

/** Hovering shows; it chooses nothing. A touch has no hover, and goes by choosePeer alone. */
function pointAtPeer(id) {
  if (detail.pointed !== id) {
    detail.pointed = id;
    detail.onChange();
  }
}

function renderDetail(snapshot) {
  const panel = byId("detail");
  const id = detail.pointed ?? detail.chosen;
  const peer = snapshot.peers.find((candidate) => candidate.id === id);
  panel.classList.toggle("hint", !peer);
  if (!peer) {
    detail.chosen = snapshot.peers.some((candidate) => candidate.id === detail.chosen) ? detail.chosen : null;
    renderHint(panel, snapshot);
    return;
  }
  if (panel.dataset.shows !== peer.id) {
    panel.dataset.shows = peer.id;
    panel.replaceChildren(...frameOf(peer));
    panel.scrollTop = 0;
  }
  renderFacts(panel, peer, snapshot);
  renderScore(panel, peer, snapshot);
}

function renderHint(panel, snapshot) {
  if (panel.dataset.shows !== "") {
    panel.dataset.shows = "";
    panel.replaceChildren(
      html("h3", {}, "Why does a peer have its score?"),
      html("p", {}, "Point at a peer, or tap it, and every term of its score is shown here with what was counted."),
      html("h3", {}, "This node"),
      html("dl", { class: "facts" }));
  }
  renderPairs(panel.querySelector(".facts"), [
    ["Peer id", snapshot.node.peerId],
    ["Listens at", snapshot.node.addresses.join(", ") || "nowhere"],
    ["Valid signer", snapshot.node.signer],
    ["Record", snapshot.node.enr ?? "discovery is off"],
  ]);
}

function frameOf(peer) {
  const close = html("button", { type: "button", class: "quiet close" }, "Close");
  close.addEventListener("click", () => {
    detail.chosen = null;
    detail.pointed = null;
    detail.onChange();
  });
  return [
    html("div", { class: "title" }, html("h3", {}, html("i", { class: "dot" }), html("span", {}, `Peer ${shortId(peer.id)}`)), close),
    html("p", { class: "id mono muted" }, peer.id),
    html("dl", { class: "facts" }),
    html("div", { class: "sum" }, html("b"), html("span", { class: "verdict" })),
    html("p", { class: "cap muted" }),
    html("div", { class: "terms" }),
  ];
}

function renderFacts(panel, peer, snapshot) {
  const meshes = peer.mesh.map((topic) => topicLabel(snapshot.topics[topic].name)).join(", ");
  const marks = [peer.direct && "direct peer", peer.protected && "protected", peer.graylisted && "graylisted"].filter(Boolean).join(", ");
  panel.querySelector(".dot").className = `dot ${standing(peer)}`;
  renderPairs(panel.querySelector(".facts"), [
    ["Agent", claim(peer.agent) || "not told yet"],
    ["Address", peer.address],
    ["Connection", `${peer.outbound ? "we dialled it" : "it dialled us"}, ${duration(snapshot.time - peer.since)} ago`],
    ["Round trip", peer.rttMs === undefined ? "not measured yet" : milliseconds(peer.rttMs)],
    ["Traffic", `${bytes(peer.bytesIn)} in, ${bytes(peer.bytesOut)} out`],
    ["Gossipsub", peer.version ?? "none"],
    ["In our mesh of", meshes || "no topic"],
    ...(marks ? [["Marks", marks]] : []),
  ]);
}

function renderPairs(list, pairs) {
  reconcile(list, pairs.flatMap(([name, value]) => [["dt", name, name], ["dd", name, value]]), ([tag, name]) => tag + name,
    ([tag]) => html(tag), (node, [, , text]) => setText(node, text));
}

function renderScore(panel, peer, snapshot) {
  const total = panel.querySelector(".sum b");
  setText(total, peer.score ? signed(peer.score.total) : "–");
  total.className = `text-${standing(peer)}`;
  setText(panel.querySelector(".verdict"), verdict(peer, snapshot.node.thresholds));
  const terms = peer.score ? termsOf(peer.score, snapshot.topics) : [];
  const most = Math.max(1e-9, ...terms.map((term) => Math.abs(term.points)));
  setText(panel.querySelector(".cap"), capNote(peer.score));
  reconcile(panel.querySelector(".terms"), terms, (term) => `${term.topic}/${term.name}`, createTerm, (node, term) => updateTerm(node, term, most));
  if (terms.length === 0) {
    reconcile(panel.querySelector(".terms"), ["none"], String, () => html("p", { class: "empty" }, "No term counts anything yet."), () => {});
  }
}

/** Topics together give no more than their cap; then the terms below add up to more than the score. */
function capNote(score) {
  const sum = (score?.topics ?? []).reduce((all, topic) => all + topic.sum, 0);
  return score && sum - score.topicsTotal > 0.005 ? `Topics give ${signed(sum)} together, of which ${signed(score.topicsTotal)} counts.` : "";
}

function createTerm() {
  return html("div", { class: "term" },
    html("span", { class: "what" }), html("span", { class: "points" }),
    html("span", { class: "how" }), html("span", { class: "how where" }),
    svg("svg", { viewBox: "-50 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { class: "rail", x: -50, y: 2.5, width: 100, height: 1 }), svg("rect", { class: "bar", y: 0, height: 6 })));
}

function updateTerm(node, term, most) {
  const width = 50 * Math.abs(term.points) / most;
  setAttribute(node, "data-term", term.name);
  setAttribute(node, "class", term.points === 0 ? "term idle" : "term");
  setText(node.querySelector(".what"), `${term.name}  ${term.label}`);
  setText(node.querySelector(".points"), signed(term.points));
  node.querySelector(".points").className = `points text-${term.points > 0 ? "good" : term.points < 0 ? "bad" : "zero"}`;
  setText(node.querySelector(".how"), `${plain(term.counter)} ${term.unit} → ${plain(term.value)} × ${plain(term.weight)}`);
  setText(node.querySelector(".where"), term.topic ?? "");
  const bar = node.querySelector(".bar");
  bar.setAttribute("class", `bar ${term.points < 0 ? "minus" : "plus"}`);
  setAttribute(bar, "x", (term.points < 0 ? -width : 0).toFixed(2));
  setAttribute(bar, "width", width.toFixed(2));
}
