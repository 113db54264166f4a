import { randomUUID } from 'node:crypto'
import t from 'tap'
import { IdSet } from '../../src/domain/id-set.ts'
import { isUuid } from '../../src/domain/ids.ts'
import { UnnamedEvents } from '../../src/domain/unnamed-events.ts'

const [OURS, THEIRS] = ['3f2b8c1d-5e6f-4a7b-8c9d-0e1f2a3b4c5d', randomUUID()]
const draw = { type: 'adjust', batch: 'b', mass: { value: '1', unit: 'KGM' } }

/** The ids that a file of such lines gives its events; a text is an id that stands in it. */
function named(organization: string, ...file: readonly (object | string)[]): string[] {
  const names = new UnnamedEvents(organization)
  return file.flatMap((line) => {
    if (typeof line !== 'string') return names.nameFor(line)
    names.take(line)
    return []
  })
}

t.test('the id of an event without one follows from what it says and whose it is', async (t) => {
  const [id = ''] = named(OURS, draw)
  t.ok(isUuid(id))
  t.strictSame(named(OURS, { type: 'ship' }, draw)[1], id, 'whatever else is in the file')
  const other = { mass: { unit: 'KGM', value: '1' }, batch: 'b', type: 'adjust' }
  t.strictSame(named(OURS, other), [id], 'in any order of members')
  t.notSame(named(THEIRS, draw), [id])
  t.notSame(named(OURS, { ...draw, batch: 'c' }), [id])
})

t.test('the same line again is another event, the same one in every such file', async (t) => {
  const many = named(OURS, ...Array.from({ length: 3_000 }, () => draw))
  t.equal(new Set(many).size, 3_000)
  t.strictSame(named(OURS, draw, { type: 'ship' }, draw, draw).at(-1), many[2])
  const [first = '', second = ''] = many
  t.strictSame(named(OURS, first, draw), [second], 'also where the first states its id')
  t.strictSame(named(OURS, randomUUID(), draw), [first], 'other ids have nothing to do with it')
})

t.test('a set of ids holds those that were added and no others', async (t) => {
  const set = new IdSet()
  const [zero, ...ids] = [
    '00000000-0000-8000-8000-000000000000',
    ...Array.from({ length: 5_000 }, () => randomUUID())
  ] as const
  t.notOk(set.has(zero))
  for (const id of [zero, ...ids, ...ids]) set.add(id)
  t.ok([zero, ...ids].every((id) => set.has(id)))
  t.notOk(Array.from({ length: 5_000 }, () => randomUUID()).some((id) => set.has(id)))
})
