// One or more discv5 nodes of @chainsafe/discv5 on loopback in one process. Every command names its node by index, 0 by default.
import { createSocket } from 'node:dgram'
import { Discv5 } from '@chainsafe/discv5'
import { ENR, SignableENR } from '@chainsafe/enr'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'

export class Discv5Nodes {
  static commands = ['start', 'addEnr', 'lookups', 'findNode', 'ping', 'talk', 'setEntry', 'table', 'known']

  constructor (emit) {
    this.emit = emit
    this.nodes = []
  }

  /** Starts nodes with an opstack entry (its content in hex) and a TCP port that nobody listens on. */
  async start ({ count = 1, opstackHex, tcp = 9222 }) {
    for (let i = 0; i < count; i++) this.nodes.push(await startNode(this.emit, this.nodes.length, opstackHex, tcp))
    return { enrs: this.nodes.map(node => node.discv5.enr.encodeTxt()) }
  }

  async addEnr ({ node = 0, enr }) {
    this.nodes[node].discv5.addEnr(enr)
  }

  /** Looks up one random id on every node, one node after the other: verifying records takes this one thread a while. */
  async lookups () {
    for (const { discv5, known } of this.nodes) {
      for (const enr of await discv5.findRandomNode()) known.set(enr.nodeId, enr)
    }
  }

  async findNode ({ node = 0, enr, distances }) {
    return { enrs: (await this.nodes[node].discv5.sendFindNode(ENR.decodeTxt(enr), distances)).map(found => found.encodeTxt()) }
  }

  async ping ({ node = 0, enr }) {
    const pong = await this.nodes[node].discv5.sendPing(ENR.decodeTxt(enr))
    return { seq: Number(pong.enrSeq), ip: Array.from(pong.addr.ip.octets).join('.'), port: pong.addr.port }
  }

  async talk ({ node = 0, enr, protocol, payloadHex }) {
    const answer = await this.nodes[node].discv5.sendTalkReq(ENR.decodeTxt(enr), Buffer.from(payloadHex, 'hex'), protocol)
    return { payloadHex: Buffer.from(answer).toString('hex') }
  }

  /** Changes an entry of the node's own record, which raises its sequence number. */
  async setEntry ({ node = 0, key, valueHex }) {
    const { enr } = this.nodes[node].discv5
    enr.set(key, Buffer.from(valueHex, 'hex'))
    return { enr: enr.encodeTxt(), seq: Number(enr.seq) }
  }

  async table ({ node = 0 }) {
    return { enrs: this.nodes[node].discv5.kadValues().map(enr => enr.encodeTxt()) }
  }

  /** For each node, the ids of all others it has heard of: by lookup, in NODES, or in its table. */
  async known () {
    return {
      nodes: this.nodes.map(({ discv5, known }) => [...new Set([...known.keys(), ...discv5.kadValues().map(enr => enr.nodeId)])])
    }
  }
}

async function startNode (emit, index, opstackHex, tcp) {
  const privateKey = await generateKeyPair('secp256k1')
  const address = multiaddr(`/ip4/127.0.0.1/udp/${await freePort()}`)
  const enr = SignableENR.createFromPrivateKey(privateKey)
  enr.setLocationMultiaddr(address)
  enr.tcp = tcp
  if (opstackHex) enr.set('opstack', Buffer.from(opstackHex, 'hex'))
  const discv5 = Discv5.create({ enr, privateKey, bindAddrs: { ip4: address }, config: { enrUpdate: false, requestTimeout: 5_000 } })
  const known = new Map()
  discv5.on('discovered', found => known.set(found.nodeId, found))
  discv5.on('enrAdded', added => known.set(added.nodeId, added))
  discv5.on('talkReqReceived', (from, _, message) => {
    const payload = Buffer.from(message.request)
    emit({ event: 'talk', node: index, from: from.nodeId, protocol: Buffer.from(message.protocol).toString(), payloadHex: payload.toString('hex') })
    discv5.sendTalkResp(from, message.id, payload.reverse())
  })
  await discv5.start()
  return { discv5, known }
}

/** The library cannot tell which port the system chose, so it is chosen before. */
async function freePort () {
  const socket = createSocket('udp4')
  await new Promise((resolve, reject) => socket.once('error', reject).bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise(resolve => socket.close(resolve))
  return port
}
