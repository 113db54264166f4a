/** What is encoded piece by piece is what the whole text would be. */
import t from 'tap'
import { encodeLong } from '../../src/http/long-text.ts'

t.test('a text that is longer than its place, of one to four bytes a character', async (t) => {
  const pieces = Array.from({ length: 90_000 }, (_, n) => `${n} Gd₂O₃ \u{1f9f2} é`)
  const bytes = encodeLong((into) => {
    for (const piece of pieces) {
      into.text(piece)
      into.ascii('kg ~')
      into.bytes(Buffer.from('Tb₄O₇'))
    }
  })
  t.ok(bytes.length > 1_500_000)
  t.ok(bytes.equals(Buffer.from(pieces.map((piece) => `${piece}kg ~Tb₄O₇`).join(''))))
})

t.test('what was encoded stays when the next text is', async (t) => {
  const [first, second] = ['ore', 'magnet'].map((text) => encodeLong((into) => into.text(text)))
  t.equal(`${first} ${second}`, 'ore magnet')
  t.equal(encodeLong(() => {}).length, 0)
})

t.test(
  'a text that fails leaves the place to the next; one within another is refused',
  async (t) => {
    t.throws(() =>
      encodeLong(() => {
        throw new RangeError('no')
      })
    )
    t.throws(() => encodeLong(() => void encodeLong((into) => into.text('inner'))))
    t.equal(encodeLong((into) => into.ascii('next')).toString(), 'next')
  }
)
