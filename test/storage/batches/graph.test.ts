import t from 'tap'
import type { Direction } from '../../../src/domain/lineage/walk.ts'
import { walkGraph } from '../../../src/storage/batches/graph.ts'
import type { Database } from '../../../src/storage/database.ts'
import { id } from '../../support/books.ts'
import { testDatabase } from '../../support/database.ts'

interface Step {
  readonly event: string
  readonly from: Readonly<Record<string, number>>
  readonly to: readonly string[]
  readonly position: number
  readonly undone?: number
}

/** Writes batches and edges as the bookkeeper does, and nothing else: a walk reads no more than those. */
async function record(db: Database, steps: readonly Step[]): Promise<void> {
  for (const { event, from, to, position, undone = null } of steps) {
    await db.query({
      text: `insert into batch (id, organization, position, birth, drawn_ug, found_ug)
        select batch, batch, $2, $2::int8 * 32768 + n - 1, 0, 0
          from unnest($1::uuid[]) with ordinality as output (batch, n)
        on conflict (id) do nothing`,
      values: [to.map(id), position]
    })
    const inputs = Object.entries(from)
    await db.query({
      text: `insert into event_input
          (event, line, batch, mass_ug, elements, position, undone_position, birth)
        select $1, n, batch, mass, '{}', $4, $5, (select b.birth from batch b where b.id = input.batch)
          from unnest($2::uuid[], $3::int8[]) with ordinality as input (batch, mass, n)`,
      values: [
        id(event),
        inputs.map(([name]) => id(name)),
        inputs.map(([, ug]) => ug),
        position,
        undone
      ]
    })
    await db.query({
      text: `insert into event_output (event, line, batch, mass_ug, position, undone_position, birth)
        select $1, n, batch, 100, $3, $4, (select b.birth from batch b where b.id = output.batch)
          from unnest($2::uuid[]) with ordinality as output (batch, n)`,
      values: [id(event), to.map(id), position, undone]
    })
  }
}

const names = new Map<string, string>()

async function walk(
  db: Database,
  root: string,
  direction: Direction,
  options: { depth?: number; limit?: number; asOf?: number } = {}
) {
  const { depth = 64, limit = 1000, asOf = 1000 } = options
  const found = await walkGraph(db, id(root), direction, { depth, limit, asOf })
  const name = (uuid: string) => names.get(uuid) ?? uuid
  return {
    batches: Object.fromEntries([...found.depths].map(([batch, level]) => [name(batch), level])),
    drawn: found.drawn.map(({ event, batch, massUg }) => `${name(event)} ${name(batch)} ${massUg}`),
    made: found.made.map(({ event, batch }) => `${name(event)} ${name(batch)}`),
    open: [...found.open].map(name).sort(),
    truncated: found.truncated
  }
}

function known(steps: readonly Step[]): void {
  for (const { event, from, to } of steps) {
    for (const name of [event, ...Object.keys(from), ...to]) names.set(id(name), name)
  }
}

// ore-1, ore-2 -> oxide -> two metals -> one alloy: a diamond
const DIAMOND: readonly Step[] = [
  { event: 'mine-1', from: {}, to: ['ore-1'], position: 1 },
  { event: 'mine-2', from: {}, to: ['ore-2'], position: 2 },
  { event: 'refine', from: { 'ore-1': 60, 'ore-2': 40 }, to: ['oxide', 'slag'], position: 3 },
  { event: 'reduce-1', from: { oxide: 50 }, to: ['metal-1'], position: 4 },
  { event: 'reduce-2', from: { oxide: 50 }, to: ['metal-2'], position: 5 },
  { event: 'melt', from: { 'metal-1': 30, 'metal-2': 30 }, to: ['alloy'], position: 6 }
]

