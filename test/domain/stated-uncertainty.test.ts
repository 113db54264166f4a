import t from 'tap'
import { desk, elements, id, kg } from '../support/books.ts'

/** What becomes of 100 kg of neodymium metal that is melted again, as R3 sees it. */
function remelted(outKg: string, uncertainties: readonly [string | null, string | null]) {
  const all = desk()
  all.facility('works', {})
  const metal = (name: string, mass: string, uncertainty: string | null) => ({
    id: id(name),
    product: { class: 'ree_metal', name },
    mass: kg(mass),
    assay: elements({ Nd: '100' }, uncertainty === null ? {} : { uncertainty: { Nd: uncertainty } })
  })
  const [before, after] = uncertainties
  const event = { time: '2026-03-01T00:00:00Z', facility: id('works') }
  const bought = { ...metal('in', '100', before), entry: 'purchased' }
  t.same(all.record({ ...event, type: 'commission', outputs: [bought] }).findings, [])
  const { findings } = all.record({
    ...event,
    type: 'transform',
    stages: ['metal_making'],
    inputs: [{ batch: id('in'), mass: kg('100') }],
    outputs: [metal('out', outKg, after)]
  })
  return findings.filter(({ code }) => code === 'MB_ELEMENT_GAIN').length > 0
}

// Nothing is written off but 0.02 % of the output mass: 20 g and a little.
t.test(
  'R3: the tolerance is 2 % of what went in where not all say how sure they are',
  async (t) => {
    for (const stated of [[null, null] as const, ['0.3', null] as const, [null, '0.4'] as const]) {
      t.notOk(remelted('102.02', stated), stated.join())
      t.ok(remelted('102.03', stated), stated.join())
    }
  }
)

t.test('R3: where they do, it is the combined uncertainty, if that is smaller', async (t) => {
  // 0.3 % of 100 kg and 0.4 % of about 100.5 kg: the root of 0.09 + 0.1616, some 0.5016 kg.
  t.notOk(remelted('100.52', ['0.3', '0.4']))
  t.ok(remelted('100.53', ['0.3', '0.4']))
  t.notOk(remelted('102.02', ['3', '4']), 'a larger one widens nothing')
  t.ok(remelted('102.03', ['3', '4']))
})
