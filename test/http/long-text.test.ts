/** What is encoded and hashed piece by piece is what the whole text would be. */
import { createHash } from 'node:crypto'
import t from 'tap'
import { HashedText } from '../../src/http/hashed-text.ts'
import { encoded, PIECE } from '../../src/http/long-text.ts'

const TEXTS = ['Gd₂O₃', '\u{1f9f2}', 'é', 'kg ~', '']

t.test('a text of one to four bytes a character, shorter and longer than a piece', async (t) => {
  for (const text of TEXTS) {
    for (const times of [1, PIECE, 2 * PIECE + 1]) {
      const whole = text.repeat(times)
      t.ok(encoded(whole).equals(Buffer.from(whole)), `${times} times ${text}`)
    }
  }
})

t.test('what was encoded stays when the next text is', async (t) => {
  const [first, second] = ['ore', 'magnet'].map(encoded)
  t.equal(`${first} ${second}`, 'ore magnet')
})

t.test('texts and bytes in turns, of megabytes', async (t) => {
  const hashed = new HashedText()
  const parts: Buffer[] = []
  for (let n = 0; n < 90_000; n += 1) {
    const text = `${n} ${TEXTS[n % TEXTS.length]}`
    hashed.add(text)
    parts.push(Buffer.from(text))
    if (n % 1000 > 2) continue
    hashed.addBytes(Buffer.from('Tb₄O₇'))
    parts.push(Buffer.from('Tb₄O₇'))
  }
  const { bytes, etag } = hashed.whole()
  const whole = Buffer.concat(parts)
  t.ok(whole.length > 10 * PIECE)
  t.ok(bytes.equals(whole))
  t.equal(etag, `"${createHash('sha256').update(whole).digest('base64url')}"`)
})

t.test('nothing at all', async (t) => {
  t.equal(new HashedText().whole().bytes.length, 0)
})