t.test('walks', async (t) => {
  const db = await testDatabase(t)
  known(DIAMOND)
  await record(db, DIAMOND)

  t.test('upstream through a diamond, meeting each batch, event and edge once', async (t) => {
    const { batches, drawn, made, open, truncated } = await walk(db, 'alloy', 'upstream')
    t.strictSame(batches, {
      alloy: 0,
      'metal-1': 1,
      'metal-2': 1,
      oxide: 2,
      'ore-1': 3,
      'ore-2': 3
    })
    t.strictSame(drawn.toSorted(), [
      'melt metal-1 30',
      'melt metal-2 30',
      'reduce-1 oxide 50',
      'reduce-2 oxide 50',
      'refine ore-1 60',
      'refine ore-2 40'
    ])
    t.equal(made.length, 6, 'what made each batch is known, also the mines; no co-products')
    t.strictSame([open, truncated], [[], null])
  })

  t.test('downstream with everything that an event made', async (t) => {
    const { batches, truncated } = await walk(db, 'ore-1', 'downstream')
    t.strictSame(batches, {
      'ore-1': 0,
      oxide: 1,
      slag: 1,
      'metal-1': 2,
      'metal-2': 2,
      alloy: 3
    })
    t.equal(truncated, null)
  })

  t.test('to a depth, and says where it goes on', async (t) => {
    const two = await walk(db, 'alloy', 'upstream', { depth: 2 })
    t.strictSame(Object.keys(two.batches).toSorted(), ['alloy', 'metal-1', 'metal-2', 'oxide'])
    t.strictSame([two.open, two.truncated], [['oxide'], 'depth'])
    t.ok(two.drawn.includes('refine ore-1 60'), 'shares of what was not walked are still known')
    const three = await walk(db, 'alloy', 'upstream', { depth: 3 })
    t.strictSame(
      [three.open, three.truncated],
      [[], null],
      'a depth that is enough truncates nothing'
    )
  })

  t.test('to a number of batches, and says where it goes on', async (t) => {
    const { batches, open, truncated } = await walk(db, 'alloy', 'upstream', { limit: 4 })
    t.equal(Object.keys(batches).length, 4)
    t.strictSame([open, truncated], [['oxide'], 'limit'])
    const all = await walk(db, 'alloy', 'upstream', { limit: 6 })
    t.equal(all.truncated, null, 'a limit that is just enough truncates nothing')
  })

  t.test('as of a position: what was recorded later is not there yet', async (t) => {
    const before = await walk(db, 'ore-1', 'downstream', { asOf: 4 })
    t.strictSame(Object.keys(before.batches).toSorted(), ['metal-1', 'ore-1', 'oxide', 'slag'])
    const root = await walk(db, 'alloy', 'upstream', { asOf: 5 })
    t.strictSame([root.batches, root.made], [{ alloy: 0 }, []])
  })

  t.test('a batch without edges', async (t) => {
    t.strictSame(await walk(db, 'nobody', 'upstream'), {
      batches: { [id('nobody')]: 0 },
      drawn: [],
      made: [],
      open: [],
      truncated: null
    })
  })
})

t.test('as of a position, what was undone later still stands', async (t) => {
  const db = await testDatabase(t)
  const steps: readonly Step[] = [
    { event: 'mine-1', from: {}, to: ['ore-1'], position: 1 },
    { event: 'mine-2', from: {}, to: ['ore-2'], position: 2 },
    { event: 'wrong', from: { 'ore-1': 60 }, to: ['oxide'], position: 3, undone: 7 },
    { event: 'right', from: { 'ore-2': 60 }, to: ['oxide'], position: 8 }
  ]
  known(steps)
  await record(db, steps)
  const ores = async (asOf: number) =>
    Object.keys((await walk(db, 'oxide', 'upstream', { asOf })).batches)
  t.strictSame(await ores(3), ['oxide', 'ore-1'])
  t.strictSame(await ores(6), ['oxide', 'ore-1'])
  t.strictSame(await ores(7), ['oxide'], 'undone, and not declared again yet')
  t.strictSame(await ores(8), ['oxide', 'ore-2'])
})

t.test('a ladder of fully connected levels costs its batches, not its paths', async (t) => {
  const db = await testDatabase(t)
  const WIDTH = 5
  const LEVELS = 20
  const level = (n: number) => Array.from({ length: WIDTH }, (_, i) => `l${n}-${i}`)
  const first = { event: 'first', from: {}, to: level(0), position: 0 }
  const rungs = Array.from({ length: LEVELS }, (_, n) =>
    level(n + 1).map((to, i) => ({
      event: `e${n}-${i}`,
      from: Object.fromEntries(level(n).map((name) => [name, 10])),
      to: [to],
      position: n * WIDTH + i + 1
    }))
  ).flat()
  const steps: readonly Step[] = [first, ...rungs]
  known(steps)
  await record(db, steps)
  const { batches, drawn, truncated } = await walk(db, `l${LEVELS}-0`, 'upstream')
  t.equal(Object.keys(batches).length, 1 + LEVELS * WIDTH)
  t.equal(drawn.length, WIDTH + (LEVELS - 1) * WIDTH * WIDTH, '5^20 paths, 480 edges')
  t.equal(truncated, null)
})
