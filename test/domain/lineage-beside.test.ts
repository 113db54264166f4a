import t from 'tap'
import { walkThrough } from '../../src/domain/lineage/beside.ts'
import type { Walk } from '../../src/domain/lineage/walk.ts'

const edge = (event: string, batch: string) => ({ event, batch, massUg: 1n })

// root -> mine's lot -> next, root -> rival's lot, and a step of each one's campaign
const WALK: Walk = {
  root: 'root',
  direction: 'downstream',
  depths: new Map([
    ['root', 0],
    ['lot', 1],
    ['other', 1],
    ['next', 2],
    ['pool', 2],
    ['otherPool', 2]
  ]),
  drawn: [edge('e1', 'root'), edge('e2', 'root'), edge('e3', 'lot')],
  made: [
    edge('e1', 'lot'),
    edge('e2', 'other'),
    edge('e3', 'next'),
    edge('e4', 'pool'),
    edge('e5', 'otherPool')
  ],
  open: new Set(),
  truncated: null
}

const DOERS = new Map([
  ['e1', 'mine'],
  ['e2', 'rival'],
  ['e3', 'customer'],
  ['e4', 'mine'],
  ['e5', 'rival']
])

t.test('what followed from the part of one holder, with the steps of its campaigns', async (t) => {
  const { batches, events } = walkThrough(WALK, (event) => DOERS.get(event), new Set(['mine']))
  t.strictSame([...batches].sort(), ['lot', 'next', 'pool', 'root'])
  t.strictSame([...events].sort(), ['e1', 'e3', 'e4'])
})

t.test('all of it where all came from there', async (t) => {
  const all = new Set(['mine', 'rival'])
  const { batches } = walkThrough(WALK, (event) => DOERS.get(event), all)
  t.strictSame(batches.size, WALK.depths.size)
})
