/** Walks of more batches than are walked in one statement, against a walk through the same graph in memory. */
import fc from 'fast-check'
import t from 'tap'
import type { Direction } from '../../../src/domain/lineage/walk.ts'
import { walkGraph } from '../../../src/storage/batches/graph.ts'
import type { Met } from '../../../src/storage/batches/walk-findings.ts'
import { birthAt } from '../../../src/storage/books/birth.ts'
import type { Database } from '../../../src/storage/database.ts'
import { id } from '../../support/books.ts'
import { testDatabase } from '../../support/database.ts'
import { SEED } from '../../support/seed.ts'

interface Link {
  readonly event: string
  readonly batch: string
}

interface Graph {
  readonly inputs: readonly Link[]
  readonly outputs: readonly Link[]
}

const BATCHES = 1_800
/** Of one event. */
const MOST_MADE = 3

/** A deep graph, in which events draw batches of late, and a broad one, whose levels are read in parts. */
const DEEP = 400
const BROAD = BATCHES

/** Each event draws some of the batches before it and makes the next one, two or three. */
const graphs = (reach: number) =>
  fc
    .array(
      fc.tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.nat(), { minLength: reach === BROAD ? 1 : 0, maxLength: 3 })
      ),
      {
        minLength: BATCHES / 2,
        maxLength: BATCHES / 2
      }
    )
    .map((events): Graph => {
      const inputs: Link[] = []
      const outputs: Link[] = [{ event: id('large first'), batch: id('large 0') }]
      for (const [index, [makes, draws]] of events.entries()) {
        const event = id(`large event ${index}`)
        const made = outputs.length
        for (const pick of new Set(draws.map((draw) => Math.max(0, made - 1 - (draw % reach))))) {
          inputs.push({ event, batch: id(`large ${pick}`) })
        }
        for (let n = 0; n < makes; n += 1) outputs.push({ event, batch: id(`large ${made + n}`) })
      }
      return { inputs, outputs }
    })

async function record(db: Database, { inputs, outputs }: Graph): Promise<void> {
  const positions = new Map<string, number>()
  for (const { event } of outputs) positions.set(event, positions.get(event) ?? positions.size + 1)
  const births = new Map<string, number>()
  for (const { event, batch } of outputs) {
    births.set(batch, birthAt(positions.get(event) as number, births.size % MOST_MADE))
  }
  await db.query({
    text: `insert into batch (id, organization, position, birth, drawn_ug, found_ug)
      select id, id, 1, birth, 0, 0 from unnest($1::uuid[], $2::int8[]) as made (id, birth)`,
    values: [[...births.keys()], [...births.values()]]
  })
  for (const [table, links, columns, values] of [
    ['event_input', inputs, ', elements', ", '{}'"],
    ['event_output', outputs, '', '']
  ] as const) {
    await db.query({
      text: `insert into ${table} (event, line, batch, mass_ug, position, birth${columns})
        select event, n, batch, n, position, birth${values}
          from unnest($1::uuid[], $2::uuid[], $3::int8[], $4::int8[])
            with ordinality as link (event, batch, position, birth, n)`,
      values: [
        links.map(({ event }) => event),
        links.map(({ batch }) => batch),
        links.map(({ event }) => positions.get(event)),
        links.map(({ batch }) => births.get(batch))
      ]
    })
  }
}

/** The edges of the events behind batches, as texts: those to the batches, and all on the other side. */
function edges(
  { inputs, outputs }: Graph,
  found: ReadonlyMap<string, number>,
  direction: Direction
) {
  const [near, far] = direction === 'upstream' ? [outputs, inputs] : [inputs, outputs]
  const met = near.filter(({ batch }) => found.has(batch))
  const events = new Set(met.map(({ event }) => event))
  return [met, far.filter(({ event }) => events.has(event))].map(textsOf)
}

function textsOf(links: readonly Link[]): readonly string[] {
  return links.map(({ event, batch }) => `${event} ${batch}`).sort()
}

/** Batch -> level, as far as the depth. */
function levels({ inputs, outputs }: Graph, root: string, direction: Direction, depth: number) {
  const [near, far] = direction === 'upstream' ? [outputs, inputs] : [inputs, outputs]
  const events = Map.groupBy(near, ({ batch }) => batch)
  const beyond = Map.groupBy(far, ({ event }) => event)
  const found = new Map([[root, 0]])
  for (const [batch, level] of found) {
    if (level === depth) continue
    for (const { event } of events.get(batch) ?? []) {
      for (const next of beyond.get(event) ?? []) {
        if (!found.has(next.batch)) found.set(next.batch, level + 1)
      }
    }
  }
  return found
}

t.test('a large walk finds what a walk in memory finds, and tells of each node once', async (t) => {
  t.comment(`seed ${SEED}`)
  const sizes: number[] = []
  const widths: number[] = []
  const kinds = fc.constantFrom(DEEP, BROAD).chain(graphs)
  for (const [graph, depth] of fc.sample(fc.tuple(kinds, fc.constantFrom(64, 5)), {
    seed: SEED,
    numRuns: 6
  })) {
    const db = await testDatabase(t)
    await record(db, graph)
    const last = graph.outputs.at(-1)?.batch as string
    for (const [root, direction] of [
      [id('large 0'), 'downstream'],
      [last, 'upstream']
    ] as const) {
      const parts: Met[] = []
      const onMet = (met: Met) => parts.push(met)
      const options = { depth, limit: 20_000, asOf: BATCHES }
      const walk = await walkGraph(db, root, direction, { ...options, onMet })
      const expected = levels(graph, root, direction, depth)
      sizes.push(expected.size)
      widths.push(Math.max(...countedBy([...expected.values()]).values()))
      t.strictSame(sorted(walk.depths), sorted(expected), `${direction} to depth ${depth}`)
      const events = new Set([...walk.made, ...walk.drawn].map(({ event }) => event))
      const [near, far] = edges(graph, expected, direction)
      const sides = direction === 'upstream' ? [walk.made, walk.drawn] : [walk.drawn, walk.made]
      t.strictSame(sides.map(textsOf), [near, far], 'each edge once')
      const told = parts.flatMap(({ batches }) => batches.map(({ batch }) => batch))
      t.strictSame(told.sort(), [...expected.keys()].sort())
      const toldEvents = parts.flatMap((part) => part.events.map(({ event }) => event))
      t.strictSame(toldEvents.sort(), [...events].sort())
      const half = Math.ceil(expected.size / 2)
      const few = await walkGraph(db, root, direction, { ...options, limit: half })
      t.equal(few.depths.size, half)
      t.ok([...few.depths].every(([batch, level]) => expected.get(batch) === level))
    }
  }
  t.comment(`walks of ${sizes.join(', ')} batches`)
  t.ok(sizes.filter((size) => size > 500).length >= 2, 'more than one statement walks')
  t.comment(`levels of up to ${widths.join(', ')} batches`)
  t.ok(widths.filter((width) => width > 500).length >= 2, 'levels are read in parts')
})

function countedBy(levels: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const level of levels) counts.set(level, (counts.get(level) ?? 0) + 1)
  return counts
}

function sorted(map: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...map].sort()
}
