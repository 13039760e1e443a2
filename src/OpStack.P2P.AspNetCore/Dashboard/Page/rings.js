// Where each peer stands: on rings around us, evenly along each, with as much room as the picture has.
const PLACES = [46, 38, 31, 25, 20, 16, 13]; // Pixels a peer may have along its ring and between rings, the most first.
const [INNERMOST, MESH] = [0.52, 0.58]; // Shares of the outermost ring: where the first ring is, and what the mesh's are taken to measure.

const isInMesh = (peer, topic) => (topic < 0 ? peer.mesh.length > 0 : peer.mesh.includes(topic));

/** Rings as wide as the picture allows; a ring that is full sends the rest one further out. */
function layOut(peers, topic, width, height) {
  const byName = (a, b) => (a.id < b.id ? -1 : 1);
  const near = peers.filter((peer) => isInMesh(peer, topic)).sort(byName);
  const far = peers.filter((peer) => !isInMesh(peer, topic)).sort(byName);
  const fits = (plan) => plan.gap >= 0.8 * plan.room;
  const plans = PLACES.map((room) => planFor(room, near, far, width, height));
  const { room, groups, halfWidth, halfHeight, angleAt } = plans.find(fits) ?? plans.at(-1);
  // One ring alone stands in the middle of the room; more share it evenly.
  const shareOf = (index) => (groups.length === 1 ? 0.8 : INNERMOST + (1 - INNERMOST) * index / (groups.length - 1));
  const rings = groups.map((members, index) => ({ members, key: index, rx: halfWidth * shareOf(index), ry: halfHeight * shareOf(index) }));
  const size = { radius: Math.max(3.5, Math.min(11, room / 4)), reach: room / 2 };
  const taken = [];
  const places = rings.flatMap((ring) => {
    const turn = freeTurn(ring.members.length, taken, halfWidth > halfHeight);
    return ring.members.map((peer, at) => {
      const way = turn + at / ring.members.length;
      taken.push(way);
      return { peer, x: ring.rx * Math.cos(angleAt(way)), y: ring.ry * Math.sin(angleAt(way)), ...size };
    });
  });
  return { places, rings, room };
}

/** The rings that peers fill when each has as much room. */
function planFor(room, near, far, width, height) {
  const [beside, above] = room === PLACES[0] ? [40, 52] : [16, 16]; // Names need room around the rings; where it is close there are none.
  const [halfWidth, halfHeight] = [width / 2 - beside, height / 2 - above];
  const { length, angleAt } = goAround(halfWidth, halfHeight);
  const groups = [...fillRings(near, length * MESH / room), ...fillRings(far, length / room)];
  const gap = (1 - INNERMOST) * Math.min(halfWidth, halfHeight) / Math.max(1, groups.length - 1);
  return { room, groups, gap, halfWidth, halfHeight, angleAt };
}

function fillRings(members, capacity) {
  const most = Math.max(4, Math.floor(capacity));
  return Array.from({ length: Math.ceil(members.length / most) }, (_, ring) => members.slice(ring * most, (ring + 1) * most));
}

/** How long the way around an ellipse is, and the angle at a share of it: even steps of the angle would crowd the narrow ends. */
function goAround(halfWidth, halfHeight) {
  const STEPS = 360;
  const ways = [0];
  for (let step = 1; step <= STEPS; step++) {
    const angle = 2 * Math.PI * (step - 0.5) / STEPS;
    ways.push(ways.at(-1) + 2 * Math.PI / STEPS * Math.hypot(halfWidth * Math.sin(angle), halfHeight * Math.cos(angle)));
  }
  const length = ways.at(-1);
  const angleAt = (share) => {
    const way = (((share % 1) + 1) % 1) * length;
    const step = Math.max(1, ways.findIndex((end) => end >= way));
    return 2 * Math.PI * (step - 1 + (way - ways[step - 1]) / (ways[step] - ways[step - 1])) / STEPS;
  };
  return { length, angleAt };
}

/** How far to turn a ring, in shares of the way around, so that its lines to the middle keep clear of the peers inside. */
function freeTurn(count, taken, isWide) {
  const step = 1 / count;
  const [left, top] = [0.5, 0.75];
  const first = count <= 2 && isWide ? left : top; // One or two stand beside us where there is room, more begin at the top.
  const clearance = (turn) => Math.min(...taken.map((way) => {
    const off = (((way - turn) % step) + step) % step;
    return Math.min(off, step - off);
  }));
  const turns = Array.from({ length: taken.length > 0 ? 24 : 1 }, (_, at) => first + step * at / 24);
  return turns.reduce((best, turn) => (clearance(turn) > clearance(best) + 1e-6 ? turn : best));
}
