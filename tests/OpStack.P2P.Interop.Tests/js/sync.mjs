// The foreign peer's own client and server of payload_by_number (op-stack-p2p.md 1.13) and its own framed snappy, written without ours.
import snappy from 'snappyjs'
import { decodeBlock } from './envelope.mjs'

const IDENTIFIER = Buffer.from('ff060000734e61507059', 'hex')
const PIECE = 65_536

const CRC_TABLE = Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0x82f63b78 : n >>> 1
  return n >>> 0
})

function maskedCrc (data) {
  let crc = 0xffffffff
  for (const byte of data) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8)
  crc = ~crc >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

export function frame (data) {
  const parts = [IDENTIFIER]
  for (let at = 0; at < data.length; at += PIECE) {
    const piece = data.subarray(at, at + PIECE)
    const compressed = Buffer.from(snappy.compress(piece))
    const saves = compressed.length < piece.length
    const body = saves ? compressed : piece
    const head = Buffer.alloc(8)
    head.writeUInt32LE((saves ? 0 : 1) | ((body.length + 4) << 8))
    head.writeUInt32LE(maskedCrc(piece), 4)
    parts.push(head, body)
  }
  return Buffer.concat(parts)
}

export function unframe (stream) {
  if (!stream.subarray(0, 10).equals(IDENTIFIER)) throw new Error('no stream identifier')
  const parts = []
  for (let at = 10; at < stream.length;) {
    const type = stream[at]
    const length = stream.readUIntLE(at + 1, 3)
    const body = stream.subarray(at + 4, at + 4 + length)
    if (body.length !== length) throw new Error('truncated chunk')
    at += 4 + length
    if (type > 1) throw new Error(`chunk type ${type}`)
    const piece = type === 0 ? Buffer.from(snappy.uncompress(body.subarray(4), PIECE)) : body.subarray(4)
    if (maskedCrc(piece) !== body.readUInt32LE(0)) throw new Error('checksum')
    parts.push(piece)
  }
  return Buffer.concat(parts)
}

async function readAll (stream) {
  const parts = []
  for await (const list of stream.source) parts.push(Buffer.from(list.subarray()))
  return Buffer.concat(parts)
}

/** Answers as op-node does: a code alone when there is no block, else 0, the version and the payload. */
export async function servePayloads (node, protocols, blocks) {
  const handler = async ({ stream }) => {
    const request = await readAll(stream)
    const block = request.length === 8 ? blocks.get(Number(request.readBigUInt64LE())) : undefined
    const answer = block === undefined
      ? Buffer.from([request.length === 8 ? 1 : 3])
      : Buffer.concat([Buffer.from([0, block.version >= 3 ? 1 : 0, 0, 0, 0]), frame(block.body)])
    await stream.sink([answer])
  }
  for (const protocol of protocols) await node.handle(protocol, handler)
}

export async function requestPayload (node, peer, protocol, version, number) {
  const stream = await node.dialProtocol(peer, protocol, { signal: AbortSignal.timeout(20_000) })
  const request = Buffer.alloc(8)
  request.writeBigUInt64LE(BigInt(number))
  const [answer] = await Promise.all([readAll(stream), stream.sink([request])])
  if (answer[0] !== 0) return { code: answer[0], length: answer.length }
  const wireVersion = answer.readUInt32LE(1)
  if (wireVersion !== (version >= 3 ? 1 : 0)) throw new Error(`version ${wireVersion}`)
  return { code: 0, ...decodeBlock(unframe(answer.subarray(5)), version) }
}
