/** Figures beside their bounds: rounding never hides on which side one is. */
import t from 'tap'
import { short, shortBeside } from '../../bench/short.ts'

t.test('three digits, and more where these would be the bound', async (t) => {
  t.equal(short(0.14986), '0.15')
  t.equal(shortBeside(0.14986, 0.15), '0.1499')
  t.equal(shortBeside(0.15, 0.15), '0.15')
  t.equal(shortBeside(0.2781, 0.4), '0.278')
  t.equal(shortBeside(49.996, 50), '49.996')
  t.equal(shortBeside(1070.2, 50), '1,070')
})
