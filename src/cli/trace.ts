import type { GraphAnswer } from '../registry/trace/trace-graph.ts'
import { findBatch } from './batch-name.ts'
import { ApiClient } from './client.ts'
import { clientSettings } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { exitCodes, usageError } from './exit.ts'
import type { Terminal } from './terminal.ts'
import { gapLines } from './trace/gap-lines.ts'
import { treeLines } from './trace/tree-lines.ts'

const help = `Shows where a batch comes from, as a tree: one line a batch, with its mass, what was
done to make it, by whom and where. What you may not see keeps its place as (withheld).

  lodestone trace M-101
  lodestone trace M-101 --down

BATCH is an id, or a lot number that you can see.

Options:
  --down           where it went instead of where it comes from
  --depth LEVELS   how far to go
  --as-of MOMENT   what was known at a position or an RFC 3339 time
  --json           the answer of the service as it is
  --svg            the same as a picture: lodestone trace M-101 --svg > chain.svg
  --help

Colors only on a terminal; NO_COLOR is respected. Reads LODESTONE_URL, LODESTONE_CLIENT_ID and
LODESTONE_CLIENT_SECRET, or LODESTONE_ACCESS_TOKEN.`

/** `lodestone trace BATCH` */
export const trace: Command = {
  help: `lodestone trace BATCH [options]\n\n${help}`,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, {
      down: { type: 'boolean', default: false },
      depth: { type: 'string' },
      'as-of': { type: 'string' },
      json: { type: 'boolean', default: false },
      svg: { type: 'boolean', default: false }
    })
    const [name, ...more] = positionals
    if (name === undefined || more.length > 0) throw usageError('Name one batch.')
    const client = new ApiClient(clientSettings())
    const direction = values.down ? 'downstream' : 'upstream'
    const query = new URLSearchParams()
    if (values.depth !== undefined) query.set('depth', values.depth)
    if (values['as-of'] !== undefined) query.set('asOf', values['as-of'])
    if (values.svg && values.json) throw usageError('Ask for --json or for --svg.')
    if (values.svg) query.set('format', 'svg')
    const batch = await findBatch(client, name)
    const answer = await client.get(`/v1/batches/${batch}/${direction}?${query}`)
    if (values.json || values.svg) {
      terminal.print(answer.bytes.toString('utf8').trimEnd())
      return exitCodes.ok
    }
    show(answer.json() as GraphAnswer, terminal)
    return exitCodes.ok
  }
}

function show(answer: GraphAnswer, terminal: Terminal): void {
  for (const line of treeLines(answer, answer.direction, terminal)) terminal.tell(line)
  const numbers = new Map(answer.nodes.map(({ node, number }) => [node, number ?? node]))
  const gaps = gapLines(answer.gaps, (node) => numbers.get(node) ?? node, terminal.style)
  if (gaps.length > 0) {
    terminal.print()
    for (const line of gaps) terminal.tell(line)
  }
  terminal.print()
  terminal.print(terminal.style('dim', `As of position ${answer.position}, ${answer.asOf}.`))
}
