/** A step that is done again does not answer for the first time, of which nobody told. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { elements, kg } from '../support/books.ts'
import { oreChain } from '../support/ore-chain.ts'

const ALLOY = elements({ Nd: '30', B: '1', Fe: '69' })
const batch = (product: string, mass: string, more: object = {}) => ({
  product: { class: product, name: product },
  mass: kg(mass),
  assay: ALLOY,
  ...more
})

/** Magnets that an American maker melts, mills, sinters and magnetizes out of what it bought. */
async function magnetsOf(
  t: Parameters<typeof oreChain>[0],
  feed: { readonly product: string; readonly entry?: string; readonly declared?: object[] }
) {
  const chain = await oreChain(t)
  const trader = await chain.party('Trader', 'SG')
  const maker = await chain.party('Maker', 'US')
  const { product, entry = 'purchased', declared = [] } = feed
  const bought = await trader.commission(batch(product, '100', { entry, declared }))
  await trader.send(bought, '100', maker)
  const [alloy, magnets] = [randomUUID(), randomUUID()]
  const make = (stages: readonly string[], from: string, mass: string, output: object) =>
    maker.record({
      type: 'transform',
      stages,
      inputs: [{ batch: from, mass: kg(mass) }],
      outputs: [output]
    })
  await make(['alloying'], bought, '100', batch('alloy', '98', { id: alloy }))
  const stages = ['powder', 'press_sinter', 'machining', 'magnetization']
  await make(stages, alloy, '98', batch('magnet', '90', { id: magnets }))
  const judge = async (day: string) => {
    const query = `batch=${magnets}&deliveryDate=${day}`
    const { status, body } = await maker.request('GET', `/v1/reports/dfars-252.225-7052?${query}`)
    t.equal(status, 200, JSON.stringify(body))
    return body.batches[0].readings.literal
  }
  const gaps = async () =>
    (await maker.request('GET', `/v1/reports/gaps?batch=${magnets}`)).body.unknowns
  return { trader, bought, judge, gaps }
}

const evidence = [{ kind: 'certificate', level: 'documented', issuer: 'Mill' }]

t.test('bought alloy that is melted again: nobody told where it was melted', async (t) => {
  const { trader, bought, judge, gaps } = await magnetsOf(t, { product: 'alloy' })
  const reading = await judge('2026-12-15')
  t.equal(reading.verdict, 'unknown', 'unknown never passes')
  t.match(reading.reasons, [{ kind: 'no_evidence', step: 'melted', cause: 'done_again' }])
  t.match(reading.gaps, [
    {
      step: 'melted',
      closers: [{ role: 'source', batch: bought, party: { organization: trader.organization } }]
    }
  ])
  const melted = (await gaps()).filter(({ step }: { step: string }) => step === 'melted')
  t.match(melted, [{ kind: 'step_unknown', blocks: [{ regulation: 'dfars-252.225-7052' }] }])
})

t.test('the same where it is told: it passes, or fails', async (t) => {
  for (const [country, verdict] of [
    ['JP', 'pass'],
    ['CN', 'fail']
  ] as const) {
    const declared = [{ element: '*', step: 'melted', country, evidence }]
    const { judge } = await magnetsOf(t, { product: 'alloy', declared })
    t.equal((await judge('2026-12-15')).verdict, verdict)
  }
})

t.test('scrap that is melted again: its first life is asked from 2027 on', async (t) => {
  const { judge } = await magnetsOf(t, { product: 'magnet_scrap', entry: 'post_consumer_scrap' })
  t.equal((await judge('2026-12-31')).verdict, 'pass', 'the alloy is of this melting')
  const reading = await judge('2027-01-01')
  t.equal(reading.verdict, 'unknown')
  t.match(
    reading.reasons.filter(({ step }: { step: string }) => step === 'melted'),
    [{ cause: 'done_again' }]
  )
  t.same(
    reading.reasons.filter(({ step }: { step: string }) => step === 'sintered'),
    [],
    'magnets are sintered anew'
  )
})
