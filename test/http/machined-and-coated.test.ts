/** Machining and coating are phases of production, too: they count where they were done, and are not missed where they were not. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { elements, kg } from '../support/books.ts'
import { oreChain } from '../support/ore-chain.ts'

const ASSAY = elements({ Nd: '30', B: '1', Fe: '69' })
const evidence = [{ kind: 'certificate', level: 'documented', issuer: 'Mill' }]
const TOLD = [
  ...['Nd', 'Fe', 'B'].flatMap((element) =>
    ['mined', 'refined', 'separated', 'metal'].map((step) => ({ element, step, country: 'AU' }))
  ),
  ...['melted', 'powder', 'sintered'].map((step) => ({ element: '*', step, country: 'JP' }))
].map((line) => ({ ...line, evidence }))
const lot = (product: string, more: object = {}) => ({
  product: { class: product, name: product },
  mass: kg('100'),
  assay: ASSAY,
  ...more
})

type Reading = { verdict: string; reasons: object[]; evidence: { step: string; country: string }[] }

/** Magnets that an American maker magnetizes out of what it bought, worked before by a toller if one is named. */
async function magnetsOf(
  t: Parameters<typeof oreChain>[0],
  of: {
    product: string
    declared?: object[]
    custodyModel?: string
    worked?: { stage: string; product: string; country: string }
  }
) {
  const { product, declared = [], worked, ...more } = of
  const chain = await oreChain(t)
  const maker = await chain.party('Maker', 'US')
  const all = [...TOLD, ...declared]
  let at = await maker.commission(lot(product, { entry: 'purchased', declared: all, ...more }))
  if (worked) {
    const toller = await chain.party('Toller', worked.country)
    await maker.send(at, '100', toller)
    const id = randomUUID()
    await toller.record({
      type: 'transform',
      stages: [worked.stage],
      inputs: [{ batch: at, mass: kg('100') }],
      outputs: [lot(worked.product, { id })]
    })
    await toller.send(id, '100', maker)
    at = id
  }
  const magnets = randomUUID()
  await maker.record({
    type: 'transform',
    stages: ['magnetization'],
    inputs: [{ batch: at, mass: kg('100') }],
    outputs: [lot('magnet', { id: magnets })]
  })
  const judge = async (day: string): Promise<Reading> => {
    const query = `batch=${magnets}&deliveryDate=${day}`
    const { status, body } = await maker.request('GET', `/v1/reports/dfars-252.225-7052?${query}`)
    t.equal(status, 200, JSON.stringify(body))
    return body.batches[0].readings.literal
  }
  const gaps = async () =>
    (await maker.request('GET', `/v1/reports/gaps?batch=${magnets}`)).body.unknowns
  return { judge, gaps }
}

const DAYS = ['2026-12-31', '2027-01-01']
const WORKS = [
  { stage: 'machining', product: 'shaped_magnet', step: 'machined' },
  { stage: 'coating', product: 'coated_magnet', step: 'coated' }
] as const

for (const { stage, product, step } of WORKS) {
  t.test(`${stage} in a covered country, for a maker elsewhere`, async (t) => {
    const worked = { stage, product, country: 'CN' }
    const { judge } = await magnetsOf(t, { product: 'sintered_block', worked })
    for (const day of DAYS) {
      const reading = await judge(day)
      t.equal(reading.verdict, 'fail', 'all subsequent phases of production')
      t.match(reading.reasons, [
        { kind: 'covered_country', element: '*', step, country: 'CN', share: '1' }
      ])
    }
  })

  t.test(`${stage} elsewhere is evidence`, async (t) => {
    const worked = { stage, product, country: 'DE' }
    const { judge } = await magnetsOf(t, { product: 'sintered_block', worked })
    for (const day of DAYS) {
      const reading = await judge(day)
      t.equal(reading.verdict, 'pass')
      t.match(
        reading.evidence.filter((row) => row.step === step),
        [{ country: 'DE', outcome: 'accepted', source: 'recorded' }]
      )
    }
  })

  t.test(
    `bought after ${stage}, where is told by nobody, by a word, or by a document`,
    async (t) => {
      const untold = await magnetsOf(t, { product })
      const reading = await untold.judge('2026-12-31')
      t.equal(reading.verdict, 'unknown', 'what it is says that it was done')
      t.match(reading.reasons, [{ kind: 'no_evidence', step, cause: 'done_again' }])
      t.match(
        (await untold.gaps()).filter((gap: { step: string }) => gap.step === step),
        [{ kind: 'step_unknown', blocks: [{ report: 'dfars-252.225-7052' }] }]
      )
      const said = (country: string, more: object) => [{ element: '*', step, country, ...more }]
      const word = await magnetsOf(t, { product, declared: said('KR', {}) })
      t.equal((await word.judge('2026-12-31')).verdict, 'review')
      t.match(
        (await word.gaps()).filter((gap: { step: string }) => gap.step === step),
        [{ kind: 'evidence_missing' }]
      )
      const proven = await magnetsOf(t, { product, declared: said('KR', { evidence }) })
      t.equal((await proven.judge('2026-12-31')).verdict, 'pass')
      const covered = await magnetsOf(t, { product, declared: said('RU', {}) })
      t.equal((await covered.judge('2026-12-31')).verdict, 'fail')
    }
  )
}

t.test('a block that is magnetized as it is misses neither', async (t) => {
  const { judge, gaps } = await magnetsOf(t, { product: 'sintered_block' })
  const reading = await judge('2026-12-31')
  t.equal(reading.verdict, 'pass')
  const worked = ({ step }: { step: string }) => step === 'machined' || step === 'coated'
  t.same(reading.evidence.filter(worked), [])
  t.same((await gaps()).filter(worked), [])
})

t.test('a claim by mass balance does not ask for what was never done', async (t) => {
  const { judge } = await magnetsOf(t, { product: 'sintered_block', custodyModel: 'mass_balance' })
  const { reasons } = await judge('2026-12-31')
  t.same(
    reasons.map((reason) => (reason as { step: string }).step),
    ['melted', 'powder', 'sintered', 'magnetized']
  )
})
