// A snapshot of a busy node whose peers say of themselves what hurts a page most, in the shape of DashboardSnapshot. The same for the same arguments.
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const AGENTS = [
  "op-node/v1.19.1", "kona/v1.2.0", "", "<script>window.hacked=1</script>", "W".repeat(256), "\u202eevil\u2066", "\u0e01\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49\u0e49",
];
const ORIGINS = ["Gossip", "Gossip", "Gossip", "Gossip", "Gossip", "Sync", "Published", "Posted"];
const LONG_ADDRESS = "/ip6/2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/tcp/65535";

/** Numbers from 0 to 1 that look random (a linear congruential generator). */
function numbers(seed) {
  let state = seed + 1;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

const idOf = (seed) => {
  const next = numbers(seed * 7919);
  return `16Uiu2HA${Array.from({ length: 45 }, () => ALPHABET[Math.floor(next() * ALPHABET.length)]).join("")}`;
};

const term = (name, counter, value, weight) => ({ name, counter, value, weight });

function scoreOf(index) {
  const topics = [3, 2].map((topic) => ({
    topic, weight: 1, idle: false, sum: 1.8, terms: [term("P1", 640 + index, 12.8, 0.02), term("P2", 31, 31, 0.05), term("P4", index % 7 === 0 ? 1 : 0, index % 7 === 0 ? 1 : 0, -30)],
  }));
  const terms = [term("P5", index % 5 === 1 ? -12.5 : 2, index % 5 === 1 ? -12.5 : 2, 1), term("P6", 3, index % 6 === 0 ? 4 : 0, -10), term("P7", 0.2, 0.04, -15.92)];
  return { total: index % 5 === 1 ? -47.25 : index % 3 === 0 ? 0 : 123.4, topicsTotal: 3.6, topics, terms };
}

const peerOf = (now) => (_, index) => ({
  id: idOf(index), agent: AGENTS[index % AGENTS.length], address: index % 4 === 0 ? LONG_ADDRESS : `/ip4/198.51.100.${index % 256}/tcp/9222`,
  outbound: index % 3 !== 0, rttMs: index % 8 === 7 ? undefined : 20 + index * 3, since: now - 3_600_000 * (index + 1), bytesIn: 4_000_000 * (index + 1), bytesOut: 900_000 * index,
  version: "1.2", direct: index === 2, protected: index === 2 || index === 5, graylisted: index % 11 === 10,
  mesh: index < 12 ? [3, ...(index % 2 ? [2] : []), ...(index % 5 === 0 ? [0, 1] : [])] : [], subscribed: [0, 1, 2, 3], score: index === 3 ? undefined : scoreOf(index),
});

const blockOf = (now, peers) => (_, index) => {
  const next = numbers(index);
  const origin = ORIGINS[index % ORIGINS.length];
  return {
    number: String(145_234_567n + BigInt(index)), hash: `0x${index.toString(16).padStart(64, "a")}`, size: Math.round(next() * 120_000), transactions: Math.round(next() * 180),
    at: now - (119 - index) * 2000, latencyMs: origin === "Sync" ? 90_000 : 120 + Math.round(next() * next() * 1900), origin,
    peer: peers.length > 0 && origin !== "Published" && origin !== "Posted" ? peers[index % peers.length].id : undefined,
  };
};

const banOf = (now) => (_, index) => ({
  target: index % 2 ? idOf(1000 + index) : index % 4 ? `203.0.113.${70 + index}` : `2001:db8:ffff:ffff:ffff:ffff:ffff:ff${10 + index}`, isPeer: index % 2 === 1,
  reason: index === 0 ? "<img src=x onerror=window.hacked=1>" : `score ${-100 - index}.25 below -100`, since: now - 60_000 * index, remainingMs: 3_600_000 - 60_000 * index,
});

/** The snapshot at a time (Unix milliseconds); tick counts the snapshots before it. */
export function crowd(count, now, tick) {
  const peers = Array.from({ length: count }, peerOf(now));
  const busy = count > 0;
  const protocols = ["/meshsub/1.2.0", "/ipfs/id/1.0.0", "/ipfs/ping/1.0.0", "/opstack/req/payload_by_number/10/0"].map((name, index) => ({
    name, bytesIn: (9_000_000 + 41_000 * tick) >> index, bytesOut: (4_000_000 + 17_000 * tick) >> index }));
  return {
    time: now,
    node: {
      peerId: idOf(999), chainId: "10", chainName: "OP Mainnet", addresses: ["/ip4/203.0.113.7/tcp/9222", LONG_ADDRESS], signer: "0xaaaa45d9549eda09e70937013520214382ffc4a2",
      enr: `enr:-${"J4uQF".repeat(40)}`, thresholds: { gossip: -10, publish: -40, graylist: -40 },
    },
    parts: [["Gossip", "Running"], ["Discovery", busy ? "Running" : "Failing"], ["Nat", "Off"], ["Signer", "Off"], ["SignerSource", "Running"], ["Sync", "Running"]]
      .map(([part, state]) => ({ part, state, faults: state === "Failing" ? 3 : 0, lastFault: state === "Failing" ? "no socket" : undefined })),
    topics: [0, 1, 2, 3].map((topic) => ({ name: `/optimism/10/${topic}/blocks`, mesh: peers.filter((peer) => peer.mesh.includes(topic)).length, subscribers: count })),
    peers, peerCount: count, blocks: busy ? Array.from({ length: 120 }, blockOf(now, peers)) : [],
    bans: busy ? Array.from({ length: 6 }, banOf(now)) : [], banCount: busy ? 6 : 0,
    discovery: busy ? {
      health: "Healthy", nodes: 143, sessions: 88, pending: 3, lookups: 4411, bucketSize: 16, nearer: 0,
      buckets: Array.from({ length: 20 }, (_, index) => ({ distance: 256 - index, nodes: Math.max(0, 16 - 2 * Math.max(0, index - 4)), live: Math.max(0, 13 - 2 * index), connected: Math.max(0, 9 - 2 * index) })),
    } : undefined,
    totals: {
      bytesIn: 9_000_000 + 41_000 * tick, bytesOut: 4_000_000 + 17_000 * tick, accepted: 18_000 + tick, duplicates: 61_000 + 4 * tick, rejected: 3, ignored: 12, blocks: busy ? 18_000 + tick : 0,
      discoveryIn: 1_000_000, discoveryOut: 900_000, protocols: busy ? protocols : [],
    },
  };
}
