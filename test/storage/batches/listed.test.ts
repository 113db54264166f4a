/** A list that is a map as soon as it is asked like one. */
import t from 'tap'
import { Listed } from '../../../src/storage/batches/listed.ts'

const ITEMS = Array.from({ length: 9_000 }, (_, n) => ({ id: `batch ${n}`, n }))

t.test('it answers like a map of the same', async (t) => {
  const listed = new Listed(ITEMS)
  const map = new Map(ITEMS.map((item) => [item.id, item]))
  t.equal(listed.size, map.size)
  t.strictSame([...listed], [...map])
  t.strictSame([...listed.keys()], [...map.keys()])
  t.strictSame([...listed.values()], [...map.values()])
  const seen: unknown[] = []
  listed.forEach((item, id, of) => {
    seen.push([id, item, of === listed])
  })
  t.strictSame(
    seen,
    ITEMS.map((item) => [item.id, item, true])
  )
  t.ok(ITEMS.every(({ id }) => listed.has(id) && listed.get(id) === map.get(id)))
})

t.test('it knows nothing of what is not in it', async (t) => {
  t.notOk(new Listed(ITEMS).has('batch 9000'))
  t.equal(new Listed(ITEMS).get('batch'), undefined)
  t.equal(new Listed([]).get('batch 0'), undefined)
  t.strictSame([...new Listed([])], [])
})
