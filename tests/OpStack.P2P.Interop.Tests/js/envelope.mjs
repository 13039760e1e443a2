// The foreign peer's own reading of the OP Stack block message (op-stack-p2p.md 1.6-1.10), written without ours.
import { createHash } from 'node:crypto'
import snappy from 'snappyjs'
import { RLP } from '@ethereumjs/rlp'
import { keccak_256 } from '@noble/hashes/sha3'
import { secp256k1 } from '@noble/curves/secp256k1'
import { orderedTrieRoot } from './trie.mjs'

const MAX_GOSSIP_SIZE = 10 * 1024 * 1024
const FIXED = { 1: 508, 2: 512, 3: 528, 4: 560 }
const EMPTY_ROOT = '56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'
const UNCLES = '1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'
const hex = bytes => Buffer.from(bytes).toString('hex')
const fromHex = text => Buffer.from(text, 'hex')

export const topicOf = (chainId, version) => `/optimism/${chainId}/${version - 1}/blocks`
export const snappyCompress = bytes => Buffer.from(snappy.compress(Buffer.from(bytes)))

function declaredLength (data) {
  let value = 0
  for (let i = 0; i < Math.min(5, data.length); i++) {
    value += (data[i] & 0x7f) * 2 ** (7 * i)
    if (data[i] < 0x80) return value < 2 ** 32 ? value : -1
  }
  return -1
}

export function decompress (data) {
  const length = declaredLength(data)
  if (length < 0 || length > MAX_GOSSIP_SIZE) return null
  try {
    const body = Buffer.from(snappy.uncompress(Buffer.from(data), MAX_GOSSIP_SIZE))
    return body.length === length ? body : null
  } catch {
    return null // not snappy: the caller takes the other branch of the rule
  }
}

export function messageId (topic, data) {
  const body = decompress(data)
  const name = Buffer.from(topic)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(name.length))
  const domain = Buffer.from(body === null ? '00000000' : '01000000', 'hex')
  return createHash('sha256').update(domain).update(length).update(name).update(body ?? data).digest().subarray(0, 20)
}

const signingHash = (chainId, payloadHash) => {
  const input = Buffer.alloc(96)
  input.set(fromHex(chainId.toString(16).padStart(64, '0')), 32)
  input.set(payloadHash, 64)
  return keccak_256(input)
}

const address = publicKey => '0x' + hex(keccak_256(publicKey.toRawBytes(false).subarray(1)).subarray(12))

const quantity = value => {
  const text = BigInt(value).toString(16)
  return value === 0n || value === 0 ? Buffer.alloc(0) : fromHex(text.length % 2 ? '0' + text : text)
}

function headerHash (p, version, parentBeaconRoot) {
  const fields = [
    p.parentHash, fromHex(UNCLES), p.feeRecipient, p.stateRoot, orderedTrieRoot(p.transactions), p.receiptsRoot, p.logsBloom,
    Buffer.alloc(0), quantity(p.number), quantity(p.gasLimit), quantity(p.gasUsed), quantity(p.timestamp), p.extraData,
    p.prevRandao, Buffer.alloc(8), quantity(p.baseFee)
  ]
  if (version >= 2) fields.push(version === 4 ? p.withdrawalsRoot : fromHex(EMPTY_ROOT))
  if (version >= 3) fields.push(quantity(p.blobGasUsed), quantity(p.excessBlobGas), parentBeaconRoot)
  if (version >= 4) fields.push(createHash('sha256').digest())
  return Buffer.from(keccak_256(RLP.encode(fields)))
}

