import type { ChainEvent } from './chain/document.ts'
import { Stream } from './chain/stream.ts'
import type { Context } from './context.ts'
import { postLines } from './post-lines.ts'
import { partsOf } from './register-cast.ts'

/** A campaign makes some 25 batches; each stream plays several of them. */
const BATCHES_OF_A_STREAM = 100

/**
 * Records chains through the service until the books hold so many batches: many streams in step, each
 * company sending what it has to say of all of them in one request.
 */
export async function recordChains(context: Context, batches: number): Promise<void> {
  const { here, nextSeed, progress } = context
  const { companies } = partsOf(here.service.cast)
  const seed = nextSeed() * 100_003 + 50_021
  const missing = batches - (await countBatches(context))
  if (missing <= 0) return
  const streams = Array.from(
    { length: Math.ceil(missing / BATCHES_OF_A_STREAM) },
    (_, index) => new Stream(companies, seed + index)
  )
  for (let turn = 0; (await countBatches(context)) < batches; turn += 1) {
    const events = streams.map((stream) => stream.next())
    const byCompany = Map.groupBy(events, ({ by }) => by.token)
    await Promise.all(
      [...byCompany].map(([token, list]) => postLines(context, token, list.map(line)))
    )
    if (turn % 20 === 19) progress(`${await countBatches(context)} of ${batches} batches recorded`)
  }
}

function line({ document }: ChainEvent): string {
  return JSON.stringify(document)
}

async function countBatches({ here }: Context): Promise<number> {
  const [row] = await here.db.query<{ n: number }>({ text: 'select count(*)::int as n from batch' })
  return row?.n ?? 0
}
