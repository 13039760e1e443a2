// A node that accepts every message, and sends as many as it can: Children/FloodNodes.cs in js.
import { Peer } from '../../OpStack.P2P.Interop.Tests/js/peer.mjs'
import { topicOf } from '../../OpStack.P2P.Interop.Tests/js/envelope.mjs'

const CHAIN_ID = 901
const TOPIC = topicOf(CHAIN_ID, 4)
const ANSWERS = topicOf(CHAIN_ID, 3)

export class FloodPeer extends Peer {
  static commands = ['start', 'dial', 'hasMesh', 'flood', 'halt', 'count']
  received = 0
  sent = 0
  answered = 0

  async start ({ answerEvery }) {
    const { addrs } = await super.start({ chainId: CHAIN_ID, acceptAll: true, quiet: true })
    const pubsub = this.node.services.pubsub
    for (const topic of pubsub.getTopics()) pubsub.topicValidators.set(topic, () => 'accept')
    pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }) => {
      if (msg.topic === ANSWERS) {
        this.answered = Number(msg.data.readBigUInt64LE?.(msg.data.length - 8) ?? Buffer.from(msg.data).readBigUInt64LE(msg.data.length - 8))
        this.wake?.()
      } else if (++this.received % answerEvery === 0) {
        pubsub.publish(ANSWERS, literal(8, this.received))
      }
    })
    return addrs
  }

  async dial ({ address }) {
    await super.dial({ addr: address })
  }

  async hasMesh ({ degree }) {
    const pubsub = this.node.services.pubsub
    return [TOPIC, ANSWERS].every(topic => pubsub.getMeshPeers(topic).length >= degree)
  }

  async flood ({ size, window }) {
    this.flooding = true
    this.loop = this.#flood(literal(size, 0), window)
  }

  async halt () {
    this.flooding = false
    this.wake?.()
    await this.loop
    this.answered = this.sent
  }

  async count () {
    return { count: this.received, at: Number(process.hrtime.bigint()) }
  }

  async #flood (template, window) {
    const pubsub = this.node.services.pubsub
    while (this.flooding) {
      if (this.sent - this.answered >= window) {
        await new Promise(resolve => { this.wake = resolve })
        continue
      }
      const data = Buffer.from(template)
      data.writeBigUInt64LE(BigInt(++this.sent), data.length - 8)
      await pubsub.publish(TOPIC, data)
    }
  }
}

/** Noise in snappy's block format, which compresses nothing of it; ends with the number. */
function literal (size, number) {
  const noise = Buffer.alloc(size)
  for (let i = 0; i < size; i++) noise[i] = (i * 2654435761) >>> 13
  noise.writeBigUInt64LE(BigInt(number), size - 8)
  const head = []
  for (let left = size; ; left >>>= 7) {
    head.push(left > 127 ? (left & 127) | 128 : left)
    if (left <= 127) break
  }
  const most = size - 1
  head.push(62 << 2, most & 255, (most >> 8) & 255, most >> 16)
  return Buffer.concat([Buffer.from(head), noise])
}
