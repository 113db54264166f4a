import t from 'tap'
import type { TransformEvent } from '../../../src/domain/custody/event.ts'
import { effortOfUnit, ONE_TURN } from '../../../src/registry/bookkeeper/effort.ts'
import { partsOf, unitsOf } from '../../../src/registry/bookkeeper/parts.ts'
import type { Submission, Unit } from '../../../src/registry/bookkeeper/submission.ts'

/** A transformation of one batch into so many: all that counts here. */
function submission(id: string, outputs: number): Submission {
  const lines = { inputs: [{}], outputs: Array(outputs).fill({}), residues: [], losses: [] }
  const event = { type: 'transform', id, ...lines } as unknown as TransformEvent
  const nothing = Buffer.alloc(0)
  return {
    event,
    mediaType: 'application/json',
    document: nothing,
    sha256: nothing,
    contentHash: nothing
  }
}

function unit(name: string, events: number, outputs: number, strict = false): Unit {
  const submissions = Array.from({ length: events }, (_, n) => submission(`${name}${n}`, outputs))
  return { organization: 'o', client: 'c', submissions, strict, bulk: true }
}

const idsOf = (units: readonly Unit[]) =>
  units.flatMap(({ submissions }) => submissions.map(({ event }) => event.id))
const effortOf = (units: readonly Unit[]) =>
  units.reduce((sum, each) => sum + effortOfUnit(each), 0)

t.test('a group that is no more than a turn is one part', async (t) => {
  const units = [unit('a', 30, 2), unit('b', 30, 2, true)]
  t.strictSame(
    [...partsOf(units)].map((part) => idsOf(unitsOf(part))),
    [idsOf(units)]
  )
})

t.test('a longer one comes in parts, all of it and in order', async (t) => {
  for (const units of [
    [unit('many', 300, 1)],
    [unit('wide', 64, 200)],
    [unit('alone', 200, 40, true)],
    [unit('first', 100, 1), unit('second', 3, 200), unit('third', 1, 1)]
  ]) {
    const parts = [...partsOf(units)].map(unitsOf)
    const told = `${units.map(({ submissions }) => submissions.length).join(' + ')} events: ${parts.length} parts`
    t.ok(parts.length > 1, told)
    t.strictSame(parts.flatMap(idsOf), idsOf(units))
    const widest = 201 / 8
    t.ok(Math.max(...parts.map(effortOf)) < ONE_TURN + widest, 'none is more than a turn')
  }
})

t.test('what is all or nothing is not cut where others are in its group', async (t) => {
  const strict = unit('strict', 40, 8, true)
  const parts = [...partsOf([unit('before', 40, 1), strict, unit('behind', 40, 1)])]
  const holding = parts.filter((part) => part.has(strict))
  t.equal(holding.length, 1)
  t.strictSame(holding[0]?.get(strict), strict.submissions)
})

t.test('wide events are more than narrow ones', async (t) => {
  t.equal(effortOfUnit(unit('narrow', 10, 3)), 10)
  t.equal(effortOfUnit(unit('wide', 10, 199)), 250)
})
