import fc from 'fast-check'
import t from 'tap'
import type { Entry } from '../../src/domain/custody/event.ts'
import { apportionMasses } from '../../src/domain/lineage/apportion.ts'
import { sourceGaps } from '../../src/domain/lineage/gaps.ts'
import { originKey, parseStepKey, stepKey } from '../../src/domain/lineage/key.ts'
import { originShares } from '../../src/domain/lineage/origin-shares.ts'
import type { Distribution, Lineage, Touches } from '../../src/domain/lineage/share.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import { shareFraction } from '../../src/domain/lineage/share-text.ts'
import { settled, stepShares } from '../../src/domain/lineage/step-shares.ts'
import { touchesOf } from '../../src/domain/regulation/requirement.ts'
import { loadReference } from '../../src/reference.ts'
import { SEED } from '../support/seed.ts'

const { steps, stages, products, chemistry } = loadReference()
const { rareEarths } = chemistry

const mine = (party: string, place: string) => originKey({ kind: 'mine', party, place })
const told = (party: string, place: string) => originKey({ kind: 'declared', party, place })
const UNKNOWN = originKey({ kind: 'unknown', party: '', place: '' })

const lineageOf = (parts: Distribution, element = 'Nd'): Lineage => ({
  origins: new Map([[element, parts]]),
  feed: new Map([[element, [{ key: 'primary', parts: WHOLE }]]]),
  steps: new Map()
})

/** The exact sum of decimal fractions, as a reader would make it. */
function sum(fractions: readonly string[]): string {
  const parts = fractions.map((text) => {
    const [whole = '', decimals = ''] = text.split('.')
    return BigInt(whole) * BigInt(WHOLE) + BigInt(decimals.padEnd(12, '0'))
  })
  return shareFraction(Number(parts.reduce((total, part) => total + part, 0n)))
}

t.test('origins by country', async (t) => {
  const lineage = lineageOf([
    { key: told('A', 'BR'), parts: 100_000_000_000 },
    { key: mine('A', 'AU'), parts: 200_000_000_001 },
    { key: mine('B', 'AU-WA'), parts: 299_999_999_999 },
    { key: mine('C', 'CN'), parts: 150_000_000_000 },
    { key: UNKNOWN, parts: 250_000_000_000 }
  ])
  const [nd] = originShares(lineage, null)

  t.test('adds up mines of one country and keeps declared and unknown apart', async (t) => {
    t.strictSame(
      nd?.shares.map(({ country, basis, kind, parts }) => [country, basis, kind, parts]),
      [
        ['AU', 'recorded', 'mine', 500_000_000_000],
        ['CN', 'recorded', 'mine', 150_000_000_000],
        ['BR', 'declared', 'declared', 100_000_000_000]
      ]
    )
    t.equal(nd?.unknownParts, 250_000_000_000)
  })

  t.test('names no party, whoever asks', async (t) => {
    t.notOk(nd?.shares.some(({ party, withheld, region }) => party || withheld || region))
  })

  t.test('says that a country is not known where only the kind is', async (t) => {
    const scrap = lineageOf([
      { key: originKey({ kind: 'post_consumer', party: 'F', place: '' }), parts: WHOLE }
    ])
    t.match(originShares(scrap, null), [
      { shares: [{ kind: 'post_consumer', country: null, parts: WHOLE }], unknownParts: 0 }
    ])
  })

  t.test('narrows to one element, and finds nothing for one that is not there', async (t) => {
    t.equal(originShares(lineage, null, 'Nd').length, 1)
    t.strictSame(originShares(lineage, null, 'Dy'), [])
  })
})

t.test('origins by party', async (t) => {
  const lineage = lineageOf([
    { key: mine('open', 'AU-WA'), parts: 400_000_000_000 },
    { key: mine('secret-1', 'CN'), parts: 300_000_000_000 },
    { key: mine('secret-2', 'CN'), parts: 300_000_000_000 }
  ])
  const [nd] = originShares(lineage, (party) => party === 'open')

  t.test('puts parties that the reader may not know together, by country', async (t) => {
    t.equal(nd?.shares.length, 2)
    t.match(nd?.shares, [
      { party: null, withheld: true, country: 'CN', parts: 600_000_000_000 },
      { party: 'open', withheld: false, country: 'AU', region: 'AU-WA', parts: 400_000_000_000 }
    ])
  })
})

