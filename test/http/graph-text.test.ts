/** The text of a graph that is written by hand: byte for byte what JSON.stringify makes of the answer. */
import { Ajv } from 'ajv'
import fc from 'fast-check'
import t from 'tap'
import { drawTree, nameNodes } from '../../src/domain/lineage/draw-tree.ts'
import type { Sight } from '../../src/domain/lineage/sight.ts'
import type { BatchFacts, EventFacts, Graph, TreeEvent } from '../../src/domain/lineage/tree.ts'
import { Graph as GraphSchema } from '../../src/http/routes/batch-answers.ts'
import { GraphText } from '../../src/http/routes/graph-text.ts'
import { drawn, type GraphInDrawing } from '../../src/registry/trace/trace-graph.ts'
import { SEED } from '../support/seed.ts'

const SIGHTS: readonly Sight[] = [
  'whole',
  'nameless',
  'outline',
  'place',
  'receiver',
  'counted',
  'nothing'
]

/** Events that were read as alike have these in common. */
const STAGES: readonly (readonly string[])[] = [['smelting'], ['powder', 'a "stage"'], []]
const NO_EVIDENCE: EventFacts['evidence'] = []
const EVIDENCE: EventFacts['evidence'] = [
  { kind: 'certificate', level: 'documented', issuer: 'a "notified" body' }
]

/** What people type: quotes, control characters, half of a surrogate pair, the word that is looked for. */
const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('NdPr oxide', '"nodes":[]', '\ud800', '\u2028"\\')
)
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 })
const named = fc.record({ id: fc.uuid(), name: orNull(words) })
const doer = fc.record({
  organization: named,
  facility: named,
  country: orNull(fc.constantFrom('NO', 'AU')),
  region: orNull(fc.constantFrom('NO-42', 'AU-WA'))
})
const kind = fc.record({
  productClass: words,
  productName: words,
  stage: orNull(words),
  custodyModel: fc.constantFrom('segregated', 'mass_balance'),
  status: fc.constantFrom('clear', 'suspect', 'contested')
})
/** Parts of a lot often weigh the same. */
const mass = fc.oneof(
  fc.constantFrom(1_000_000_000n, 2_500_000n),
  fc.bigInt({ min: 1n, max: 9n * 10n ** 18n })
)
/** Mostly as seen by whoever made all of it, so that alike nodes follow each other. */
const sight = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Sight>('whole') },
  fc.constantFrom(...SIGHTS)
)

/** Three of them: two that differ in one member, and one that differs in all. */
function alike<Item extends object>(items: fc.Arbitrary<Item>): fc.Arbitrary<Item[]> {
  return fc.tuple(items, items, fc.nat()).map(([one, other, pick]) => {
    const keys = Object.keys(one) as (keyof Item)[]
    const key = keys[pick % keys.length] as keyof Item
    return [one, { ...one, [key]: other[key] }, other]
  })
}

interface Run {
  readonly like: string
  readonly pick: number
  readonly day: number
  readonly massUg: bigint
  readonly number: string | null
}

/** By thirds: which kind, and by whom. */
function pickLike({ like, pick }: Run, last: Run): number {
  const [kind, doer] = [last.pick % 3, last.pick - (last.pick % 3)]
  if (like === 'kind') return kind + pick - (pick % 3)
  return like === 'doer' ? doer + (pick % 3) : last.pick
}

/** Most follow others that look alike, and often weigh the same. */
function inRuns<Node extends Run>(nodes: readonly Node[]): Node[] {
  const runs: Node[] = []
  for (const node of nodes) {
    const last = runs.at(-1)
    if (last === undefined || node.like === 'none') runs.push(node)
    else {
      const { day } = last
      const pick = pickLike(node, last)
      const massUg = node.like === 'mass' ? last.massUg : node.massUg
      runs.push({ ...node, pick, day, massUg, number: null })
    }
  }
  return runs
}

const graphs = fc
  .record({
    doers: alike(doer),
    kinds: alike(kind),
    nodes: fc.array(
      fc.record({
        id: fc.uuid(),
        event: fc.uuid(),
        number: orNull(words),
        massUg: mass,
        day: fc.integer({ min: 1, max: 9 }),
        pick: fc.nat(8),
        sight,
        eventSight: sight,
        voidedBy: fc.option(fc.uuid(), { nil: null, freq: 1 }),
        open: fc.boolean(),
        like: fc.constantFrom('none', 'kind', 'doer', 'look', 'mass'),
        unknown: fc.constantFrom(false, false, false, true)
      }),
      { minLength: 1, maxLength: 20 }
    ),
    direction: fc.constantFrom('upstream' as const, 'downstream' as const),
    truncated: fc.constantFrom('depth' as const, 'limit' as const, null)
  })
  .map(({ doers, kinds, nodes: different, direction, truncated }): Graph => {
    const nodes = inRuns(different)
    const first = nodes[0]?.id as string
    const of = <T>(list: readonly T[], pick: number) => list[pick % list.length] as T
    return {
      walk: {
        root: first,
        direction,
        depths: new Map(nodes.map(({ id }, n) => [id, Math.floor(n / 8)])),
        made: nodes.map(({ event, id, massUg }) => ({ event, batch: id, massUg })),
        drawn: nodes.map(({ event, massUg }) => ({ event, batch: first, massUg })),
        open: new Set(nodes.filter(({ open, pick }) => open && pick === 0).map(({ id }) => id)),
        truncated
      },
      batches: new Map(
        nodes
          .filter(({ unknown }) => !unknown)
          .map(({ id, number, massUg, day, pick, voidedBy }): [string, BatchFacts] => [
            id,
            {
              ...of(kinds, pick),
              ...of(doers, Math.floor(pick / 3)),
              ...{ id, number, massUg, voidedBy: pick === 1 ? voidedBy : null },
              producedAt: `2026-06-0${day}T00:00:00.000Z`
            }
          ])
      ),
      events: new Map(
        nodes.map(({ event, day, pick }): [string, EventFacts] => [
          event,
          {
            ...of(doers, Math.floor(pick / 3)),
            ...{ id: event, type: day % 2 ? 'transform' : 'commission', stages: of(STAGES, pick) },
            ...{
              at: `2026-06-0${day}T00:00:00.000Z`,
              position: day,
              evidence: day > 7 ? EVIDENCE : NO_EVIDENCE
            }
          }
        ])
      ),
      batchSight: new Map(nodes.map((node) => [node.id, node.sight])),
      eventSight: new Map(nodes.map((node) => [node.event, node.eventSight]))
    }
  })

