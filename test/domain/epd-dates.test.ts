import t from 'tap'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { reportOn } from '../../src/domain/epd/review-epd.ts'
import { readStatedDate } from '../../src/domain/epd/stated-date.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { OWNER } from '../support/epd-defects.ts'
import { epdDocument } from '../support/epds.ts'

const { epd: sound = null } = nativeEpd.parse(
  Buffer.from(JSON.stringify(epdDocument('magnet-n48h')))
)

/** What is told of the dates of a declaration of another format, which may leave any of them out. */
function told(dates: Readonly<Record<string, string>>, today = '2026-11-23') {
  if (!sound) throw new Error('the sound declaration cannot be read')
  const { published: _p, validFrom: _f, validUntil: _u, verification, ...rest } = sound
  const { verified, ...stated } = dates
  const epd: Epd = {
    ...rest,
    verification: {
      kind: 'independent_external',
      ...verification,
      date: readStatedDate(verified ?? '2026-10-20', 'start')
    },
    ...Object.fromEntries(
      Object.entries(stated).map(([name, date]) => [
        name,
        readStatedDate(date, name === 'validUntil' ? 'end' : 'start')
      ])
    )
  }
  const context = {
    reference: loadReference(),
    today,
    submitter: OWNER,
    current: null,
    organizations: new Set([OWNER]),
    facilities: new Set<string>()
  }
  return reportOn(epd, context).findings.filter(({ code }) => /DATE|VALIDITY/.test(code))
}

t.test('without an end a declaration would never expire, and this is told', async (t) => {
  t.match(told({ validFrom: '2026-11-01' }), [
    {
      code: 'EPD_VALIDITY_UNSTATED',
      severity: 'warning',
      pointer: '/validUntil',
      remedy: /expires/
    }
  ])
})

t.test('without a start the validity counts from today', async (t) => {
  t.match(told({ validUntil: '2099' }), [
    { code: 'EPD_VALIDITY_PERIOD', severity: 'error', expected: 'at most until 2031' }
  ])
  t.match(told({ validUntil: '2031-11-24' }), [{ expected: 'at most until 2031-11-23' }])
  t.same(told({ validUntil: '2031-11-23' }), [])
  t.same(told({ validUntil: '2031' }), [], 'a year may be any of its days')
})

t.test('nothing is verified or published after its end', async (t) => {
  const over = { validFrom: '2025-01-01', validUntil: '2026-09' }
  const late = { code: 'EPD_DATE_LATE', severity: 'warning' }
  t.match(told(over, '2026-09-30'), [{ ...late, pointer: '/verification/date' }])
  t.match(told({ ...over, verified: '2025-01', published: '2026-10' }, '2026-09-30'), [
    { ...late, pointer: '/published', expected: 'at most 2026-09-30', actual: '2026-10-01' }
  ])
  t.same(told({ ...over, verified: '2026', published: '2026' }, '2026-09-30'), [])
})
