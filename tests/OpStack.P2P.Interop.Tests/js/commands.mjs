// JSON lines: {"id":1,"cmd":"start",...} in; {"id":1,"ok":{...}} or {"id":1,"error":"..."} out; {"event":"block",...} at any time.
import { createInterface } from 'node:readline'

/** Serves the commands of what `create` makes, which lists their names in a static `commands`. */
export function serve (input, output, create) {
  const send = value => output.write(JSON.stringify(value) + '\n')
  const peer = create(event => send(event))
  const lines = createInterface({ input })

  lines.on('line', async line => {
    const request = JSON.parse(line)
    try {
      if (!peer.constructor.commands.includes(request.cmd)) throw new Error(`unknown command ${request.cmd}`)
      send({ id: request.id, ok: (await peer[request.cmd](request)) ?? null })
    } catch (error) {
      send({ id: request.id, error: `${error?.name ?? 'Error'}: ${error?.message ?? error}` })
    }
  })
  // The parent closing our standard input is the order to end; a test host that dies takes us along.
  lines.on('close', () => process.exit(0))
}