function answerOf(graph: Graph): GraphInDrawing {
  const { root, direction, truncated } = graph.walk
  const stamp = { position: 7, asOf: '2026-06-09T00:00:00.000Z' }
  const gaps: GraphInDrawing['gaps'] = [
    {
      ...{ kind: 'not_walked', element: null, step: null, share: null },
      ...{ remedy: '"nodes":[]', node: root, supplier: null }
    }
  ]
  const tree = drawTree(graph, nameNodes(graph))
  return { batch: root, direction, ...stamp, truncated, ...tree, gaps }
}

t.test('what was written of a graph that was cut off afterwards is not told', async (t) => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const traced = answerOf(graph)
      if (traced.truncated === null) return
      const text = new GraphText()
      const { batch, direction, position, asOf } = traced
      text.begin({ batch, direction, position, asOf, truncated: null })
      text.nodes((show) => traced.nodes(show))
      text.events((show) => traced.events(show))
      t.equal(text.whole(traced).bytes.toString(), JSON.stringify(drawn(traced)))
    }),
    { seed: SEED, numRuns: 300 }
  )
})

t.test(
  'what was written meanwhile stands where it belongs, in any order and in any parts',
  async (t) => {
    const met = { parts: 0, runs: 0, beyondAscii: 0 }
    const shows = fc.array(fc.constantFrom('none', 'same part', 'same part', 'next part'), {
      minLength: 20,
      maxLength: 20
    })
    fc.assert(
      fc.property(graphs, shows, fc.boolean(), (graph, how, turned) => {
        const traced: GraphInDrawing = { ...answerOf(graph), truncated: null }
        const answer = drawn(traced)
        const text = new GraphText()
        const { batch, direction, position, asOf } = traced
        text.begin({ batch, direction, position, asOf, truncated: null })
        const isAll = answer.nodes.length === graph.walk.depths.size
        const shown = isAll ? answer.nodes.slice(0, answer.nodes.length >> 1) : []
        text.nodes((show) => shown.forEach(show))
        const parts: TreeEvent[][] = [[]]
        for (const [n, event] of answer.events.entries()) {
          if (event.visibility !== 'whole' || event.omitted || how[n] === 'none') continue
          if (how[n] === 'next part') parts.push([])
          parts.at(-1)?.push(event)
        }
        for (const part of parts) {
          const events = turned ? part.toReversed() : part
          text.events((show) => events.forEach(show))
          met.runs += events.length > 1 ? 1 : 0
          met.beyondAscii += events.length > 1 && /[^\0-\x7f]/.test(JSON.stringify(events)) ? 1 : 0
        }
        met.parts += parts.length > 1 ? 1 : 0
        t.equal(text.whole(traced).bytes.toString(), JSON.stringify(answer))
      }),
      { seed: SEED, numRuns: 500 }
    )
    t.comment(JSON.stringify(met))
    t.ok(met.parts > 20 && met.runs > 20 && met.beyondAscii > 20, 'runs, parts and names were met')
  }
)

t.test('a graph is written as JSON.stringify would write it', async (t) => {
  t.comment(`seed ${SEED}`)
  const valid = new Ajv({ strict: false }).compile(GraphSchema)
  const written = { whole: 0, other: 0 }
  fc.assert(
    fc.property(graphs, (graph) => {
      const traced = answerOf(graph)
      const answer = drawn(traced)
      const text = new GraphText().whole(traced).bytes.toString()
      t.equal(text, JSON.stringify(answer))
      t.ok(valid(JSON.parse(text)), JSON.stringify(valid.errors))
      for (const { visibility } of answer.nodes) {
        written[visibility === 'whole' ? 'whole' : 'other'] += 1
      }
    }),
    { seed: SEED, numRuns: 300 }
  )
  t.comment(JSON.stringify(written))
  t.ok(written.whole > 100 && written.other > 100, 'both ways of writing a node were met')
})
