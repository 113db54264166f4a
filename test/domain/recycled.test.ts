import t from 'tap'
import { transformLineage, UNKNOWN_LINEAGE } from '../../src/domain/lineage/derive.ts'
import { recycledShares } from '../../src/domain/lineage/recycled.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import type { LineageInput } from '../../src/domain/lineage/weigh-inputs.ts'
import {
  formatDecimal,
  multiply,
  parseDecimal,
  type Rational,
  roundHalfEven,
  ZERO
} from '../../src/domain/quantity/rational.ts'
import { sharedData, unlessAbsent } from '../support/shared-data.ts'

const GOLDEN = 'domain/golden/recycled_content.json'
const text = sharedData(GOLDEN)

interface Golden {
  readonly inputs: readonly {
    readonly dry_kg: string
    readonly assay_wt_pct: Readonly<Record<string, string>>
    readonly feed: string
  }[]
  readonly expected: Readonly<
    Record<
      string,
      {
        readonly total_kg: string
        readonly post_consumer_kg: string
        readonly pre_consumer_kg: string
        readonly excluded_same_process_kg: string
        readonly post_consumer_share: string | null
        readonly pre_consumer_share: string | null
      }
    >
  >
}

const decimal = (value: string): Rational => parseDecimal(value) ?? ZERO

/** Micrograms of percent of kilograms: 10^9 / 100. */
const ug = (kg: string, percent: string) =>
  roundHalfEven(multiply(multiply(decimal(kg), decimal(percent)), { n: 10_000_000n, d: 1n }))

t.test('gives the golden shares to 1e-6', unlessAbsent({ [GOLDEN]: text }, 8), async (t) => {
  const golden = JSON.parse(text ?? '{"inputs":[],"expected":{}}') as Golden
  const inputs = golden.inputs.map(({ dry_kg, assay_wt_pct, feed }): LineageInput => {
    const distribution = [{ key: feed === 'same_process' ? 'primary' : feed, parts: WHOLE }]
    return {
      lineage: { ...UNKNOWN_LINEAGE, feed: new Map([['*', distribution]]) },
      massUg: ug(dry_kg, '100'),
      elements: new Map(
        Object.entries(assay_wt_pct).map(([element, percent]) => [element, ug(dry_kg, percent)])
      ),
      leftOpen: () => 0n,
      scrap: feed === 'same_process' ? 'own' : 'none'
    }
  })
  const sum = (symbol: string) =>
    inputs.reduce((all, { elements }) => all + (elements.get(symbol) ?? 0n), 0n)
  const held = Object.keys(golden.expected).filter((symbol) => sum(symbol) > 0n)
  const lineage = transformLineage(
    inputs,
    held.map((symbol) => ({
      symbol,
      inUg: sum(symbol),
      outUg: sum(symbol),
      pickup: false,
      pickupUg: 0n,
      unexplained: false,
      unknownUg: 0n,
      open: false
    })),
    { facility: 'here', place: 'FI', level: 'documented', steps: [] }
  )
  const near = (actual: string | undefined, expected: string, what: string) =>
    t.ok(Math.abs(Number(actual) - Number(expected)) <= 1e-6, `${what}: ${actual} for ${expected}`)
  for (const [element, expected] of Object.entries(golden.expected)) {
    const shares = recycledShares(lineage, element)
    if (expected.post_consumer_share === null || expected.pre_consumer_share === null) {
      t.equal(shares, null, `${element} is not there: null, never 0`)
      continue
    }
    const post = shares?.postConsumer ?? ZERO
    const pre = shares?.preConsumer ?? ZERO
    near(formatDecimal(post, 9), expected.post_consumer_share, `${element} post-consumer`)
    near(formatDecimal(pre, 9), expected.pre_consumer_share, `${element} pre-consumer`)
    const kilograms = (parts = 0) => `${(Number(sum(element)) / 1e9) * (parts / WHOLE)}`
    near(kilograms(WHOLE), expected.total_kg, `${element} in all`)
    near(kilograms(shares?.parts.post_consumer), expected.post_consumer_kg, `${element} post`)
    near(kilograms(shares?.parts.pre_consumer), expected.pre_consumer_kg, `${element} pre`)
    near(
      kilograms(shares?.parts.same_process),
      expected.excluded_same_process_kg,
      `${element} left out`
    )
  }
})

t.test(
  'scrap of others stays post-consumer as far as it was, the rest is pre-consumer',
  async (t) => {
    const feed = [
      { key: 'post_consumer', parts: 4e11 },
      { key: 'primary', parts: 6e11 }
    ]
    const swarf: LineageInput = {
      lineage: { ...UNKNOWN_LINEAGE, feed: new Map([['Nd', feed]]) },
      massUg: 10n,
      elements: new Map([['Nd', 10n]]),
      leftOpen: () => 0n,
      scrap: 'foreign'
    }
    const held = { symbol: 'Nd', inUg: 10n, outUg: 10n, unknownUg: 0n }
    const lineage = transformLineage(
      [swarf],
      [{ ...held, pickup: false, pickupUg: 0n, unexplained: false, open: false }],
      { facility: 'here', place: 'FI', level: 'documented', steps: [] }
    )
    t.match(recycledShares(lineage, 'Nd'), {
      parts: { post_consumer: 4e11, pre_consumer: 6e11, primary: 0, same_process: 0 }
    })
  }
)

t.test('has no share where nothing but rework is left', async (t) => {
  const feed = new Map([['Nd', [{ key: 'same_process', parts: WHOLE }]]])
  t.match(recycledShares({ feed }, 'Nd'), { postConsumer: null, preConsumer: null })
})
