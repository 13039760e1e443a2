// Bans, protocols and the list of all peers, which says in words what the graph shows.
function renderBans(snapshot) {
  setText(byId("ban-count"), snapshot.banCount > 0 ? many(snapshot.banCount, "ban") : "");
  byId("ban-table").hidden = snapshot.bans.length === 0;
  byId("no-bans").hidden = snapshot.bans.length > 0;
  reconcile(byId("ban-rows"), snapshot.bans, (ban) => ban.target, (ban) => html("tr", {},
    html("td", { class: "ban" }, html("span", { class: "mono", title: ban.target }, ban.isPeer ? shortId(ban.target) : ban.target)),
    html("td", { class: "why" }),
    html("td", { class: "n" }, html("span"), svg("svg", { class: "left", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { class: "rail", width: 100, height: 4 }), svg("rect", { class: "bar", height: 4 })))), (row, ban) => {
    setText(row.children[1], ban.reason);
    setText(row.querySelector("span:not(.mono)"), duration(ban.remainingMs));
    const whole = ban.remainingMs + snapshot.time - ban.since;
    setAttribute(row.querySelector(".bar"), "width", (100 * Math.min(1, ban.remainingMs / Math.max(1, whole))).toFixed(1));
  });
}

function renderTraffic(snapshot, previous) {
  const seconds = previous ? (snapshot.time - previous.time) / 1000 : 0;
  const before = new Map((previous?.totals.protocols ?? []).map((protocol) => [protocol.name, protocol]));
  const rate = (protocol, field) => {
    const past = before.get(protocol.name);
    return past && seconds > 0 ? `${bytes(Math.max(0, protocol[field] - past[field]) / seconds)}/s` : "–";
  };
  reconcile(byId("traffic-rows"), snapshot.totals.protocols, (protocol) => protocol.name, (protocol) => html("tr", {},
    html("td", { class: "protocol mono" }, protocol.name), html("td", { class: "n" }), html("td", { class: "n" }), html("td", { class: "n wide" })),
  (row, protocol) => {
    setText(row.children[1], rate(protocol, "bytesIn"));
    setText(row.children[2], rate(protocol, "bytesOut"));
    setText(row.children[3], bytes(protocol.bytesIn + protocol.bytesOut));
  });
}

function renderPeerList(snapshot) {
  const left = snapshot.peerCount - snapshot.peers.length;
  setText(byId("list-count"), left > 0 ? `${snapshot.peers.length} of ${snapshot.peerCount}` : "");
  const worstFirst = [...snapshot.peers].sort((a, b) => scoreOf(a) - scoreOf(b) || (a.id < b.id ? -1 : 1));
  reconcile(byId("peer-rows"), worstFirst, (peer) => peer.id, createPeerRow, (row, peer) => {
    const [, agent, address, direction, meshes, rtt, received, sent, score] = row.children;
    setText(agent, claim(peer.agent) || "–");
    setAttribute(agent, "title", claim(peer.agent) || null);
    setText(address.firstChild, peer.address);
    setAttribute(address, "title", peer.address);
    setText(direction, peer.outbound ? "out" : "in");
    setText(meshes, String(peer.mesh.length));
    setText(rtt, peer.rttMs === undefined ? "–" : milliseconds(peer.rttMs));
    setText(received, bytes(peer.bytesIn));
    setText(sent, bytes(peer.bytesOut));
    setText(score, peer.score ? signed(peer.score.total) : "–");
    setAttribute(score, "class", `n text-${standing(peer)}`);
  });
}

function createPeerRow(peer) {
  const pick = html("button", { type: "button", class: "pick mono", title: peer.id }, shortId(peer.id));
  pick.addEventListener("click", () => choosePeer(peer.id));
  return html("tr", {},
    html("td", {}, pick), html("td", { class: "wide cut agent" }), html("td", { class: "wide cut" }, html("span", { class: "mono" })), html("td", {}),
    html("td", { class: "n" }), html("td", { class: "n" }), html("td", { class: "n wide" }), html("td", { class: "n wide" }), html("td", { class: "n" }));
}
