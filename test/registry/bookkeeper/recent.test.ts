import t from 'tap'
import { Recent } from '../../../src/registry/bookkeeper/recent.ts'

t.test('what was asked for of late stays, the rest makes room', async (t) => {
  const recent = new Recent<number>(4)
  for (const [n, key] of ['a', 'b', 'c'].entries()) recent.set(key, n)
  t.equal(recent.get('a'), 0, 'asked for, so it counts as new')
  recent.set('d', 3)
  t.strictSame(
    ['a', 'b', 'c', 'd'].map((key) => recent.has(key)),
    [true, false, true, true]
  )
  t.equal(recent.get('b'), undefined)
})

t.test('put leaves what is there, and does not take what is not known', async (t) => {
  const recent = new Recent<number>(4)
  recent.set('a', 1)
  recent.put('a', 2)
  recent.put('b', undefined)
  recent.put('c', 3)
  t.strictSame([recent.get('a'), recent.has('b'), recent.get('c')], [1, false, 3])
})

t.test('it tells what may have gone', async (t) => {
  let now = 10
  const recent = new Recent<number>(2, () => now)
  t.strictSame([recent.goneBefore, recent.turns], [10, 0])
  now = 20
  recent.set('a', 1)
  now = 30
  recent.set('b', 2)
  t.strictSame([recent.has('a'), recent.goneBefore, recent.turns], [true, 10, 1], 'nothing yet')
  now = 40
  recent.set('c', 3)
  t.strictSame([recent.has('a'), recent.goneBefore, recent.turns], [false, 30, 2])
  now = 50
  recent.clear()
  t.strictSame([recent.has('c'), recent.goneBefore], [false, 50])
  t.ok(recent.turns >= 4, 'what was set before is not here for certain')
})
