import t from 'tap'
import { cutText } from '../../src/formats/cut-text.ts'

t.test('a text is cut between characters', async (t) => {
  t.equal(cutText('ab😀c', 5), 'ab😀c')
  t.equal(cutText('ab😀c', 4), 'ab😀')
  t.equal(cutText('ab😀c', 3), 'ab', 'and not within one')
  t.equal(cutText('', 3), '')
  for (let length = 0; length < 9; length += 1) {
    t.ok(cutText('😀烧𠮷é', length).isWellFormed(), `${length}`)
  }
})