t.test('shares and unknown add up to exactly 1, whatever is withheld', async (t) => {
  const key = fc.oneof(
    fc.constant(UNKNOWN),
    fc
      .tuple(fc.constantFrom('F', 'G', 'H', ''), fc.constantFrom('AU', 'AU-WA', 'CN', 'US', ''))
      .map(([party, place]) => mine(party, place)),
    fc.tuple(fc.constantFrom('F', 'O'), fc.constantFrom('BR', 'VN')).map(([p, c]) => told(p, c))
  )
  const weights = fc.array(fc.tuple(key, fc.bigInt(1n, 10n ** 16n)), {
    minLength: 1,
    maxLength: 40
  })
  const property = fc.property(weights, fc.boolean(), fc.boolean(), (weighted, byParty, sees) => {
    const parts = apportionMasses(weighted.map(([, mass]) => mass))
    const distribution = weighted.map(([name], i) => ({ key: name, parts: parts[i] ?? 0 }))
    const [nd] = originShares(lineageOf(distribution), byParty ? () => sees : null)
    const all = [...(nd?.shares ?? []).map((share) => share.parts), nd?.unknownParts ?? 0]
    return sum(all.map(shareFraction)) === '1'
  })
  t.doesNotThrow(() => fc.assert(property, { seed: SEED, numRuns: 300 }), `seed ${SEED}`)
})

t.test('masses as shares', async (t) => {
  t.test('add up to exactly 1 where thirds do not', async (t) => {
    const parts = apportionMasses([1n, 1n, 1n])
    t.equal(sum(parts.map(shareFraction)), '1')
    t.strictSame(parts, [333_333_333_334, 333_333_333_333, 333_333_333_333])
  })

  t.test('keep at least one part of what is there, and nothing of what is not', async (t) => {
    t.strictSame(apportionMasses([1n, 10n ** 18n, 0n]), [1, WHOLE - 1, 0])
  })

  t.test('are nothing where there is no mass', async (t) => {
    t.strictSame(apportionMasses([0n, 0n]), [0, 0])
    t.strictSame(apportionMasses([]), [])
  })
})

t.test('steps by country', async (t) => {
  const key = (party: string, place: string, source: 'recorded' | 'declared' = 'recorded') =>
    stepKey({ party, place, source, level: 'documented' })
  const ask = (touches: Touches, step = 'separated', element = 'Nd') =>
    stepShares(new Map([[element, new Map([[step, touches]])]]), steps, rareEarths).find(
      (shares) => shares.step === step
    )

  t.test('are exact where nothing passed twice', async (t) => {
    const shares = ask({
      none: 100_000_000_000,
      parts: [
        { key: key('A', 'MY'), parts: 300_000_000_000 },
        { key: key('B', 'MY'), parts: 200_000_000_000 },
        { key: key('C', 'CN', 'declared'), parts: 400_000_000_000 }
      ]
    })
    t.match(shares, {
      unknownParts: 100_000_000_000,
      places: [
        { country: 'MY', basis: 'recorded', atLeast: 500_000_000_000, atMost: 500_000_000_000 },
        { country: 'CN', basis: 'declared', atLeast: 400_000_000_000, atMost: 400_000_000_000 }
      ]
    })
  })

  t.test('lie between bounds where material may have passed twice', async (t) => {
    const shares = ask({
      none: 0,
      parts: [
        { key: key('A', 'CN'), parts: 700_000_000_000 },
        { key: key('B', 'CN'), parts: 500_000_000_000 },
        { key: key('C', 'US'), parts: WHOLE }
      ]
    })
    t.match(shares?.places, [
      { country: 'CN', atLeast: 700_000_000_000, atMost: WHOLE },
      { country: 'US', atLeast: WHOLE, atMost: WHOLE }
    ])
  })

  t.test('count what no other place accounts for', async (t) => {
    const shares = ask({
      none: 0,
      parts: [
        { key: key('A', 'CN'), parts: 600_000_000_000 },
        { key: key('B', 'CN'), parts: 600_000_000_000 },
        { key: key('C', 'US'), parts: 100_000_000_000 }
      ]
    })
    t.match(shares?.places[0], { country: 'CN', atLeast: 900_000_000_000, atMost: WHOLE })
  })

  t.test('give what rounding lost to the largest, so that they add up', async (t) => {
    const shares = ask({
      none: 0,
      parts: [
        { key: key('A', 'CN'), parts: 333_333_333_333 },
        { key: key('B', 'US'), parts: 666_666_666_665 }
      ]
    })
    t.match(shares?.places, [
      { country: 'US', atLeast: 666_666_666_667, atMost: 666_666_666_667 },
      { country: 'CN', atLeast: 333_333_333_333 }
    ])
  })

  t.test('are judged by a regulation as they are told, to the last part', async (t) => {
    const rounded = {
      none: 100_000_000_001,
      parts: [
        { key: key('A', 'CN'), parts: 299_999_999_999 },
        { key: key('B', 'CN'), parts: 249_999_999_999 },
        { key: key('C', 'US'), parts: 349_999_999_998 }
      ]
    }
    const judged = touchesOf(
      new Map([['Nd', new Map([['separated', rounded]])]]),
      'Nd',
      'separated'
    )
    t.equal(
      judged.parts.reduce((sum, { parts }) => sum + parts, judged.none),
      WHOLE
    )
    t.equal(judged.none, rounded.none)
    const inCountry = (country: string) =>
      judged.parts
        .filter((part) => parseStepKey(part.key).place === country)
        .reduce((sum, { parts }) => sum + parts, 0)
    for (const place of ask(rounded)?.places ?? []) {
      t.equal(inCountry(place.country ?? ''), place.atLeast, `${place.country}`)
    }
    const twice = { none: 0, parts: [{ key: key('A', 'CN'), parts: WHOLE }, ...rounded.parts] }
    t.strictSame(settled(twice), twice, 'what passed twice is left as it is')
    t.strictSame(settled({ none: 999_999_999_999, parts: [] }).none, 999_999_999_999)
  })

  t.test('name every step that a regulation asks of the element, told or not', async (t) => {
    const none = stepShares(new Map([['Nd', new Map()]]), steps, rareEarths)
    const asked = steps.filter(({ requiredFor }) => requiredFor.includes('REE'))
    t.strictSame(
      none.map(({ step, unknownParts, places }) => [step, unknownParts, places.length]),
      asked.map(({ id }) => [id, WHOLE, 0])
    )
    t.ok(asked.length >= 4)
  })

  t.test('name a step of the whole of each element once some of it went through', async (t) => {
    const melted = new Map([
      ['melted', { none: 0, parts: [{ key: key('A', 'JP'), parts: WHOLE }] }]
    ])
    const never = new Map<string, Touches>()
    const asked = (of: ReadonlyMap<string, Touches>) =>
      stepShares(
        new Map(Object.entries({ '*': of, Co: never, Nd: of, Ni: never })),
        steps,
        rareEarths
      )
        .filter(({ step }) => step === 'melted')
        .map(({ element, unknownParts }) => [element, unknownParts])
    t.strictSame(asked(never), [['*', WHOLE]])
    t.strictSame(asked(melted), [
      ['*', 0],
      ['Co', WHOLE],
      ['Nd', 0]
    ])
  })
})

