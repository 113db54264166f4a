/** Which profiles a declaration claims by the standards that it names, and what is told where it claims none. */
import t from 'tap'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { type EpdReport, reportOn } from '../../src/domain/epd/review-epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { type Change, OWNER } from '../support/epd-defects.ts'
import { epdDocument } from '../support/epds.ts'

const reference = loadReference()

function report(change: Change): EpdReport {
  const document = epdDocument('magnet-n48h', change)
  const { epd, findings } = nativeEpd.parse(Buffer.from(JSON.stringify(document)))
  if (!epd) throw new Error(JSON.stringify(findings))
  return judged(epd)
}

function judged(epd: Epd): EpdReport {
  return reportOn(epd, {
    reference,
    today: '2026-11-23',
    submitter: OWNER,
    current: null,
    organizations: new Set([OWNER]),
    facilities: new Set(),
    profiles: []
  })
}

const claimed = ({ profiles }: EpdReport) => profiles.map(({ profile }) => profile)
const ofClaims = ({ findings }: EpdReport) =>
  findings.filter(({ code, profile }) => code === 'EPD_PROFILE_METHOD' && profile === undefined)

/** The magnet with figures of the first amendment alone. */
function withFormerFigures(standards: readonly string[]): Change {
  return (epd) => {
    epd['standards'] = standards
    epd['methodSet'] = 'EN15804+A1'
    epd['results'] = [
      {
        indicator: 'GWP',
        unit: 'kg CO2 eq',
        values: [{ module: 'A1-A3', value: '26' }]
      }
    ]
  }
}

t.test('a standard is claimed by every name that it goes by', async (t) => {
  for (const standard of [
    'EN 15804+A2 (EF 3.1)',
    'EN 15804+A2 ( EF3.1 )',
    'EN 15804:2012+A2:2019+AC:2021',
    'DIN EN 15804:2012 + A2:2019 + AC:2021 (EF 3.1)'
  ]) {
    const told = report((epd) => (epd['standards'] = [standard]))
    t.same(claimed(told), ['en15804-a2-ef3.1'], standard)
    t.same(ofClaims(told), [], standard)
  }
})

t.test('figures of another method than a named standard takes are refused', async (t) => {
  const former = report(withFormerFigures(['ISO 14025', 'EN 15804+A2']))
  t.match(ofClaims(former), [
    {
      severity: 'error',
      pointer: '/standards/1',
      message: 'The declaration names EN 15804+A2, and no impact is of a method of it.',
      expected: 'impacts by EF 3.0 or EF 3.1',
      actual: 'EN15804+A1',
      remedy: /State the results/
    }
  ])
  t.notOk(former.acceptable)
  t.same(claimed(former), ['iso-14025'], 'no profile of it says anything')
  const named = report((epd) => (epd['standards'] = ['EN 15804+A2 (EF 3.0)']))
  t.match(ofClaims(named), [{ expected: 'impacts by EF 3.0', actual: 'EF 3.1' }])
  t.same(claimed(named), [], 'the name says which method is meant')
})

t.test('nothing is told twice, and nothing where there is nothing to be of a method', async (t) => {
  const other = report((epd) => (epd['standards'] = ['EN 15804+A1']))
  t.same(ofClaims(other), [], 'the profile of the standard says it')
  t.ok(other.findings.some(({ code, profile }) => code === 'EPD_PROFILE_METHOD' && profile))
  t.same(ofClaims(report(withFormerFigures(['EN 15804+A1', 'ISO 21930']))), [])
  const inventory = report((epd) => {
    epd['standards'] = ['EN 15804+A2']
    epd['methodSet'] = 'EF 3.1'
    epd['results'] = epd['results'].filter(
      ({ indicator }: { indicator: string }) => indicator === 'PERT'
    )
  })
  t.same(ofClaims(inventory), [])
})
