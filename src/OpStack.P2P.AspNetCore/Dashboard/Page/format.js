// Figures as people read them.
const UNITS = ["B", "kB", "MB", "GB", "TB"];

function bytes(count) {
  let unit = 0;
  while (count >= 1000 && unit < UNITS.length - 1) {
    count /= 1000;
    unit++;
  }
  return `${unit === 0 || count >= 100 ? Math.round(count) : count.toFixed(1)} ${UNITS[unit]}`;
}

function milliseconds(ms) {
  const size = Math.abs(ms);
  if (size < 10) {
    return `${ms.toFixed(1)} ms`;
  }
  return size < 1000 ? `${Math.round(ms)} ms` : size < 60_000 ? `${(ms / 1000).toFixed(2)} s` : duration(ms);
}

function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) {
    return `${days} d ${hours} h`;
  }
  if (hours > 0) {
    return `${hours} h ${minutes} min`;
  }
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** Peer ids differ at their end: the beginning is the type of the key. */
const shortId = (id) => `…${id.slice(-6)}`;

const shortHash = (hash) => `${hash.slice(0, 10)}…${hash.slice(-4)}`;

/** Digits in groups of three; heights come as text because they may be longer than a number holds. */
const grouped = (digits) => String(digits).replace(/\B(?=(\d{3})+$)/g, "\u202f");

function signed(value) {
  const rounded = Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
  return Number(rounded) === 0 ? "0" : value > 0 ? `+${rounded}` : rounded.replace("-", "\u2212");
}

/** A figure as short as it can be. */
const plain = (value) => String(Number(value.toFixed(Math.abs(value) < 0.1 ? 4 : 2))).replace("-", "\u2212");

/** What a peer says of itself, without what turns around, hides or joins the text beside it: controls, and characters of format. */
const claim = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");

const many = (count, one, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

/** "/optimism/10/3/blocks" is the topic of payloads V4. */
function topicLabel(name) {
  const version = /\/(\d)\/blocks$/.exec(name);
  return version ? `Blocks V${Number(version[1]) + 1}` : name;
}

/** The value below which a share of a sorted list lies. */
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
