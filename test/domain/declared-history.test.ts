import t from 'tap'
import { parseOriginKey, parseStepKey } from '../../src/domain/lineage/key.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import { desk, id, kg, oxides } from '../support/books.ts'

function commissioned(
  entry: string,
  product: string,
  declared: readonly object[],
  more: object = {}
) {
  const { books, facility, record } = desk()
  facility('works', { country: 'AU', region: 'AU-WA' })
  const { findings } = record({
    type: 'commission',
    time: '2026-03-01T00:00:00Z',
    facility: id('works'),
    outputs: [
      {
        id: id('lot'),
        product: { class: product, name: 'Lot' },
        entry,
        mass: kg('100'),
        assay: oxides({ Nd2O3: '2', Pr6O11: '1' }),
        declared,
        ...more
      }
    ]
  })
  t.same(findings, [])
  return books.batches.get(id('lot'))?.lineage
}

const of = (facility: string, share: string, more: object = {}) => ({
  element: 'Nd',
  step: 'mined',
  country: 'AU',
  facility: id(facility),
  share,
  evidence: [],
  ...more
})

t.test('several mines of one country are declared each with its share', async (t) => {
  const lineage = commissioned('purchased', 'separated_oxide', [
    of('North pit', '0.25'),
    of('North pit', '0.05', { evidence: [{ kind: 'coc', level: 'verified' }] }),
    of('South pit', '0.2'),
    of('Far pit', '0.1', { country: 'BR' })
  ])
  const byCountry = new Map<string, number>()
  for (const { key, parts } of lineage?.origins.get('Nd') ?? []) {
    const { kind, place } = parseOriginKey(key)
    byCountry.set(`${kind} ${place}`, (byCountry.get(`${kind} ${place}`) ?? 0) + parts)
  }
  t.same(
    Object.fromEntries(byCountry),
    { 'declared AU': 5e11, 'declared BR': 1e11, 'unknown ': 4e11 },
    'and the rest is unknown'
  )
  const mined = lineage?.steps.get('Nd')?.get('mined')
  t.equal(mined?.none, 4e11)
  t.equal(
    mined?.parts.reduce((sum, { parts }) => sum + parts, 0),
    6e11
  )
})

t.test('a share of nothing is none, however little is a part', async (t) => {
  const parts = (share: string) =>
    commissioned('purchased', 'separated_oxide', [of('North pit', share)])
      ?.origins.get('Nd')
      ?.map(({ key, parts }) => [parseOriginKey(key).kind, parts])
  t.same(parts('0'), [['unknown', WHOLE]])
  t.same(parts(`0.${'0'.repeat(20)}1`), [
    ['declared', 1],
    ['unknown', WHOLE - 1]
  ])
})

t.test('what is declared of one element says nothing of another', async (t) => {
  const lineage = commissioned('purchased', 'separated_oxide', [of('North pit', '1')])
  t.same(
    lineage?.origins.get('Pr')?.map(({ key, parts }) => [parseOriginKey(key).kind, parts]),
    [['unknown', WHOLE]]
  )
  t.notOk(lineage?.steps.get('Pr')?.has('mined'))
})

t.test('a history without evidence is declared, and no more', async (t) => {
  const levels = (evidence: readonly object[]) =>
    commissioned('purchased', 'separated_oxide', [of('North pit', '1', { evidence })])
      ?.steps.get('Nd')
      ?.get('mined')
      ?.parts.map(({ key }) => parseStepKey(key).level)
  const level = (name: string) => ({ kind: 'coc', level: name })
  t.same(levels([]), ['declared'])
  t.same(levels([level('documented')]), ['documented'])
  t.same(levels([level('verified'), level('documented')]), ['verified'], 'the strongest counts')
})

t.test('scrap that is taken in comes from where it arose', async (t) => {
  for (const kind of ['post_consumer', 'pre_consumer']) {
    const more = { sourceCountry: 'JP' }
    const lineage = commissioned(`${kind}_scrap`, 'sorted_scrap', [], more)
    t.same(
      lineage?.origins.get('Nd')?.map(({ key, parts }) => {
        const origin = parseOriginKey(key)
        return [origin.kind, origin.place, parts]
      }),
      [[kind, 'JP', WHOLE]]
    )
    t.same(lineage?.feed.get('Nd'), [{ key: kind, parts: WHOLE }])
  }
})

t.test('ore from a mine of one’s own was mined there, all of it', async (t) => {
  const lineage = commissioned('mined', 'ore', [])
  for (const element of ['Nd', 'Pr', '*']) {
    const mined = lineage?.steps.get(element)?.get('mined')
    t.equal(mined?.none, 0, element)
    t.same(
      mined?.parts.map(({ key, parts }) => [parseStepKey(key).place, parts]),
      [['AU-WA', WHOLE]],
      element
    )
  }
})
