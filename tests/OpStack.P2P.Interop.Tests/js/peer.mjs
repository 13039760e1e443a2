// One js-libp2p node with gossipsub, configured as op-node configures its own (op-stack-p2p.md 1.6).
import { createLibp2p } from 'libp2p'
import { tcp } from '@libp2p/tcp'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify, identifyPush } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { gossipsub } from '@chainsafe/libp2p-gossipsub'
import { createTopicScoreParams } from '@chainsafe/libp2p-gossipsub/score'
import { generateKeyPair, privateKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { buildBlock, checkMessage, messageId, topicOf, snappyCompress } from './envelope.mjs'
import { requestPayload, servePayloads } from './sync.mjs'

const MAX_GOSSIP_SIZE = 10 * 1024 * 1024

export class Peer {
  static commands = ['start', 'dial', 'disconnect', 'ping', 'identify', 'publishBlock', 'publishMany', 'publishData', 'check', 'received', 'mesh', 'subscribers', 'score', 'control', 'serveBlocks', 'requestBlock', 'stop']

  constructor (emit) {
    this.emit = emit
    this.blocks = []
    this.verdicts = {}
  }

  async start ({ chainId, signer, keyType = 'secp256k1', keyHex, mesh = {}, gossip = {}, acceptAll = false, quiet = false, rejectClock = false, scoring = null }) {
    this.chainId = BigInt(chainId)
    this.signer = signer?.toLowerCase()
    this.acceptAll = acceptAll
    this.quiet = quiet
    this.rejectClock = rejectClock
    this.appScore = 0
    const privateKey = keyHex ? privateKeyFromRaw(Buffer.from(keyHex, 'hex')) : await generateKeyPair(keyType)
    this.node = await createLibp2p({
      privateKey,
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionManager: { inboundConnectionThreshold: 1000, maxIncomingPendingConnections: 1000 },
      connectionMonitor: { enabled: false },
      services: {
        identify: identify({ agentVersion: 'js-foreign-peer' }),
        identifyPush: identifyPush({ agentVersion: 'js-foreign-peer' }),
        ping: ping(),
        pubsub: gossipsub({
          globalSignaturePolicy: 'StrictNoSign',
          allowPublishToZeroTopicPeers: true,
          emitSelf: false,
          floodPublish: false,
          heartbeatInterval: 500,
          mcacheLength: 12,
          mcacheGossip: 3,
          seenTTL: 65_000,
          fanoutTTL: 24_000,
          maxInboundDataLength: MAX_GOSSIP_SIZE,
          maxOutboundBufferSize: 64 * 1024 * 1024,
          D: mesh.d ?? 8,
          Dlo: mesh.dlo ?? 6,
          Dhi: mesh.dhi ?? 12,
          Dout: mesh.dout ?? 2,
          Dlazy: mesh.dlazy ?? 6,
          msgIdFn: message => messageId(message.topic, message.data),
          ...(scoring ? this.#scoring(scoring) : {}),
          ...gossip
        })
      }
    })
    const pubsub = this.node.services.pubsub
    this.#countControl(pubsub)
    for (let version = 1; version <= 4; version++) {
      const topic = topicOf(this.chainId, version)
      pubsub.topicValidators.set(topic, (from, message) => this.#validate(from, version, topic, message))
      pubsub.subscribe(topic)
    }
    this.node.addEventListener('peer:connect', event => this.emit({ event: 'connected', peer: event.detail.toString() }))
    this.node.addEventListener('peer:disconnect', event => this.emit({ event: 'disconnected', peer: event.detail.toString() }))
    return { peerId: this.node.peerId.toString(), addrs: this.node.getMultiaddrs().map(String) }
  }

  /** Peers are scored as op-node does ("light"), on top of P4 on the topics given; how we rate every peer ourselves is set by the command score. */
  #scoring ({ topics = [] }) {
    const invalidOnly = { topicWeight: 0.8, timeInMeshWeight: 0, firstMessageDeliveriesWeight: 0, meshMessageDeliveriesWeight: 0, meshFailurePenaltyWeight: 0, invalidMessageDeliveriesWeight: -140.4475, invalidMessageDeliveriesDecay: 0.98476665 }
    return {
      scoreParams: {
        topics: Object.fromEntries(topics.map(topic => [topic, createTopicScoreParams(invalidOnly)])),
        topicScoreCap: 34,
        appSpecificScore: () => this.appScore,
        appSpecificWeight: 1,
        IPColocationFactorWeight: -35,
        IPColocationFactorThreshold: 10,
        behaviourPenaltyWeight: -16,
        behaviourPenaltyThreshold: 6,
        behaviourPenaltyDecay: 0.9261187281287935,
        decayInterval: 2000,
        decayToZero: 0.01,
        retainScore: 1_200_000
      },
      scoreThresholds: { gossipThreshold: -10, publishThreshold: -40, graylistThreshold: -40, acceptPXThreshold: 20, opportunisticGraftThreshold: 0.05 }
    }
  }

  /** Counts control entries in both directions, where the router takes and gives RPCs. */
  #countControl (pubsub) {
    this.counts = { in: {}, out: {} }
    const count = (to, rpc) => {
      for (const kind of ['ihave', 'iwant', 'graft', 'prune', 'idontwant']) to[kind] = (to[kind] ?? 0) + (rpc?.control?.[kind]?.length ?? 0)
      for (const prune of rpc?.control?.prune ?? []) to.backoff = Number(prune.backoff ?? 0)
    }
    const handle = pubsub.handleReceivedRpc.bind(pubsub)
    pubsub.handleReceivedRpc = (from, rpc) => { count(this.counts.in, rpc); return handle(from, rpc) }
    const send = pubsub.sendRpc.bind(pubsub)
    pubsub.sendRpc = (id, rpc) => { count(this.counts.out, rpc); return send(id, rpc) }
  }

  #validate (from, version, topic, message) {
    if (this.acceptAll) {
      this.blocks.push({ version })
      return 'accept'
    }
    const result = checkMessage(message.data, { version, chainId: this.chainId, signer: this.signer, now: Math.floor(Date.now() / 1000), checkClock: this.rejectClock })
    this.verdicts[result.verdict] = (this.verdicts[result.verdict] ?? 0) + 1
    const record = { ...result, version, topic, from: from.toString(), messageId: Buffer.from(messageId(topic, message.data)).toString('hex') }
    this.blocks.push(record)
    if (!this.quiet) this.emit({ event: 'block', ...record })
    return result.verdict
  }

  async dial ({ addr }) {
    const connection = await this.node.dial(multiaddr(addr), { signal: AbortSignal.timeout(20_000) })
    return { peerId: connection.remotePeer.toString(), multiplexer: connection.multiplexer, encryption: connection.encryption }
  }

  async disconnect ({ peer }) {
    await this.node.hangUp(peerIdFromString(peer))
  }

  async ping ({ peer, times = 3 }) {
    const rtts = []
    for (let i = 0; i < times; i++) rtts.push(await this.node.services.ping.ping(peerIdFromString(peer)))
    return { rtts }
  }

  async identify ({ peer }) {
    const [connection] = this.node.getConnections(peerIdFromString(peer))
    const result = await this.node.services.identify.identify(connection)
    return {
      peerId: result.peerId.toString(),
      agentVersion: result.agentVersion ?? '',
      protocolVersion: result.protocolVersion ?? '',
      protocols: result.protocols,
      listenAddrs: result.listenAddrs.map(String),
      observedAddr: result.observedAddr?.toString() ?? null,
      signedPeerRecord: result.signedPeerRecord !== undefined
    }
  }

  async publishBlock (options) {
    const block = buildBlock({ chainId: this.chainId, ...options })
    return this.#publish(topicOf(this.chainId, options.topicVersion ?? options.version), snappyCompress(block.bytes), block)
  }

  async publishMany ({ version, first, count, size, keyHex, timestamp }) {
    for (let i = 0; i < count; i++) {
      const block = buildBlock({ chainId: this.chainId, version, number: first + i, size, keyHex, timestamp })
      await this.#publish(topicOf(this.chainId, version), snappyCompress(block.bytes), block)
      // Let sockets drain: gossipsub drops what its outbound buffer cannot take.
      if (i % 20 === 19) await new Promise(resolve => setTimeout(resolve, 5))
    }
    return { count }
  }

  async publishData ({ topic, dataHex }) {
    return this.#publish(topic, Buffer.from(dataHex, 'hex'), {})
  }

  /** This peer's verdict on message data, without any network: for one flipped bit after the other. */
  async check ({ version, dataHex }) {
    return checkMessage(Buffer.from(dataHex, 'hex'), { version, chainId: this.chainId, signer: this.signer })
  }

  async #publish (topic, data, block) {
    const { recipients } = await this.node.services.pubsub.publish(topic, data)
    return {
      topic,
      messageId: Buffer.from(messageId(topic, data)).toString('hex'),
      blockHash: block.blockHash ?? null,
      dataLength: data.length,
      recipients: recipients.map(String)
    }
  }

  async received ({ clear = false }) {
    const answer = { count: this.blocks.length, verdicts: this.verdicts, blocks: this.quiet ? [] : this.blocks }
    if (clear) { this.blocks = []; this.verdicts = {} }
    return answer
  }

  async mesh ({ topic }) {
    return { peers: this.node.services.pubsub.getMeshPeers(topic) }
  }

  async subscribers ({ topic }) {
    return { peers: this.node.services.pubsub.getSubscribers(topic).map(String) }
  }

  /** This peer's score of another; sets what it thinks of all peers by itself (P5) first, if given. */
  async score ({ peer, app }) {
    this.appScore = app ?? this.appScore
    const pubsub = this.node.services.pubsub
    const stats = pubsub.dumpPeerScoreStats()[peer]
    return { score: pubsub.score.score(peer), behaviourPenalty: stats?.behaviourPenalty ?? 0 }
  }

  async control () {
    return this.counts
  }

  /** Serves a chain of its own by number, under these ids. */
  async serveBlocks ({ protocols, version, first, count, size, keyHex, blockTime }) {
    const blocks = new Map()
    let parentHash
    for (let number = first; number < first + count; number++) {
      const block = buildBlock({ chainId: this.chainId, version, number, size, keyHex, timestamp: number * blockTime, parentHash })
      parentHash = block.blockHash
      blocks.set(number, { version, body: block.body, blockHash: block.blockHash })
    }
    await servePayloads(this.node, protocols, blocks)
    return { hashes: [...blocks.values()].map(block => block.blockHash) }
  }

  /** Asks a connected peer for a block by number, under this id. */
  async requestBlock ({ peer, protocol, version, number }) {
    return requestPayload(this.node, peerIdFromString(peer), protocol, version, number)
  }

  async stop () {
    await this.node.stop()
  }
}
