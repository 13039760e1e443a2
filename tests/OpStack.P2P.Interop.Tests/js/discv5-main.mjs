// Entry point of the discovery peer: the same JSON lines as main.mjs.
import { serve } from './commands.mjs'
import { Discv5Nodes } from './discv5-nodes.mjs'

serve(process.stdin, process.stdout, emit => new Discv5Nodes(emit))