function encodePayload (p, version) {
  const fixed = Buffer.alloc(FIXED[version])
  fixed.set(p.parentHash, 0); fixed.set(p.feeRecipient, 32); fixed.set(p.stateRoot, 52); fixed.set(p.receiptsRoot, 84)
  fixed.set(p.logsBloom, 116); fixed.set(p.prevRandao, 372)
  fixed.writeBigUInt64LE(p.number, 404); fixed.writeBigUInt64LE(p.gasLimit, 412)
  fixed.writeBigUInt64LE(p.gasUsed, 420); fixed.writeBigUInt64LE(p.timestamp, 428)
  fixed.writeUInt32LE(fixed.length, 436)
  fixed.writeBigUInt64LE(p.baseFee, 440) // little-endian 256 bits; test values fit the low 64
  fixed.set(p.blockHash, 472)
  const offsets = Buffer.alloc(4 * p.transactions.length)
  let at = offsets.length
  p.transactions.forEach((tx, i) => { offsets.writeUInt32LE(at, 4 * i); at += tx.length })
  fixed.writeUInt32LE(fixed.length + p.extraData.length, 504)
  if (version >= 2) fixed.writeUInt32LE(fixed.length + p.extraData.length + at, 508)
  if (version >= 3) { fixed.writeBigUInt64LE(p.blobGasUsed, 512); fixed.writeBigUInt64LE(p.excessBlobGas, 520) }
  if (version >= 4) fixed.set(p.withdrawalsRoot, 528)
  return Buffer.concat([fixed, p.extraData, offsets, ...p.transactions])
}

function decodePayload (b, version) {
  const fixed = FIXED[version]
  if (b.length < fixed || b.readUInt32LE(436) !== fixed) throw new Error('bad extra data offset')
  const txOffset = b.readUInt32LE(504)
  const end = version >= 2 ? b.readUInt32LE(508) : b.length
  if (txOffset < fixed || txOffset > fixed + 32 || end < txOffset || end > b.length) throw new Error('bad offsets')
  if (end !== b.length) throw new Error('withdrawals present')
  const section = b.subarray(txOffset, end)
  const transactions = []
  if (section.length > 0) {
    const first = section.readUInt32LE(0)
    if (first === 0 || first % 4 !== 0 || first > section.length) throw new Error('bad transaction offset')
    for (let i = 0; i < first / 4; i++) {
      const from = section.readUInt32LE(4 * i)
      const to = 4 * (i + 1) < first ? section.readUInt32LE(4 * (i + 1)) : section.length
      if (to < from || to > section.length) throw new Error('transaction offsets decrease')
      transactions.push(section.subarray(from, to))
    }
  }
  return {
    parentHash: b.subarray(0, 32), feeRecipient: b.subarray(32, 52), stateRoot: b.subarray(52, 84), receiptsRoot: b.subarray(84, 116),
    logsBloom: b.subarray(116, 372), prevRandao: b.subarray(372, 404), number: b.readBigUInt64LE(404), gasLimit: b.readBigUInt64LE(412),
    gasUsed: b.readBigUInt64LE(420), timestamp: b.readBigUInt64LE(428), baseFee: BigInt('0x' + hex(Buffer.from(b.subarray(440, 472)).reverse())),
    blockHash: b.subarray(472, 504), extraData: b.subarray(fixed, txOffset), transactions,
    blobGasUsed: version >= 3 ? b.readBigUInt64LE(512) : null,
    excessBlobGas: version >= 3 ? b.readBigUInt64LE(520) : null,
    withdrawalsRoot: version >= 4 ? b.subarray(528, 560) : null
  }
}

