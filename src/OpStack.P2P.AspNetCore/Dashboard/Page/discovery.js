// The routing table as columns of places, the farthest bucket first: half of all nodes belong there.
function renderDiscovery(discovery) {
  setText(byId("discovery-state"), discovery
    ? `${many(discovery.nodes, "node")} · ${many(discovery.sessions, "session")} · ${many(discovery.lookups, "lookup")} · ${discovery.health.toLowerCase()}`
    : "off");
  reconcile(byId("buckets"), discovery?.buckets ?? [], (bucket) => bucket.distance, (bucket) => html("div", { class: "bucket", role: "listitem" },
    ...Array.from({ length: discovery.bucketSize }, () => html("i", { class: "cell" })),
    html("span", { "aria-hidden": "true" }, bucket.distance % 4 === 0 ? String(bucket.distance) : "\u00a0")), updateBucket);
}

/** Filled from below: sessions, then nodes that answered, then those only heard of. */
function updateBucket(node, bucket) {
  const cells = [...node.querySelectorAll(".cell")].reverse();
  const live = Math.max(bucket.live, bucket.connected);
  cells.forEach((cell, place) => {
    const state = place < bucket.connected ? "session" : place < live ? "live" : place < bucket.nodes ? "known" : "";
    setAttribute(cell, "class", `cell ${state}`.trim());
  });
  const about = `Distance ${bucket.distance}: ${bucket.nodes} of ${cells.length} places, ${bucket.live} answered, ${many(bucket.connected, "session")}`;
  setAttribute(node, "aria-label", about);
  setAttribute(node, "title", about);
}
