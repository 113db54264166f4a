/** What is shown of a walk while it goes on: slice by slice, and no further than all is the asker's. */
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { DrawnMeanwhile, type Onlooker } from '../../../src/registry/trace/draw-meanwhile.ts'
import type { KnownPart } from '../../../src/registry/trace/trace-walk.ts'
import { GrowingDirectory } from '../../../src/storage/parties/directory.ts'

const ASKER = { organization: 'house', now: new Date(0) }
const AT = '2026-09-02T06:00:00Z'
const HEAD = {
  batch: 'b0',
  direction: 'downstream',
  position: 7,
  asOf: AT,
  truncated: null
} as const
const LOOK = {
  productClass: 'separated_oxide',
  productName: 'NdPr oxide',
  stage: null,
  facility: 'works',
  producedAt: AT,
  custodyModel: 'segregated',
  disclosure: 'chain'
} as const

class Seen implements Onlooker {
  begun = 0
  readonly nodesSeen: string[] = []
  readonly eventsSeen: string[] = []
  fails = false

  begin(): void {
    this.begun += 1
  }

  nodes(drawing: Parameters<Onlooker['nodes']>[0]): void {
    if (this.fails) throw new Error('nobody can write this')
    drawing(({ node }) => this.nodesSeen.push(node))
  }

  events(drawing: Parameters<Onlooker['events']>[0]): void {
    drawing(({ event }) => this.eventsSeen.push(event))
  }
}

interface Differing {
  /** Made by others: a batch, or an event. */
  readonly others?: string
  /** Met, and not known yet at the position. */
  readonly unknown?: string
  readonly organizations?: readonly (readonly [string, string])[]
}

/** A part with batches `b<from>` to `b<to - 1>`, and an event for each. */
function partOf(from: number, to: number, { others, unknown, organizations }: Differing = {}) {
  const numbers = Array.from({ length: to - from }, (_, n) => from + n)
  const makerOf = (id: string): string => (id === others ? 'others' : 'house')
  const directory = new GrowingDirectory(7)
  directory.take(
    [['works', 1, 'Works', 'FI', null, '2020-01-01']],
    organizations ?? [
      ['house', 'House'],
      ['others', 'Others']
    ]
  )
  const outline = (n: number) => {
    const version = { id: `b${n}`, number: null, position: 7, event: `e${n}`, massUg: 1n }
    const standing = { status: 'clear', voidedBy: null } as const
    return { ...version, ...LOOK, ...standing, organization: makerOf(`b${n}`) }
  }
  const met = numbers.map((n) => ({ event: `e${n}`, position: 7, near: [], far: [] }))
  const events = numbers.map((n) => {
    const facts = { id: `e${n}`, type: 'transform', facility: 'works', at: AT, position: 7 }
    const rest = { disclosure: 'chain', stages: [], evidence: [] } as const
    return [`e${n}`, { ...facts, ...rest, organization: makerOf(`e${n}`) }] as const
  })
  const part: KnownPart = {
    met: {
      batches: numbers.map((n) => ({ batch: `b${n}`, birth: n })),
      depths: numbers,
      births: [] as never,
      events: met
    },
    batches: numbers.map(outline).filter(({ id }) => id !== unknown),
    complete: (batch) => batch as never,
    events: new Map(events),
    directory
  }
  return part
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await turn()
}

const named = (letter: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${letter}${n}`)

t.test(
  'begins at once, goes on turn by turn, and shows the rest when it is to finish',
  async (t) => {
    const seen = new Seen()
    const shown = new DrawnMeanwhile(ASKER, seen, HEAD)
    t.equal(seen.begun, 1)
    shown.take(partOf(0, 600))
    shown.take(partOf(600, 700))
    t.equal(seen.nodesSeen.length, 0)
    await turn()
    t.equal(seen.nodesSeen.length, 250, 'between two slices the service looks for answers')
    await turn()
    t.equal(seen.nodesSeen.length, 500)
    shown.finish()
    await turns(3)
    t.strictSame(seen.nodesSeen, named('b', 700))
    t.strictSame(seen.eventsSeen, named('e', 700))
  }
)

t.test('goes no further than all is the own, and is known', async (t) => {
  for (const [what, differing, nodes] of [
    ['a batch of others', { others: 'b300' }, 250],
    ['an event of others', { others: 'e300' }, 250],
    ['a batch that was not known yet', { unknown: 'b300' }, 0],
    ['an organization whose name was not read', { organizations: [] }, 0]
  ] as const) {
    const seen = new Seen()
    const shown = new DrawnMeanwhile(ASKER, seen, HEAD)
    shown.take(partOf(0, 600, differing))
    await turns(4)
    shown.take(partOf(600, 700))
    shown.finish()
    await turns(2)
    t.strictSame(seen.nodesSeen, named('b', nodes), what)
    t.strictSame(seen.eventsSeen, named('e', nodes), what)
  }
})

t.test('shows nothing behind a part of which something is not known', async (t) => {
  const seen = new Seen()
  const shown = new DrawnMeanwhile(ASKER, seen, HEAD)
  shown.take(partOf(0, 10))
  shown.take(partOf(10, 20, { unknown: 'b15' }))
  shown.take(partOf(20, 30))
  shown.finish()
  t.strictSame(seen.nodesSeen, named('b', 10))
})

t.test('shows nothing any more once it is to stop', async (t) => {
  const seen = new Seen()
  const shown = new DrawnMeanwhile(ASKER, seen, HEAD)
  shown.take(partOf(0, 600))
  await turn()
  shown.stop()
  shown.take(partOf(600, 700))
  await turns(3)
  t.strictSame(seen.nodesSeen, named('b', 250))
})

t.test(
  'who cannot be shown anything is not shown more, and hears of it only at the end',
  async (t) => {
    const meanwhile = new Seen()
    const shown = new DrawnMeanwhile(ASKER, meanwhile, HEAD)
    shown.take(partOf(0, 600))
    await turn()
    meanwhile.fails = true
    await turn()
    meanwhile.fails = false
    shown.take(partOf(600, 700))
    shown.finish()
    await turns(2)
    t.strictSame(meanwhile.nodesSeen, named('b', 250))
    const atTheEnd = new Seen()
    atTheEnd.fails = true
    const late = new DrawnMeanwhile(ASKER, atTheEnd, HEAD)
    late.take(partOf(0, 10))
    t.throws(() => late.finish(), /nobody can write this/)
    late.stop()
  }
)
