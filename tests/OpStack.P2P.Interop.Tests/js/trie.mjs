// Root of the Merkle-Patricia trie rlp(index) -> item, by plain recursion over the sorted keys.
import { RLP } from '@ethereumjs/rlp'
import { keccak_256 } from '@noble/hashes/sha3'

const nibbles = bytes => Array.from(bytes).flatMap(b => [b >> 4, b & 15])

function compact (path, leaf) {
  const flag = (leaf ? 2 : 0) + (path.length % 2)
  const all = path.length % 2 ? [flag, ...path] : [flag, 0, ...path]
  const out = Buffer.alloc(all.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = (all[2 * i] << 4) | all[2 * i + 1]
  return out
}

const reference = node => {
  const encoded = RLP.encode(node)
  return encoded.length < 32 ? node : Buffer.from(keccak_256(encoded))
}

function build (entries, depth) {
  if (entries.length === 1) return [compact(entries[0].path.slice(depth), true), entries[0].value]
  const first = entries[0].path
  const last = entries[entries.length - 1].path
  let common = depth
  while (common < first.length && common < last.length && first[common] === last[common]) common++
  if (common > depth) return [compact(first.slice(depth, common), false), reference(build(entries, common))]
  const branch = Array.from({ length: 17 }, () => Buffer.alloc(0))
  for (let nibble = 0; nibble < 16; nibble++) {
    const below = entries.filter(e => e.path[depth] === nibble)
    if (below.length > 0) branch[nibble] = reference(build(below, depth + 1))
  }
  return branch
}

export function orderedTrieRoot (items) {
  if (items.length === 0) return Buffer.from(keccak_256(RLP.encode(Buffer.alloc(0))))
  const entries = items.map((value, i) => ({ path: nibbles(RLP.encode(i)), value }))
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  return Buffer.from(keccak_256(RLP.encode(build(entries, 0))))
}
