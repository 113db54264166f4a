import { setTimeout as sleep } from 'node:timers/promises'
import { Stream } from './chain/stream.ts'
import type { Context } from './context.ts'
import { partsOf, within } from './register-cast.ts'

interface Import {
  readonly id: string
  readonly state: 'received' | 'running' | 'done' | 'failed' | 'cancelled'
  readonly progress: Readonly<Record<'items' | 'accepted' | 'refused', number>>
}

const LOOK_MS = 500
const CHUNK = 256

/**
 * Imports about so many bytes of NDJSON of one house as the product does it: an upload, and the work
 * behind it. The time counts from the first byte of the upload to the last event in the books.
 */
export async function importLines(context: Context, bytes: number) {
  const { here, nextSeed, progress } = context
  const { house } = partsOf(here.service.cast)
  const headers = { authorization: `Bearer ${house.token}` }
  const stream = new Stream(within(house), nextSeed() * 100_003 + 77_777)
  const begun = performance.now()
  const answer = await fetch(`${here.service.address}/v1/imports`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-ndjson' },
    body: ReadableStream.from(linesOf(stream, bytes)),
    duplex: 'half'
  } as RequestInit)
  if (answer.status !== 202) throw new Error(`the import was refused: ${await answer.text()}`)
  let seen = (await answer.json()) as Import
  let told = performance.now()
  while (seen.state === 'received' || seen.state === 'running') {
    await sleep(LOOK_MS)
    const url = `${here.service.address}/v1/imports/${seen.id}`
    seen = (await (await fetch(url, { headers })).json()) as Import
    if (performance.now() - told < 20_000) continue
    told = performance.now()
    progress(`${seen.progress.items} items imported`)
  }
  const { items, accepted, refused } = seen.progress
  if (seen.state !== 'done' || refused > 0) {
    const url = `${here.service.address}/v1/imports/${seen.id}/results?stored=false&limit=1`
    const first = await (await fetch(url, { headers })).text()
    throw new Error(
      `the import ended ${seen.state}, ${refused} of ${items} items refused: ${first}`
    )
  }
  return { accepted, perSecond: accepted / ((performance.now() - begun) / 1000) }
}

/** Made while it is sent, so that the benchmark does not hold it either. */
async function* linesOf(stream: Stream, bytes: number): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < bytes; ) {
    const lines = Array.from({ length: CHUNK }, () => JSON.stringify(stream.next().document))
    const chunk = Buffer.from(`${lines.join('\n')}\n`)
    yield chunk
    sent += chunk.length
  }
}
