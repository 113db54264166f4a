import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '../chain/random.ts'
import type { Context } from '../context.ts'
import { measureCosts } from '../costs.ts'
import { figure, inRotation, type Row } from '../figure.ts'
import { recordChains } from '../record-chains.ts'
import { partsOf } from '../register-cast.ts'

const PATIENCE_MS = 600_000

/** Inclusion proofs once the log has signed everything that the books hold. */
export async function proofFigures(context: Context): Promise<Row[]> {
  const { here, plan, nextSeed, progress } = context
  await recordChains(context, plan.smallBatches)
  const size = await signedSize(context)
  const random = new Random(nextSeed())
  const indexes = Array.from({ length: 2_000 }, () => random.between(0, size - 1))
  const proofs = indexes.map((index) => `/log/proof/inclusion?index=${index}&size=${size}`)
  const batches = await here.db.query<{ id: string }>({ text: 'select id from batch limit 2000' })
  const raws = batches.map(({ id }) => `/bench/raw/${id}`)
  const ask = (address: string, paths: readonly string[]) => async () =>
    (await load(context, address, paths)).p50Ms
  const { address, rawAddress } = here.service
  progress(`warming up for ${plan.warmUpSeconds} s each`)
  await load(context, address, proofs, plan.warmUpSeconds)
  await load(context, rawAddress, raws, plan.warmUpSeconds)
  const results = await inRotation(
    plan.rounds,
    { proof: ask(address, proofs), raw: ask(rawAddress, raws) },
    progress
  )
  context.costs.push(await measureCosts(here, 'proofs', () => load(context, address, proofs)))
  return [
    figure(
      {
        figure: `Inclusion proof at ${size.toLocaleString('en-US')} entries, p50 against one index lookup by the same process`,
        unit: 'ms',
        floor: 3,
        aim: 1.5,
        better: 'less',
        costs: 'proofs'
      },
      results.proof,
      results.raw
    )
  ]
}

async function load(
  { here, plan }: Context,
  address: string,
  paths: readonly string[],
  seconds = plan.seconds / 2
) {
  const { companies } = partsOf(here.service.cast)
  const outcome = await here.load({
    kind: 'get',
    address,
    paths,
    token: companies[0]?.token ?? null,
    connections: 1,
    seconds
  })
  if (outcome.complaint !== null) throw new Error(outcome.complaint)
  return outcome
}

/** Waits until the log covers the journal. */
async function signedSize({ here, progress }: Context): Promise<number> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const [head] = await here.db.query<{ next: number }>({
      text: 'select next::int from journal_head'
    })
    const answer = await fetch(`${here.service.address}/log/checkpoint`)
    const size = Number((await answer.text()).split('\n')[1])
    if (size >= (head?.next ?? 0)) return size
    if (performance.now() > until) throw new Error(`the log has signed ${size} of ${head?.next}`)
    progress(`the log has signed ${size} of ${head?.next}`)
    await sleep(2_000)
  }
}
