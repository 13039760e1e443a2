// Entry point of the libp2p peer.
import './with-resolvers.mjs'

const { serve } = await import('./commands.mjs')
const { Peer } = await import('./peer.mjs')
serve(process.stdin, process.stdout, emit => new Peer(emit))
