// Discovery nodes that know one boot node and look up random ids until each has heard of all: Children/DiscoveryNodes.cs in js.
import { Discv5Nodes } from '../../OpStack.P2P.Interop.Tests/js/discv5-nodes.mjs'

export class DiscoveryNodes extends Discv5Nodes {
  static commands = ['meet']

  async meet ({ count }) {
    await this.start({ count })
    const begin = process.hrtime.bigint()
    const boot = this.nodes[0].discv5.enr.encodeTxt()
    for (const { discv5 } of this.nodes.slice(1)) discv5.addEnr(boot)
    const times = await Promise.all(this.nodes.map(node => meetAll(node, count, begin)))
    await Promise.all(this.nodes.map(({ discv5 }) => discv5.stop()))
    this.nodes = []
    return times
  }
}

async function meetAll ({ discv5, known }, count, begin) {
  for (;;) {
    for (const enr of discv5.kadValues()) known.set(enr.nodeId, enr)
    known.delete(discv5.enr.nodeId)
    if (known.size >= count - 1) return Number(process.hrtime.bigint() - begin)
    const found = await discv5.findRandomNode()
    for (const enr of found) known.set(enr.nodeId, enr)
    if (found.length === 0) await new Promise(resolve => setTimeout(resolve, 10))
  }
}