const NEVER_TOLD: Touches = { none: WHOLE, parts: [] }

t.test('what is missing', async (t) => {
  const tables = { products, stages, steps, rareEarths }
  const source = (
    entry: 'purchased' | 'opening_stock' | 'mined',
    origins: Distribution,
    touches: Touches
  ) => ({
    entry,
    productClass: 'separated_oxide',
    lineage: { ...lineageOf(origins), steps: new Map([['Nd', new Map([['mined', touches]])]]) }
  })
  const kinds = (
    entry: 'purchased' | 'opening_stock' | 'mined',
    origins: Distribution,
    touches: Touches
  ) =>
    sourceGaps(source(entry, origins, touches), tables).map(({ kind, element, step, share }) =>
      [kind, element, step, share].filter(Boolean).join(' ')
    )

  t.test('at an oxide bought or in stock: its origin, and the steps behind it', async (t) => {
    for (const entry of ['purchased', 'opening_stock'] as const) {
      t.strictSame(kinds(entry, [{ key: UNKNOWN, parts: WHOLE }], { none: WHOLE, parts: [] }), [
        'origin_unknown Nd 1',
        'step_unknown Nd refined 1',
        'step_unknown Nd separated 1'
      ])
    }
  })

  t.test('at one that is told without a document: the evidence', async (t) => {
    const level = 'declared'
    const key = stepKey({ party: 'O', place: 'BR', source: 'declared', level })
    const touches = { none: 0, parts: [{ key, parts: WHOLE }] }
    t.has(kinds('purchased', [{ key: told('O', 'BR'), parts: WHOLE }], touches), [
      'evidence_missing Nd mined 1'
    ])
  })

  t.test('at scrap of which nobody says where it arose: its country', async (t) => {
    const place = (kind: 'post_consumer' | 'unknown', where: string, parts: number) => ({
      key: originKey({ kind, party: kind === 'unknown' ? '' : 'F', place: where }),
      parts
    })
    const origins = [
      place('post_consumer', '', 3e11),
      place('post_consumer', 'JP', 5e11),
      place('unknown', '', 2e11)
    ]
    t.strictSame(kinds('purchased', origins, { none: 0, parts: [] }).slice(0, 2), [
      'origin_unknown Nd 0.2',
      'country_unknown Nd 0.3'
    ])
  })

  const untold = (entry: Entry, productClass: string, symbols: readonly string[]) => {
    const steps = new Map(symbols.map((symbol) => [symbol, new Map<string, Touches>()]))
    return sourceGaps({ entry, productClass, lineage: { ...lineageOf([]), steps } }, tables)
      .filter(({ kind }) => kind !== 'origin_unknown')
      .map(({ kind, element, step, share }) => [kind, element, step, share].join(' '))
  }

  t.test('at bought iron: its steps before it was an input of an alloy', async (t) => {
    t.strictSame(untold('purchased', 'iron', ['*', 'Fe']), [
      'step_unknown Fe refined 1',
      'step_unknown Fe metal 1'
    ])
  })

  t.test('at scrap: its first life, in one gap where nobody told of any element', async (t) => {
    const life = ['mined', 'refined', 'separated', 'metal', 'melted']
    t.strictSame(
      untold('post_consumer_scrap', 'magnet_scrap', ['*', 'Fe', 'Nd']),
      life.map((step) => `first_life_unknown * ${step} 1`)
    )
    t.strictSame(
      untold('purchased', 'magnet_scrap', ['*', 'Fe', 'Nd']),
      life.slice(1).map((step) => `first_life_unknown * ${step} 1`),
      'where bought scrap was mined is missing at its origin already'
    )
    t.strictSame(
      untold('pre_consumer_scrap', 'ree_slag', ['*', 'Nd']),
      life.slice(0, 3).map((step) => `first_life_unknown * ${step} 1`),
      'slag was no metal yet'
    )
  })

  t.test('at scrap of which somebody told something: by element', async (t) => {
    const key = stepKey({ party: 'O', place: 'JP', source: 'declared', level: 'documented' })
    const half = { none: WHOLE / 2, parts: [{ key, parts: WHOLE / 2 }] }
    const lineage = {
      ...lineageOf([]),
      steps: new Map([
        ['Fe', new Map<string, Touches>()],
        ['Nd', new Map([['mined', half]])]
      ])
    }
    const gaps = sourceGaps(
      { entry: 'post_consumer_scrap', productClass: 'magnet_scrap', lineage },
      tables
    )
    t.match(gaps, [
      { kind: 'first_life_unknown', element: 'Fe', step: 'mined', share: '1' },
      { kind: 'first_life_unknown', element: 'Nd', step: 'mined', share: '0.5' },
      { kind: 'first_life_unknown', element: '*', step: 'refined', share: '1' }
    ])
  })

  t.test('at a step of the whole: of each element where they went different ways', async (t) => {
    const at = (level: 'declared' | 'documented', none = 0): Touches => {
      const key = stepKey({ party: 'O', place: 'JP', source: 'declared', level })
      return { none, parts: [{ key, parts: WHOLE - none }] }
    }
    const gapsAt = (productClass: string, melted: Readonly<Record<string, Touches>>) => {
      const steps = new Map(
        Object.entries(melted).map(([symbol, touches]) => [symbol, new Map([['melted', touches]])])
      )
      const lineage = { ...lineageOf([]), steps }
      return sourceGaps({ entry: 'purchased', productClass, lineage }, tables)
        .filter(({ step }) => step === 'melted')
        .map(({ kind, element, share }) => [kind, element, share].join(' '))
    }
    const documented = at('documented')
    t.strictSame(
      gapsAt('alloy', { '*': documented, Fe: documented, Nd: at('declared', WHOLE / 4) }),
      ['step_unknown Nd 0.25', 'evidence_missing Nd 0.75'],
      'what is told of the whole does not answer for an element with a history of its own'
    )
    t.strictSame(
      gapsAt('alloy', { '*': NEVER_TOLD, B: documented, Fe: documented, Nd: documented }),
      [],
      'nor is it missing where each element has one'
    )
    t.strictSame(
      gapsAt('alloy', { '*': NEVER_TOLD, Fe: at('declared'), Nd: at('declared') }),
      ['evidence_missing * 1'],
      'all the same way: once'
    )
    t.strictSame(gapsAt('alloy', { '*': at('declared') }), ['evidence_missing * 1'], 'not assayed')
    t.strictSame(
      gapsAt('magnet_scrap', { '*': documented, Fe: documented, Nd: at('documented', WHOLE / 4) }),
      ['first_life_unknown Nd 0.25'],
      'of scrap as well'
    )
  })

  t.test('at a mine nothing', async (t) => {
    const key = stepKey({ party: 'F', place: 'AU', source: 'recorded', level: 'documented' })
    const touches = { none: 0, parts: [{ key, parts: WHOLE }] }
    t.strictSame(kinds('mined', [{ key: mine('F', 'AU'), parts: WHOLE }], touches), [])
  })
})
