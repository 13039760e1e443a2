// Scores in words. The terms are those of gossipsub 1.1; a term's contribution is value times weight.
const TERMS = {
  P1: ["Time in our mesh", "s"],
  P2: ["First to deliver a message", "messages"],
  P3: ["Too few deliveries while in the mesh", "delivered"],
  P3b: ["Left the mesh with too few deliveries", "missing"],
  P4: ["Sent invalid messages", "messages"],
  P5: ["Answers to our sync requests", "points"],
  P6: ["Shares its address with other peers", "peers there"],
  P7: ["Broke the rules of the protocol", "times"],
  SlowPeer: ["Too slow to take what we send", "messages"],
};

const scoreOf = (peer) => peer.score?.total ?? 0;

/** good, zero, low or bad: the colour of a peer. */
function standing(peer) {
  const score = scoreOf(peer);
  if (peer.graylisted) {
    return "bad";
  }
  return score > 0.005 ? "good" : score < -0.005 ? "low" : "zero";
}

/** What the score means for the peer now. */
function verdict(peer, thresholds) {
  const score = scoreOf(peer);
  if (!peer.score) {
    return "Peers are not scored.";
  }
  if (peer.graylisted || score < thresholds.graylist) {
    return `Graylisted: below ${plain(thresholds.graylist)} nothing it sends is heard.`;
  }
  if (score < thresholds.publish) {
    return `Below ${plain(thresholds.publish)} our own blocks are not sent to it.`;
  }
  if (score < thresholds.gossip) {
    return `Below ${plain(thresholds.gossip)} no gossip is exchanged with it.`;
  }
  return score < 0 ? "Below 0 it has no place in a mesh." : "In good standing.";
}

const unitOf = (many, count) => (count === 1 ? many.replace(/^(message|point|time)s$/, "$1") : many);

/** Every term that counts something, those that weigh most first. */
function termsOf(score, topics) {
  const row = (term, factor, topic) => ({
    name: term.name,
    topic,
    label: TERMS[term.name]?.[0] ?? term.name,
    unit: unitOf(TERMS[term.name]?.[1] ?? "", term.counter),
    counter: term.counter,
    value: term.value,
    weight: term.weight * factor,
    points: term.value * term.weight * factor,
  });
  const terms = [
    ...score.topics.flatMap((entry) => entry.terms.map((term) => row(term, entry.weight, topicLabel(topics[entry.topic].name)))),
    ...score.terms.map((term) => row(term, 1, null)),
  ];
  return terms.sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
}
