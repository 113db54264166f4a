import t from 'tap'
import type { Unit } from '../../../src/registry/bookkeeper/submission.ts'
import { type Waiting, WaitingUnits } from '../../../src/registry/bookkeeper/waiting-units.ts'

const EFFORT = 64

function arrive(units: WaitingUnits, count: number, { bulk = false } = {}): void {
  for (let n = 0; n < count; n += 1) {
    const unit = { submissions: [{ event: { type: 'adjust' } }], strict: false, bulk }
    units.add({ unit: unit as unknown as Unit, bytes: 1, effort: 1, ready: true } as Waiting)
  }
}

t.test('of many that wait, one half is taken and then the other', async (t) => {
  const units = new WaitingUnits()
  arrive(units, 64)
  const first = units.take(EFFORT)
  t.equal(first.length, 32)
  const second = units.take(EFFORT)
  t.equal(second.length, 32, 'while the first is being written')
  t.equal(units.take(EFFORT).length, 0)

  units.answered(first)
  arrive(units, 20)
  t.equal(units.take(EFFORT).length, 0, 'less than half of all has come again')
  arrive(units, 12)
  t.equal(units.take(EFFORT).length, 32)
})

t.test('what waits is taken when nothing is being written, however little', async (t) => {
  const units = new WaitingUnits()
  arrive(units, 64)
  const [first, second] = [units.take(EFFORT), units.take(EFFORT)]
  arrive(units, 1)
  units.answered(first)
  t.equal(units.take(EFFORT).length, 0, 'the second is still being written')
  units.answered(second)
  t.equal(units.take(EFFORT).length, 1)
})

t.test('few are written together', async (t) => {
  const units = new WaitingUnits()
  arrive(units, 16)
  t.equal(units.take(EFFORT).length, 16)
  arrive(units, 1)
  t.equal(units.take(EFFORT).length, 1, 'and one does not wait for others')
})

t.test('a group is no more work than is asked for', async (t) => {
  const units = new WaitingUnits()
  arrive(units, 400)
  t.equal(units.take(EFFORT).length, EFFORT)
  t.equal(units.take(2 * EFFORT).length, 2 * EFFORT)
})

t.test('bulk and interactive units take turns, whoever is more', async (t) => {
  const units = new WaitingUnits()
  arrive(units, 3, { bulk: true })
  arrive(units, 40)
  const kinds = []
  for (let group = units.take(EFFORT); group.length > 0; group = units.take(EFFORT)) {
    kinds.push(group[0]?.unit.bulk)
    units.answered(group)
  }
  t.strictSame(kinds.slice(0, 3), [false, true, false])
})

t.test('nobody is left behind, in whatever order they come and are answered', async (t) => {
  const units = new WaitingUnits()
  const away: (readonly Waiting[])[] = []
  let taken = 0
  let arrived = 0
  for (let step = 0; step < 2_000; step += 1) {
    const many = (step * 7919) % 53
    if (step < 1_900) arrive(units, many, { bulk: step % 5 === 0 })
    arrived += step < 1_900 ? many : 0
    const group = units.take(EFFORT)
    taken += group.length
    if (group.length > 0) away.push(group)
    else units.answered(away.shift() ?? [])
  }
  for (;;) {
    for (const group of away.splice(0)) units.answered(group)
    const group = units.take(EFFORT)
    if (group.length === 0) break
    taken += group.length
    away.push(group)
  }
  t.equal(taken, arrived)
  t.equal(units.events, 0)
  t.equal(units.bytes, 0)
})
