import t from 'tap'
import { transformLineage, UNKNOWN_LINEAGE } from '../../src/domain/lineage/derive.ts'
import { parseOriginKey } from '../../src/domain/lineage/key.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'

const MELTED = { none: 0, parts: [{ key: 'works|CN|recorded|documented', parts: WHOLE }] }

/** Of 9 kg of scrap that was melted once, 10 kg come out. */
function madeOf(of: { readonly pickup: boolean; readonly unexplained: boolean }) {
  const scrap = {
    lineage: {
      ...UNKNOWN_LINEAGE,
      feed: new Map([['Fe', [{ key: 'post_consumer', parts: WHOLE }]]]),
      steps: new Map([['Fe', new Map([['melted', MELTED]])]])
    },
    massUg: 9n,
    elements: new Map([['Fe', 9n]]),
    leftOpen: () => 0n,
    scrap: 'none' as const
  }
  const iron = { symbol: 'Fe', inUg: 9n, outUg: 10n, unknownUg: 0n, open: false, ...of }
  const here = { facility: 'here', place: 'FI', level: 'documented', steps: [] } as const
  const { origins, feed, steps } = transformLineage([scrap], [iron], here)
  return {
    kinds: Object.fromEntries(
      (origins.get('Fe') ?? []).map(({ key, parts }) => [parseOriginKey(key).kind, parts])
    ),
    feed: Object.fromEntries((feed.get('Fe') ?? []).map(({ key, parts }) => [key, parts])),
    neverMelted: steps.get('Fe')?.get('melted')?.none
  }
}

const TENTH = WHOLE / 10

t.test(
  'what a process picks up was not in the scrap: it is neither recycled nor melted',
  async (t) => {
    t.same(madeOf({ pickup: true, unexplained: false }), {
      kinds: { unknown: WHOLE - TENTH, pickup: TENTH },
      feed: { post_consumer: WHOLE - TENTH, primary: TENTH },
      neverMelted: TENTH
    })
  }
)

t.test('nor is what a balance cannot explain', async (t) => {
  t.same(madeOf({ pickup: false, unexplained: true }), {
    kinds: { unknown: WHOLE },
    feed: { post_consumer: WHOLE - TENTH, primary: TENTH },
    neverMelted: TENTH
  })
})

t.test('what the tolerance of an assay makes more is of what went in', async (t) => {
  t.same(madeOf({ pickup: false, unexplained: false }), {
    kinds: { unknown: WHOLE },
    feed: { post_consumer: WHOLE },
    neverMelted: 0
  })
})
