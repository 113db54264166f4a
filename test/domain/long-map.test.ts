/** A long map is what a `Map` would be, whatever is put into it. */
import fc from 'fast-check'
import t from 'tap'
import { LongMap } from '../../src/domain/lineage/long-map.ts'
import { SEED } from '../support/seed.ts'

t.test('keys beyond the first part, put again and asked for', async (t) => {
  const keys = fc.array(fc.nat(15_000), { maxLength: 40 })
  fc.assert(
    fc.property(fc.nat(14_000), keys, keys, (length, again, asked) => {
      const [long, plain] = [new LongMap<number, string>(), new Map<number, string>()]
      for (let n = 0; n < length; n += 1) {
        plain.set(n, `${n}`)
        if (n % 3 === 0) long.set(n, `${n}`)
        else long.add(n, `${n}`)
      }
      for (const key of again) for (const map of [long, plain]) map.set(key, `again ${key}`)
      t.equal(long.size, plain.size)
      for (const key of [...again, ...asked]) {
        t.equal(long.get(key), plain.get(key))
        t.equal(long.has(key), plain.has(key))
      }
      t.strictSame([...long], [...plain])
      t.strictSame([...long.keys()], [...plain.keys()])
      t.strictSame([...long.values()], [...plain.values()])
      const seen: [number, string][] = []
      long.forEach((value, key) => {
        seen.push([key, value])
      })
      t.strictSame(seen, [...plain])
    }),
    { seed: SEED, numRuns: 12 }
  )
})
