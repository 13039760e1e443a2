// Children of the benchmark in JavaScript: the nodes of the interop tests, with what is measured. The argument says which.
import '../../OpStack.P2P.Interop.Tests/js/with-resolvers.mjs'

const { serve } = await import('../../OpStack.P2P.Interop.Tests/js/commands.mjs')
const kinds = {
  blocks: async () => (await import('./blocks.mjs')).BlockPeer,
  flood: async () => (await import('./flood.mjs')).FloodPeer,
  discovery: async () => (await import('./discovery.mjs')).DiscoveryNodes
}
const Nodes = await kinds[process.argv[2]]()
serve(process.stdin, process.stdout, emit => new Nodes(emit))
