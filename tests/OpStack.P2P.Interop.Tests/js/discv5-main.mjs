// Entry point of the discovery peer: the same JSON lines as main.mjs, and the same gap of older Nodes to fill.
if (Promise.withResolvers === undefined) {
  Promise.withResolvers = function () {
    let resolve, reject
    const promise = new this((yes, no) => { resolve = yes; reject = no })
    return { promise, resolve, reject }
  }
}
const { serve } = await import('./commands.mjs')
const { Discv5Nodes } = await import('./discv5-nodes.mjs')
serve(process.stdin, process.stdout, emit => new Discv5Nodes(emit))