/** Verdict of this peer on a message: accept with the block's facts, or reject with the reason. */
export function checkMessage (data, { version, chainId, signer, now, checkClock }) {
  const reject = reason => ({ verdict: 'reject', reason })
  const body = decompress(data)
  if (body === null) return reject('snappy')
  if (body.length < 66) return reject('too short')
  try {
    const payloadHash = keccak_256(body.subarray(65))
    if (body[64] > 3) return reject('recovery id')
    const signature = secp256k1.Signature.fromCompact(body.subarray(0, 64)).addRecoveryBit(body[64])
    const from = address(signature.recoverPublicKey(signingHash(chainId, payloadHash)))
    if (from !== signer) return reject(`signer ${from}`)
    const withRoot = version >= 3
    const root = withRoot ? body.subarray(65, 97) : null
    const payload = decodePayload(body.subarray(withRoot ? 97 : 65), version)
    if (checkClock && (payload.timestamp < BigInt(now - 60) || payload.timestamp > BigInt(now + 5))) return reject('timestamp')
    if (!headerHash(payload, version, root).equals(payload.blockHash)) return reject('block hash')
    if (version >= 3 && payload.excessBlobGas !== 0n) return reject('excess blob gas')
    return {
      verdict: 'accept', number: Number(payload.number), blockHash: hex(payload.blockHash), timestamp: Number(payload.timestamp),
      transactions: payload.transactions.length, size: body.length, signer: from
    }
  } catch (error) {
    return reject(error.message)
  }
}

/** The facts of a block that comes without a signature, as over payload_by_number; throws when it is none. */
export function decodeBlock (body, version) {
  const root = version >= 3 ? body.subarray(0, 32) : null
  const payload = decodePayload(version >= 3 ? body.subarray(32) : body, version)
  if (!headerHash(payload, version, root).equals(payload.blockHash)) throw new Error('block hash')
  return {
    number: Number(payload.number), blockHash: hex(payload.blockHash), parentHash: hex(payload.parentHash), timestamp: Number(payload.timestamp),
    transactions: payload.transactions.length, size: body.length
  }
}

/** Builds and signs a block of about `size` decompressed bytes; deterministic but for the signature's inputs. */
export function buildBlock ({ chainId, version, number, timestamp, size, keyHex, corrupt, parentHash }) {
  const pattern = (n, length) => Buffer.alloc(length, n)
  const overhead = 65 + (version >= 3 ? 32 : 0) + FIXED[version]
  const transactions = []
  for (let left = size - overhead; left > 8;) {
    const length = Math.min(left - 4, 120 + (transactions.length * 37) % 4000)
    if (length <= 0) break
    // Half noise, half zero bytes: compresses about as calldata does.
    const noise = createHash('shake256', { outputLength: Math.max(1, length >> 1) }).update(`${number}/${transactions.length}`).digest()
    transactions.push(Buffer.concat([Buffer.from([2]), noise, Buffer.alloc(length - 1 - noise.length > 0 ? length - 1 - noise.length : 0)]))
    left -= length + 4
  }
  const payload = {
    parentHash: parentHash ? fromHex(parentHash) : pattern(0x11, 32), feeRecipient: fromHex('4200000000000000000000000000000000000011'), stateRoot: pattern(0x22, 32),
    receiptsRoot: pattern(0x33, 32), logsBloom: Buffer.alloc(256), prevRandao: pattern(0x44, 32), number: BigInt(number), gasLimit: 60_000_000n,
    gasUsed: 46_213n, timestamp: BigInt(timestamp ?? Math.floor(Date.now() / 1000)), baseFee: 252n,
    extraData: version === 4 ? fromHex('00000000fa00000006') : Buffer.alloc(0), transactions,
    blobGasUsed: 0n, excessBlobGas: 0n, withdrawalsRoot: pattern(0x55, 32)
  }
  const root = version >= 3 ? pattern(0x66, 32) : null
  payload.blockHash = headerHash(payload, version, root)
  if (corrupt === 'blockHash') payload.blockHash = pattern(0x77, 32)
  const ssz = encodePayload(payload, version)
  const signed = root === null ? ssz : Buffer.concat([root, ssz])
  const signature = secp256k1.sign(signingHash(chainId, keccak_256(signed)), keyHex)
  const bytes = Buffer.concat([signature.toCompactRawBytes(), Buffer.from([signature.recovery]), signed])
  return { bytes, body: signed, blockHash: hex(payload.blockHash) }
}
