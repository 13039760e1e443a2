// A node that validates blocks and can publish them: Children/BlockNodes.cs in js.
import { Peer } from '../../OpStack.P2P.Interop.Tests/js/peer.mjs'
import { buildBlock, checkMessage, snappyCompress, topicOf } from '../../OpStack.P2P.Interop.Tests/js/envelope.mjs'

const CHAIN_ID = 901
const VERSION = 4
const TOPIC = topicOf(CHAIN_ID, VERSION)
const SIGNER = '0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f'
const KEY = '46'.repeat(32)
const now = () => Number(process.hrtime.bigint())

export class BlockPeer extends Peer {
  static commands = ['start', 'dial', 'hasMesh', 'prepare', 'publish']
  prepared = []

  async start () {
    const { addrs } = await super.start({ chainId: CHAIN_ID, signer: SIGNER, quiet: true })
    const pubsub = this.node.services.pubsub
    // The validation alone, without what the interop tests record of it.
    pubsub.topicValidators.set(TOPIC, (from, message) => {
      const { verdict, number } = checkMessage(message.data, { version: VERSION, chainId: BigInt(CHAIN_ID), signer: SIGNER })
      this.number = number
      return verdict
    })
    pubsub.addEventListener('gossipsub:message', () => this.emit({ event: 'delivered', at: now(), node: 0, number: this.number }))
    return addrs
  }

  async dial ({ address }) {
    await super.dial({ addr: address })
  }

  async hasMesh ({ degree }) {
    return this.node.services.pubsub.getMeshPeers(TOPIC).length >= degree
  }

  async prepare ({ first, count, size }) {
    for (let number = first; number < first + count; number++) {
      this.prepared.push({ number, bytes: buildBlock({ chainId: BigInt(CHAIN_ID), version: VERSION, number, size, keyHex: KEY }).bytes })
    }
  }

  async publish () {
    const { number, bytes } = this.prepared.shift()
    const at = now()
    await this.node.services.pubsub.publish(TOPIC, snappyCompress(bytes))
    return { number, at }
  }
}
