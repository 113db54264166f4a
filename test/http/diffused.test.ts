/** Dysprosium that diffuses into sintered blocks was never melted with them, and nobody can tell where it was. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { elements, kg } from '../support/books.ts'
import { oreChain } from '../support/ore-chain.ts'

const BLOCK = elements({ Nd: '30', B: '1', Fe: '69' })
const DIFFUSED = elements({ Nd: '29.7', B: '0.99', Fe: '68.31', Dy: '1' })
const OF_ELEMENTS = ['mined', 'refined', 'separated', 'metal']
const evidence = [{ kind: 'certificate', level: 'documented', issuer: 'Mill' }]
const told = (of: readonly string[], steps: readonly string[], country = 'AU') =>
  of.flatMap((element) => steps.map((step) => ({ element, step, country, evidence })))
const bought = (product: string, mass: string, assay: object, declared: object[]) => ({
  ...{ product: { class: product, name: product }, mass: kg(mass), assay },
  ...{ entry: 'purchased', declared }
})

/** What is said of magnets that an American maker makes of bought blocks, with what brings the dysprosium. */
async function magnetsWith(
  t: Parameters<typeof oreChain>[0],
  dysprosium: { readonly product: string; readonly stage: string; readonly declared: object[] }
) {
  const maker = await (await oreChain(t)).party('Maker', 'US')
  const { product, stage, declared } = dysprosium
  const [from, made] =
    stage === 'coating' ? ['sintered_block', 'coated_magnet'] : ['powder', 'sintered_block']
  const behind = ['melted', 'powder', ...(stage === 'coating' ? ['sintered'] : [])]
  const history = [...told(['Nd', 'B', 'Fe'], OF_ELEMENTS), ...told(['*'], behind, 'JP')]
  const block = await maker.commission(bought(from, '99', BLOCK, history))
  const source = await maker.commission(bought(product, '1', elements({ Dy: '100' }), declared))
  const [worked, magnets] = [randomUUID(), randomUUID()]
  const lot = (id: string, name: string) => ({
    id,
    product: { class: name, name },
    mass: kg('100'),
    assay: DIFFUSED
  })
  const inputs = [
    { batch: block, mass: kg('99') },
    { batch: source, mass: kg('1') }
  ]
  await maker.record({ type: 'transform', stages: [stage], inputs, outputs: [lot(worked, made)] })
  await maker.record({
    type: 'transform',
    stages: ['magnetization'],
    inputs: [{ batch: worked, mass: kg('100') }],
    outputs: [lot(magnets, 'magnet')]
  })
  const ask = async (report: string) =>
    (await maker.request('GET', `/v1/reports/${report}batch=${magnets}`)).body
  const judged = async (day: string) =>
    (await ask(`dfars-252.225-7052?deliveryDate=${day}&`)).batches[0].readings.conservative
  return { judged, gaps: async () => (await ask('gaps?')).unknowns }
}

t.test('its own history is asked for, and no melting', async (t) => {
  const declared = told(['Dy'], OF_ELEMENTS)
  const { judged, gaps } = await magnetsWith(t, {
    product: 'ree_metal',
    stage: 'coating',
    declared
  })
  t.same(await gaps(), [])
  for (const day of ['2026-12-31', '2027-01-01']) {
    const { verdict, reasons, elements } = await judged(day)
    t.same([verdict, reasons], ['pass', []], day)
    t.ok(elements.includes('Dy'))
  }
})

t.test(
  'what nobody told of its own history stays unknown, and what is told in a covered country fails',
  async (t) => {
    const silent = await magnetsWith(t, { product: 'ree_metal', stage: 'coating', declared: [] })
    t.equal((await silent.judged('2026-12-31')).verdict, 'pass')
    const reading = await silent.judged('2027-01-01')
    t.equal(reading.verdict, 'unknown')
    t.same(
      reading.reasons.map((each: { step: string }) => each.step),
      OF_ELEMENTS
    )
    const declared = told(['Dy'], OF_ELEMENTS, 'CN')
    const covered = await magnetsWith(t, { product: 'ree_metal', stage: 'coating', declared })
    t.equal((await covered.judged('2027-01-01')).verdict, 'fail')
  }
)

t.test('a powder with melting behind it still has to say where', async (t) => {
  const declared = told(['Dy'], OF_ELEMENTS)
  const { judged } = await magnetsWith(t, { product: 'powder', stage: 'press_sinter', declared })
  const { verdict, reasons } = await judged('2026-12-31')
  t.equal(verdict, 'unknown')
  t.same(
    reasons.map((each: { element: string; step: string }) => [each.element, each.step]),
    [
      ['Dy', 'melted'],
      ['Dy', 'powder']
    ]
  )
})
