import fc from 'fast-check'
import t from 'tap'
import { type Arrow, placeInLayers } from '../../src/reports/pictures/layers.ts'
import { SEED } from '../support/seed.ts'

t.test('places a diamond in three layers, with nothing crossed', async (t) => {
  const arrows = [
    { from: 'ore', to: 'left' },
    { from: 'ore', to: 'right' },
    { from: 'left', to: 'magnet' },
    { from: 'right', to: 'magnet' }
  ]
  const placed = placeInLayers(['magnet', 'right', 'left', 'ore'], arrows)
  t.strictSame(
    ['ore', 'left', 'right', 'magnet'].map((id) => placed.get(id)?.layer),
    [0, 1, 1, 2]
  )
})

t.test(
  'puts what is used late beside what it is used with, however short its history',
  async (t) => {
    const arrows = [
      { from: 'ore', to: 'oxide' },
      { from: 'oxide', to: 'alloy' },
      { from: 'iron', to: 'alloy' }
    ]
    const placed = placeInLayers(['alloy', 'oxide', 'ore', 'iron'], arrows)
    t.equal(placed.get('iron')?.layer, placed.get('oxide')?.layer)
  }
)

t.test('untangles two lines that were given crosswise', async (t) => {
  const arrows = [
    { from: 'a', to: '1' },
    { from: 'b', to: '2' }
  ]
  const placed = placeInLayers(['a', 'b', '2', '1'], arrows)
  const place = (id: string) => placed.get(id)?.place ?? Number.NaN
  t.equal(place('a') < place('b'), place('1') < place('2'))
})

t.test(`every arrow leads on and every node has its own place (seed ${SEED})`, async () => {
  const graphs = fc
    .integer({ min: 1, max: 40 })
    .chain((size) =>
      fc
        .array(fc.tuple(fc.nat({ max: size - 1 }), fc.nat({ max: size - 1 })), { maxLength: 80 })
        .map((pairs) => ({ size, pairs }))
    )
  fc.assert(
    fc.property(graphs, ({ size, pairs }) => {
      const ids = Array.from({ length: size }, (_, index) => `n${index}`)
      const arrows: Arrow[] = pairs
        .filter(([a, b]) => a !== b)
        .map(([a, b]) => ({ from: `n${Math.min(a, b)}`, to: `n${Math.max(a, b)}` }))
      const placed = placeInLayers(ids, arrows)
      const cells = new Set([...placed.values()].map(({ layer, place }) => `${layer}/${place}`))
      const onward = arrows.every(
        ({ from, to }) => (placed.get(from)?.layer ?? 0) < (placed.get(to)?.layer ?? 0)
      )
      return onward && placed.size === size && cells.size === size
    }),
    { seed: SEED, numRuns: 300 }
  )
})
