import t from 'tap'
import { Differences } from '../../../src/registry/audit/differences.ts'

const compared = (computed: string | null, stored: string | null) => {
  const differences = new Differences()
  differences.compare('batch', 'assay_limits', computed, stored)
  return differences.all.length
}

t.test('what is stored differs where it says something else', async (t) => {
  for (const [computed, stored, differ] of [
    ['{"gained":{"Nd":"1","Pr":"2"}}', '{"gained":{"Pr":"2","Nd":"1"}}', 0],
    ['{"gained":{"Nd":"1","Pr":"2"}}', '{"gained":{"Pr":"1","Nd":"2"}}', 1],
    ['{"gained":{"Nd":"1"}}', '{"gained":{"Nd":1}}', 1],
    ['{"a":"1"}', '{"a":"1","b":"2"}', 1],
    ['{"list":["a","b"]}', '{"list":["b","a"]}', 1],
    ['{"a":"1"}', '{"a":"1"', 1],
    ['{"a":"1"}', '{"a":"1"} ', 1],
    ['{"a":"1"}', '{"a": "1"}', 1],
    ['{"a":"1"}', '{"a":"2","a":"1"}', 1],
    ['{"a":"1"}', null, 1],
    ['10', '10.0', 1],
    [null, null, 0]
  ] as const) {
    t.equal(compared(computed, stored), differ, `${computed} and ${stored}`)
  }
})
