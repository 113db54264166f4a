import fc from 'fast-check'
import t from 'tap'
import { packLineage, unpackLineage } from '../../src/domain/lineage/codec.ts'
import { mixDistributions, mixTouches } from '../../src/domain/lineage/mix.ts'
import type { Distribution } from '../../src/domain/lineage/share.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import { SEED } from '../support/seed.ts'

const total = (distribution: Distribution) =>
  distribution.reduce((sum, part) => sum + BigInt(part.parts), 0n)

/** The definition, word for word, in integers only. */
function mixedByDefinition(inputs: { weightUg: bigint; shares: Distribution }[]): Distribution {
  const weight = inputs.reduce((sum, input) => sum + input.weightUg, 0n)
  const sums = new Map<string, bigint>()
  for (const { weightUg, shares } of inputs) {
    if (weightUg === 0n) continue
    for (const { key, parts } of shares) {
      sums.set(key, (sums.get(key) ?? 0n) + weightUg * BigInt(parts))
    }
  }
  const parts = [...sums]
    .map(([key, sum]) => ({ key, parts: Math.max(1, Number(sum / weight)) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const residual = WHOLE - parts.reduce((sum, part) => sum + part.parts, 0)
  const most = Math.max(...parts.map((part) => part.parts))
  const largest = parts.findIndex((part) => part.parts === most)
  return parts.map((part, index) =>
    index === largest ? { ...part, parts: part.parts + residual } : part
  )
}

const keys = fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 })
const distribution = fc
  .tuple(keys, fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 8, maxLength: 8 }))
  .map(([names, weights]): Distribution => {
    const sum = names.reduce((all, _, index) => all + (weights[index] ?? 1n), 0n)
    const parts = names.map((name, index) => ({
      key: `mine|${String(name).padStart(2, '0')}|AU`,
      parts: Math.max(1, Number(((weights[index] ?? 1n) * BigInt(WHOLE)) / sum))
    }))
    const rest = WHOLE - parts.reduce((all, part) => all + part.parts, 0)
    const [first] = parts
    if (first) first.parts += rest
    return parts.sort((a, b) => (a.key < b.key ? -1 : 1))
  })
const weighed = fc.record({
  weightUg: fc.oneof(
    fc.bigInt({ min: 0n, max: 10n }),
    fc.bigInt({ min: 1n, max: 9n * 10n ** 18n })
  ),
  shares: distribution
})
const inputs = fc
  .array(weighed, { minLength: 1, maxLength: 12 })
  .filter((list) => list.some((input) => input.weightUg > 0n))

t.test(`mixing is exact and adds up to the whole (seed ${SEED})`, async (t) => {
  let cases = 0
  fc.assert(
    fc.property(inputs, (list) => {
      cases += 1
      const mixed = mixDistributions(list)
      if (total(mixed) !== BigInt(WHOLE)) return false
      const same = list.filter((input) => input.weightUg > 0n)
      const alone = same.every(
        (input) => JSON.stringify(input.shares) === JSON.stringify(same[0]?.shares)
      )
      return alone || JSON.stringify(mixed) === JSON.stringify(mixedByDefinition(list))
    }),
    { seed: SEED, numRuns: 2000 }
  )
  t.equal(cases, 2000, `${cases} mixtures equal the definition in integers`)
})

t.test('a share that comes out whole is not rounded below itself', async (t) => {
  // A third and two thirds are no doubles: their sum lies a little beside the whole number.
  let whole = 0
  for (let n = 1; n <= 3000; n += 1) {
    const parts = (of: number) => [
      { key: 'a', parts: of },
      { key: 'b', parts: WHOLE - of }
    ]
    const one = (n * 314_159_265) % WHOLE
    const list = [
      { weightUg: 1n, shares: parts(one) },
      { weightUg: 2n, shares: parts((one + 3 * n * 271_828) % WHOLE) }
    ]
    if (JSON.stringify(mixDistributions(list)) === JSON.stringify(mixedByDefinition(list))) {
      whole += 1
    }
  }
  t.equal(whole, 3000)
})

t.test('the residual goes to the largest part, ties by key bytes', async (t) => {
  const third = (key: string): Distribution => [{ key, parts: WHOLE }]
  const mixed = mixDistributions(
    ['b', 'a', 'c'].map((key) => ({ weightUg: 1n, shares: third(key) }))
  )
  t.same(mixed, [
    { key: 'a', parts: 333333333334 },
    { key: 'b', parts: 333333333333 },
    { key: 'c', parts: 333333333333 }
  ])
})

t.test('a positive share keeps at least one part', async (t) => {
  const mixed = mixDistributions([
    { weightUg: 9n * 10n ** 18n, shares: [{ key: 'a', parts: WHOLE }] },
    { weightUg: 1n, shares: [{ key: 'b', parts: WHOLE }] }
  ])
  t.same(mixed, [
    { key: 'a', parts: WHOLE - 1 },
    { key: 'b', parts: 1 }
  ])
})

t.test('what every input went through, the mixture went through, wholly', async (t) => {
  let mixtures = 0
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 1n, max: 10n ** 18n }), { minLength: 2, maxLength: 9 }),
      (weights) => {
        mixtures += 1
        const touched = { none: 0, parts: [{ key: 'here', parts: WHOLE }] }
        const half = {
          none: 0,
          parts: [
            { key: 'here', parts: WHOLE },
            { key: 'there', parts: 7 }
          ]
        }
        const mixed = mixTouches(
          weights.map((weightUg, index) => ({ weightUg, shares: index === 0 ? half : touched }))
        )
        const there = mixed.parts.find((part) => part.key === 'there')?.parts ?? 0
        return mixed.none === 0 && mixed.parts[0]?.parts === WHOLE && there >= 1
      }
    ),
    { seed: SEED, numRuns: 500 }
  )
  t.equal(mixtures, 500)
})

t.test('packing loses nothing and writes equal distributions once', async (t) => {
  const shared: Distribution = [
    { key: 'mine|x|AU', parts: 1 },
    { key: 'unknown||', parts: WHOLE - 1 }
  ]
  const step = { none: 1, parts: [{ key: 'p|AU|recorded|verified', parts: WHOLE - 1 }] }
  const never = { none: WHOLE, parts: [] }
  const symbols = ['Nd', 'Pr', 'Dy', '*']
  const lineage = {
    origins: new Map(symbols.map((symbol) => [symbol, shared])),
    feed: new Map(symbols.map((symbol) => [symbol, [{ key: 'primary', parts: WHOLE }]])),
    steps: new Map(
      symbols.map((symbol) => [
        symbol,
        new Map([
          ['mined', step],
          ['melted', never]
        ])
      ])
    )
  }
  const packed = packLineage(lineage)
  t.same(unpackLineage(packed), lineage)
  t.equal(packed.origins.split('mine|x|AU').length, 2, 'each key once')
  t.equal(packed.steps.split('recorded|verified').length, 2)
})
