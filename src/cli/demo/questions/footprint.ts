import type { BatchRecord } from '../../../registry/trace/trace-batch.ts'
import type { GraphAnswer } from '../../../registry/trace/trace-graph.ts'
import { answer, ask, type Buyer } from '../buyer.ts'

/** The parts of a declaration that the answer needs (schemas/epd.json). */
interface ReadEpd {
  readonly ownerName: string
  readonly name: { readonly en: string }
  readonly document: {
    readonly allocation: { readonly method: string }
    readonly results: readonly {
      readonly indicator: string
      readonly values: readonly { readonly module: string; readonly value: string }[]
    }[]
  }
}

/** What is declared along the chain of one batch; never a sum, since each figure holds the others. */
export async function askFootprint(buyer: Buyer, number: number): Promise<void> {
  ask(buyer, number, 'What do EPDs say about the footprint of M-101, and of what it was made from?')
  const { client, terminal } = buyer
  const path = `/v1/batches/${buyer.batch('M-101')}/upstream`
  const graph = (await client.get(path)).json() as GraphAnswer
  const rows: string[] = []
  for (const { batch } of graph.nodes.toReversed()) {
    if (batch !== undefined) rows.push(...(await declaredOf(buyer, batch)))
  }
  answer(buyer, [terminal.style('dim', 'kg CO2e per kg, cradle to gate, all synthetic'), ...rows])
  answer(buyer, [
    terminal.style(
      'dim',
      'Each figure holds what lies upstream of it: they are compared, never added up.'
    ),
    ...(await undeclared(buyer))
  ])
}

async function declaredOf({ client, terminal }: Buyer, id: string): Promise<string[]> {
  const batch = (await client.get(`/v1/batches/${id}`)).json() as BatchRecord & { epd?: string }
  if (!batch.epd) return []
  const epd = (await client.get(`/v1/epds/${batch.epd}`)).json() as ReadEpd
  const gwp = epd.document.results.find(({ indicator }) => indicator === 'GWP-total')
  const value = gwp?.values.find(({ module }) => module === 'A1-A3')?.value ?? '?'
  const lot = terminal.style('bold', (batch.number ?? '').padEnd(8))
  const { method } = epd.document.allocation
  const allocation = method === 'none' ? '' : `, ${method} allocation`
  return [`${value.padStart(6)}  ${lot}  ${epd.name.en} · ${epd.ownerName}${allocation}`]
}

/** Nothing declared is said, not left out. */
async function undeclared({ client, batch }: Buyer): Promise<string[]> {
  const record = (await client.get(`/v1/batches/${batch('M-103')}`)).json() as {
    epd?: string | null
  }
  return record.epd ? [] : ['For M-103 nothing is declared: its recycled feed has no EPD.']
}
