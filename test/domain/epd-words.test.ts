import { readFileSync } from 'node:fs'
import t from 'tap'
import { searchTermsOf } from '../../src/domain/epd/search-terms.ts'
import { wordsOf } from '../../src/domain/epd/words.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'

const FIXTURE = new URL('../fixtures/epd/magnet-n48h.json', import.meta.url)

t.test('words are the same with and without letters beyond ASCII beside them', async (t) => {
  const texts = ['EN 15804+A2', "  a--b_c.d'e ", 'ND-FE-B (N48H)', '', '\t\n', 'x'.repeat(90)]
  for (const text of texts) {
    t.strictSame(wordsOf(`${text} é`).slice(0, -1), wordsOf(text), JSON.stringify(text))
  }
  t.strictSame(wordsOf('Grün GRUN ｇｒｕｎ Straße'), ['grun', 'grun', 'grun', 'strasse'])
  t.equal(wordsOf('x'.repeat(90))[0]?.length, 40)
  t.equal([...(wordsOf('𠀀'.repeat(60))[0] ?? '')].length, 40, 'characters, not halves of them')
})

t.test(
  'names are found by any part of a word, and no term begins with half a character',
  async (t) => {
    const { epd } = nativeEpd.parse(readFileSync(FIXTURE))
    if (!epd) throw new Error('the fixture is no declaration')
    const terms = searchTermsOf({ ...epd, name: { en: 'Magnet', zh: '磁𠀀体' } })
    for (const term of ['magnet', 'agnet', 't', '磁𠀀体', '𠀀体', '体'])
      t.ok(terms.includes(term), term)
    t.ok(terms.every((term) => term.isWellFormed()))
  }
)
