/** A sheet is cut into slices of bytes, wherever these end: also within a character. */
import t from 'tap'
import { sharedStrings } from '../../src/formats/xlsx/shared-strings.ts'

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'

t.test('texts of several bytes a character, at every place of a slice', async (t) => {
  for (const shift of ['', 'a', 'ab', 'abc']) {
    const texts = Array.from({ length: 3_000 }, (_, n) => `${shift}Gemisch é€😀 ${n}`)
    const xml = `<sst xmlns="${MAIN}">${texts.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`
    for (const bytes of [Buffer.from(xml), Buffer.from(`\ufeff${xml}`, 'utf16le')]) {
      t.ok(bytes.length > 100_000)
      const strings = await sharedStrings(bytes)
      t.strictSame(strings.texts, texts)
      t.equal(strings.looks.size, 0)
    }
  }
})
