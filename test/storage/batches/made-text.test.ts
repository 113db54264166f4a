/** What an event made, written as one text and read again. */
import fc from 'fast-check'
import t from 'tap'
import { birthAt } from '../../../src/storage/books/birth.ts'
import {
  type Look,
  type MadeFirst,
  madeText,
  readMade
} from '../../../src/storage/books/made-text.ts'
import { SEED } from '../../support/seed.ts'

const looks = fc.record<Look>(
  {
    productClass: fc.constantFrom('magnet', 'separated_oxide'),
    productName: fc.constantFrom('NdPr "oxide"', 'Magnet, Ø 5 \\ 磁石', ''),
    stage: fc.constantFrom(null, 'sintering'),
    facility: fc.uuid(),
    producedAt: fc.constantFrom(null, '2026-06-01T00:00:00.000Z'),
    custodyModel: fc.constantFrom('segregated', 'controlled_blending'),
    disclosure: fc.constantFrom('chain', 'public')
  },
  { noNullPrototype: true }
)

const events = fc
  .tuple(
    fc.nat({ max: 2 ** 40 }),
    fc.array(looks, { minLength: 1, maxLength: 3 }),
    fc.array(
      fc.record({
        batch: fc.uuid(),
        massUg: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
        number: fc.option(fc.string({ unit: 'binary' })),
        pick: fc.nat()
      }),
      { minLength: 1, maxLength: 12 }
    )
  )
  .map(([position, kinds, outputs]) => ({
    position,
    made: outputs.map(
      ({ pick, ...output }, line): MadeFirst => ({
        ...output,
        birth: birthAt(position, line),
        look: kinds[pick % kinds.length] as Look
      })
    )
  }))

t.test('what is read is what was written, output by output', async (t) => {
  const run = fc.property(fc.array(events, { maxLength: 5 }), (written) => {
    const bodies = written.map(({ position, made }) => madeText(position, made)).join()
    const known = written.filter(({ position }) => position % 2 === 0)
    const eventAt = (position: number) => (position % 2 === 0 ? `event ${position}` : undefined)
    t.strictSame(
      readMade(bodies, eventAt),
      known.map(({ position, made }) => ({
        position,
        made: made.map((one) => ({ event: `event ${position}`, ...one }))
      }))
    )
  })
  fc.assert(run, { seed: SEED })
})

t.test('outputs that look alike tell of it once', async (t) => {
  const look: Look = {
    productClass: 'magnet',
    productName: 'N52',
    stage: 'sintering',
    facility: 'f',
    producedAt: null,
    custodyModel: 'segregated',
    disclosure: 'chain'
  }
  const made = ['a', 'b', 'c'].map((batch, line) => ({
    birth: line,
    batch,
    massUg: 5n,
    number: null,
    look: line < 2 ? look : { ...look, productName: 'N48' }
  }))
  t.equal(
    madeText(7, made),
    '[7,["magnet","N52","sintering","f",null,"segregated","chain",0,"a","5",null,1,"b","5",null],' +
      '["magnet","N48","sintering","f",null,"segregated","chain",2,"c","5",null]]'
  )
})
