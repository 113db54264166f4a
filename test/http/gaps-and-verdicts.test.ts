/** What the report on gaps calls blocking is what the verdict misses, step by step, over chains that nobody thought of. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { elements, kg } from '../support/books.ts'
import { oreChain } from '../support/ore-chain.ts'
import { SEED, seeded } from '../support/seed.ts'

const CHAINS = 14
const ASSAY = elements({ Nd: '28', Dy: '2', B: '1', Fe: '69' })
const ELEMENTS = ['Nd', 'Dy', 'B', 'Fe']
const OF_ELEMENTS = ['mined', 'refined', 'separated', 'metal']
const OF_THE_MAGNET = ['melted', 'powder', 'sintered', 'magnetized']
const STAGES = [
  { stage: 'alloying', product: 'alloy' },
  { stage: 'powder', product: 'powder' },
  { stage: 'press_sinter', product: 'sintered_block' },
  { stage: 'magnetization', product: 'magnet' }
] as const
/** What is bought, how many steps of the magnet it has behind it, and the stage that must come next. */
const BOUGHT = [
  { product: 'magnet_scrap', entry: 'post_consumer_scrap', behind: 1, next: 0 },
  { product: 'alloy', entry: 'purchased', behind: 1, next: 1 },
  { product: 'powder', entry: 'purchased', behind: 2, next: 2 },
  { product: 'sintered_block', entry: 'purchased', behind: 3, next: 3 },
  { product: 'magnet', entry: 'purchased', behind: 4, next: 4 }
] as const

const random = seeded(SEED)
const chance = (of: number) => random() < of
const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item

/** Lines of a history, some of them left out, in part or without a document. */
function history(behind: number): object[] {
  const [silent, bare] = [pick([0, 0, 0.03, 0.2]), pick([0, 0, 0.1])]
  const told = (of: readonly string[], steps: readonly string[]) =>
    of.flatMap((element) =>
      steps
        .filter((step) => step !== 'separated' || element === 'Nd' || element === 'Dy')
        .filter(() => !chance(silent))
        .map((step) => ({
          element,
          step,
          country: 'JP',
          ...(chance(silent) ? { share: '0.5' } : {}),
          ...(chance(bare) ? {} : { evidence: [{ kind: 'certificate', level: 'documented' }] })
        }))
    )
  return [
    ...told(ELEMENTS, OF_ELEMENTS),
    ...told(chance(0.7) ? ['*'] : ELEMENTS, OF_THE_MAGNET.slice(0, behind))
  ]
}

interface Missing {
  readonly step: string | null
  readonly blocks?: readonly { readonly report: string | null }[]
}

t.test(`gaps and verdicts name the same steps (seed ${SEED})`, async (t) => {
  const chain = await oreChain(t)
  const trader = await chain.party('Trader', 'SG')
  const maker = await chain.party('Maker', 'US')
  const lot = (product: string, mass: number, more: object) => ({
    product: { class: product, name: product },
    mass: kg(`${mass}`),
    assay: ASSAY,
    ...more
  })
  for (let n = 0; n < CHAINS; n += 1) {
    const { product, entry, behind, next } = pick(BOUGHT)
    const again = next > 0 && chance(0.5)
    const scrap = entry === 'purchased' ? {} : { sourceCountry: 'DE' }
    const declared = history(behind)
    let at = await trader.commission(lot(product, 100, { entry, declared, ...scrap }))
    await trader.send(at, '100', maker)
    let mass = 100
    for (const { stage, product } of STAGES.slice(again ? next - 1 : next)) {
      const id = randomUUID()
      const left = stage === 'magnetization' ? mass : mass - 2
      await maker.record({
        type: 'transform',
        stages:
          stage === 'magnetization' ? ['machining', stage].slice(behind === 4 ? 1 : 0) : [stage],
        inputs: [{ batch: at, mass: kg(`${mass}`) }],
        outputs: [lot(product, left, { id })]
      })
      at = id
      mass = left
    }
    const ask = async (report: string) =>
      (await maker.request('GET', `/v1/reports/${report}batch=${at}`)).body
    const verdict = await ask('dfars-252.225-7052?deliveryDate=2027-01-15&')
    const reading = verdict.batches[0].readings.conservative
    const { unknowns } = (await ask('gaps?')) as { unknowns: Missing[] }
    const blocking = unknowns.filter(({ blocks = [] }) =>
      blocks.some(({ report }) => report === 'dfars-252.225-7052')
    )
    const what = `${product}${again ? ' put through its step again' : ''}: ${reading.verdict}`
    t.same(stepsOf(blocking), stepsOf(reading.reasons), what)
    t.equal(reading.verdict === 'pass', blocking.length === 0, what)
  }
})

/** Where it was mined is what the gap of an origin says. */
function stepsOf(missing: readonly Missing[]): readonly string[] {
  return [...new Set(missing.map(({ step }) => step ?? 'mined'))].sort()
}
