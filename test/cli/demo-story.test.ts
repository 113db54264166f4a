import t from 'tap'
import { type ActorId, cast } from '../../src/cli/demo/cast.ts'
import type { Setting } from '../../src/cli/demo/document.ts'
import { declarations, epdDocument } from '../../src/cli/demo/epds.ts'
import { story } from '../../src/cli/demo/story.ts'
import { parseStepKey } from '../../src/domain/lineage/key.ts'
import { WHOLE } from '../../src/domain/lineage/share.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { desk, id, NOW } from '../support/books.ts'

/** The story on books without a database: every deed is judged by the rules that ship. */
function told() {
  const books = desk()
  for (const { id: actor, country, facility } of cast) {
    books.books.organizations.set(id(actor), true)
    const { region, stages } = facility
    books.facility(`works of ${actor}`, { organization: actor, country, region, stages })
  }
  const deeds = story.flatMap((chapter) => chapter.deeds)
  const judged = deeds.map((deed) => ({
    deed,
    judgement: books.record(deed.event(setting) as Record<string, unknown>, deed.actor)
  }))
  const batch = (actor: ActorId, number: string) =>
    books.books.batches.get(books.books.numbers.get(`${id(actor)}/${number}`) ?? '')
  return { judged, batch }
}

const FIRST_DAY = NOW - 254 * 86_400_000
const setting: Setting = {
  organization: id,
  facility: (actor) => id(`works of ${actor}`),
  day: (day, hour = 8) => new Date(FIRST_DAY + day * 86_400_000 + hour * 3_600_000).toISOString(),
  event: (name) => id(`event ${name}`),
  epd: (name) => id(`epd ${name}`)
}

t.test(
  'everything balances without a single finding, but for the event meant to fail',
  async (t) => {
    for (const { deed, judgement } of told().judged) {
      // This desk knows no declarations; the demonstration publishes them first.
      const codes = judgement.findings
        .map(({ code }) => code)
        .filter((code) => code !== 'EPD_UNKNOWN')
      if (deed.refused) {
        t.strictSame([...new Set(codes)], ['MB_ELEMENT_GAIN'], deed.says)
        t.equal(judgement.effect, null)
      } else {
        t.strictSame(codes, [], deed.says)
        t.ok(judgement.effect, deed.says)
      }
    }
  }
)

t.test('the three magnet batches have the histories that the questions are about', async (t) => {
  const { batch } = told()
  const places = (number: string, element: string, step: string) => {
    const touches = batch('magnets', number)?.lineage.steps.get(element)?.get(step)
    const known = touches?.parts.map(({ key }) => parseStepKey(key).place.slice(0, 2)).sort() ?? []
    return { known, missing: (touches?.none ?? WHOLE) > 0 }
  }
  t.strictSame(places('M-101', 'Nd', 'mined'), { known: ['AU', 'US'], missing: false })
  for (const element of ['Nd', 'Pr', 'Dy']) {
    for (const step of ['mined', 'refined', 'separated', 'metal', 'melted', 'sintered']) {
      t.equal(places('M-101', element, step).missing, false, `M-101 ${element} ${step}`)
      t.notOk(places('M-101', element, step).known.includes('CN'))
    }
  }
  t.strictSame(places('M-102', 'Nd', 'separated'), { known: ['CN'], missing: false })
  t.strictSame(places('M-102', 'Nd', 'melted'), { known: ['GB'], missing: false })
  t.ok(places('M-103', 'Nd', 'mined').missing, 'bought without papers, and recycled')
  t.ok(places('M-103', 'Nd', 'melted').missing, 'nobody knows who melted the recycled part')
})

t.test('origins of the mixed batch add up to exactly the whole', async (t) => {
  const origins = told().batch('magnets', 'M-103')?.lineage.origins.get('Nd') ?? []
  t.equal(
    origins.reduce((sum, { parts }) => sum + parts, 0),
    WHOLE
  )
  t.strictSame(origins.map(({ key }) => key.split('|')[0]).sort(), [
    'mine',
    'mine',
    'post_consumer',
    'unknown'
  ])
})

t.test('the tolling customer owns what the toller makes', async (t) => {
  const alloy = told()
    .judged.flatMap(({ judgement }) => judgement.effect?.newBatches ?? [])
    .find(({ state }) => state.number === 'A-ALY1')
  t.equal(alloy?.declaration.owner, id('magnets'))
  t.equal(alloy?.state.organization, id('alloy'))
})

t.test('the declarations follow their schema and say that they are synthetic', async (t) => {
  for (const declaration of declarations) {
    const document = JSON.stringify(epdDocument(declaration, setting))
    t.strictSame(nativeEpd.parse(Buffer.from(document)).findings, [], declaration.id)
    t.match(document, /Synthetic declaration of a fictional company/)
  }
})

t.test('a line of the story fits on a terminal of 100 columns', async (t) => {
  for (const { says } of story.flatMap(({ deeds }) => deeds)) {
    t.ok(says.length <= 75, says)
  }
})
