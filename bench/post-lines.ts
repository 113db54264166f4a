import type { Context } from './context.ts'

/** Records lines of one organization, each on its own; anything refused is a mistake of the benchmark. */
export async function postLines(
  { here }: Context,
  token: string,
  lines: readonly string[]
): Promise<void> {
  const answer = await fetch(`${here.service.address}/v1/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-ndjson',
      prefer: 'handling=lenient'
    },
    body: lines.join('\n')
  })
  const outcome = (await answer.json()) as { refused?: number; results?: { status: string }[] }
  if (outcome.refused === 0) return
  const wrong = outcome.results?.find(({ status }) => status !== 'accepted') ?? outcome
  throw new Error(`lines were refused: ${JSON.stringify(wrong).slice(0, 1000)}`)
}
