/** What stands just inside or just outside of a rule: the last that is silent, and the first that is told. */
import t from 'tap'
import type { Epd } from '../../src/domain/epd/epd.ts'
import type { EpdContext } from '../../src/domain/epd/review.ts'
import { reportOn } from '../../src/domain/epd/review-epd.ts'
import type { Finding } from '../../src/domain/finding.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { type Change, OWNER } from '../support/epd-defects.ts'
import { epdDocument, epdNamed } from '../support/epds.ts'

const context: EpdContext = {
  reference: loadReference(),
  today: '2026-11-23',
  submitter: OWNER,
  current: null,
  organizations: new Set([OWNER]),
  facilities: new Set()
}

const MAGNET = epdNamed('magnet-n48h')
const reviewed = (epd: Epd, today = context.today): readonly Finding[] =>
  reportOn(epd, { ...context, today }).findings

function review(change: Change, today?: string): readonly Finding[] {
  const { epd, findings } = nativeEpd.parse(
    Buffer.from(JSON.stringify(epdDocument('magnet-n48h', change)))
  )
  if (!epd) throw new Error(JSON.stringify(findings))
  return reviewed(epd, today)
}

const told = (findings: readonly Finding[]) =>
  findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code)

t.test('thirds that are rounded to six digits are the whole', async (t) => {
  const shares = (share: string) => (epd: Parameters<Change>[0]) =>
    (epd['allocation'].shares = ['A', 'B', 'C'].map((name) => ({ name, share })))
  t.same(told(review(shares('0.333333'))), [])
  t.same(told(review(shares('0.33333'))), ['EPD_ALLOC_SUM'])
})

t.test('from the cradle to the grave every module of the end of life is there', async (t) => {
  for (const missing of ['C1', 'C2', 'C3', 'C4']) {
    const modules = ['A1-A3', 'C1', 'C2', 'C3', 'C4'].filter((module) => module !== missing)
    const findings = review((epd) => (epd['boundary'] = { kind: 'cradle_to_grave', modules }))
    t.match(
      findings.filter(({ code }) => code === 'EPD_BOUNDARY'),
      [{ expected: missing }]
    )
  }
})

t.test('codes are as short and as long as their systems have them', async (t) => {
  const coded = (system: string, code: string) =>
    told(review((epd) => (epd['product'].classifications = [{ system, code }])))
  for (const code of ['8505', '8505.11', '8505110050']) t.same(coded('HS', code), [], code)
  t.same(coded('HS', '850'), ['EPD_CLASSIFICATION'])
  t.same(coded('HS', '850511005099'), ['EPD_CLASSIFICATION'])
  t.same(coded('HS', '8504'), ['EPD_HS_PRODUCT'])
  t.same(coded('CPC', '46910'), [])
  t.same(coded('CPC', '469100'), ['EPD_CLASSIFICATION'])
})

t.test('a composition is judged by its shares, and by bounds where there are none', async (t) => {
  const composed = (components: readonly object[]) =>
    told(
      review((epd) => {
        epd['product'].composition = { basis: 'element', complete: true, components }
      })
    )
  const bounds = { minimumPct: '10', maximumPct: '90' }
  t.same(composed([{ substance: 'Fe', sharePct: '70' }, { substance: 'Nd' }]), [])
  t.same(composed([{ substance: 'Fe', sharePct: '98' }]), [])
  t.same(composed([{ substance: 'Fe', sharePct: '97.99' }]), ['EPD_COMPOSITION_SUM'])
  t.same(
    composed(['Fe', 'Nd'].map((substance) => ({ substance, sharePct: '70', ...bounds }))),
    ['EPD_COMPOSITION_SUM'],
    'a share beside its bounds is what counts'
  )
  for (const name of ['postConsumerPct', 'preConsumerPct']) {
    t.same(composed([{ substance: 'Fe', sharePct: '100', [name]: '100' }]), [], name)
    t.same(composed([{ substance: 'Fe', sharePct: '100', [name]: '101' }]), [
      'EPD_COMPOSITION_RANGE'
    ])
  }
})

t.test('a declaration is valid on its last day, and over on the next', async (t) => {
  const expired = (today: string) => told(reviewed(MAGNET, today)).includes('EPD_EXPIRED')
  t.equal(MAGNET.validUntil?.date, '2031-10-31')
  t.notOk(expired('2031-10-31'))
  t.ok(expired('2031-11-01'))
})

t.test(
  'a year is too little to refuse a validity, and says no more than another year',
  async (t) => {
    const periods = (dates: Pick<Epd, 'published' | 'validFrom' | 'validUntil'>) =>
      reviewed({ ...MAGNET, ...dates })
        .filter(({ code }) => code === 'EPD_VALIDITY_PERIOD')
        .map(({ severity }) => severity)
    const year = (date: string) => ({ date: `${date}-01-01`, precision: 'year' }) as const
    const day = (date: string) => ({ date, precision: 'day' }) as const
    t.same(periods({ validFrom: year('2020'), validUntil: day('2026-01-01') }), ['warning'])
    t.same(periods({ validFrom: day('2020-12-31'), validUntil: day('2026-01-01') }), ['error'])
    t.same(
      periods({
        published: day('2020-03-01'),
        validFrom: year('2020'),
        validUntil: day('2025-06-01')
      }),
      ['error'],
      'a day of publication in that year is where it starts'
    )
    t.same(
      periods({ published: year('2018'), validFrom: year('2020'), validUntil: day('2025-06-01') }),
      []
    )
  }
)

t.test('the day of verification is a day', async (t) => {
  const date = { date: '2026-02-30', precision: 'day' } as const
  const verification = { ...MAGNET.verification, kind: 'independent_external', date } as const
  t.match(reviewed({ ...MAGNET, verification }), [
    { code: 'EPD_DATE_INVALID', pointer: '/verification/date', actual: '2026-02-30' }
  ])
})

t.test(
  'what cannot be weighed is refused where batches are meant, and told elsewhere',
  async (t) => {
    const unit = { value: '1', unit: 'MTQ', properties: [] }
    const weighed = (declaredUnit: Epd['declaredUnit'], product = MAGNET.product) =>
      reviewed({ ...MAGNET, declaredUnit, product })
        .filter(({ code }) => code === 'EPD_DECLARED_UNIT')
        .map(({ severity }) => severity)
    t.same(weighed(unit), ['error'])
    t.same(weighed(unit, { ...MAGNET.product, stage: 'unstated', class: 'unstated' }), ['warning'])
    t.same(weighed({ ...MAGNET.declaredUnit, mass: { value: '1', unit: 'MTQ' } }), ['error'])
    t.same(weighed({ ...unit, mass: { value: '7500', unit: 'KGM' } }), [])
  }
)

t.test('electricity may emit two kilograms and not more', async (t) => {
  const supplied = (kgCo2ePerKwh: string) =>
    told(reviewed({ ...MAGNET, electricity: { approach: 'mixed', kgCo2ePerKwh } }))
  t.same(supplied('2'), [])
  t.same(supplied('0'), [])
  t.same(supplied('2.01'), ['EPD_ELECTRICITY_FACTOR'])
  t.same(supplied('-0.1'), ['EPD_ELECTRICITY_FACTOR'])
})

t.test('only of energy may nobody have split the total', async (t) => {
  const parts = (values: Readonly<Record<string, string>>) =>
    review((epd) => {
      for (const { indicator, values: stated } of epd['results']) {
        if (indicator in values) stated[0].value = values[indicator]
      }
    })
      .filter(({ code }) => code === 'EPD_INDICATOR_SUM')
      .map(({ severity }) => severity)
  t.same(parts({ PERE: '0', PERM: '0' }), ['warning'])
  t.same(parts({ PERE: '5', PERM: '0' }), ['error'], 'what is split is split in whole')
  t.same(parts({ PENRE: '0', PENRM: '1.4' }), ['error'])
  const climate = { 'GWP-fossil': '0', 'GWP-biogenic': '0', 'GWP-luluc': '0' }
  t.same(parts(climate), ['error'])
})

t.test('a unit group is of no edition before', async (t) => {
  const phosphate = '67b5401d-873c-485f-bcf3-6ae83b918822'
  const counted = (more: object) =>
    reviewed({
      ...MAGNET,
      results: MAGNET.results.map((result) =>
        result.indicator === 'EP-freshwater' ? { ...result, unit: 'kg PO4 eq', ...more } : result
      )
    })
      .filter(({ code }) => code === 'EPD_UNIT')
      .map(({ severity }) => severity)
  t.same(counted({}), ['warning'])
  t.same(counted({ unitGroup: phosphate }), ['error'])
})

t.test('below zero at the gate is what was taken up, or is told', async (t) => {
  const climate = (values: Readonly<Record<string, string>>) =>
    told(
      review((epd) => {
        for (const { indicator, values: stated } of epd['results']) {
          if (indicator in values) stated[0].value = values[indicator]
        }
      })
    ).includes('EPD_NEGATIVE_A1A3')
  t.notOk(climate({ 'GWP-total': '0', 'GWP-fossil': '0', 'GWP-biogenic': '0', 'GWP-luluc': '0' }))
  t.notOk(climate({ 'GWP-total': '-1', 'GWP-biogenic': '-27.36' }))
  t.ok(climate({ 'GWP-total': '-1', 'GWP-fossil': '-1.31', 'GWP-biogenic': '0.05' }))
})

t.test(
  'rules of a product hold on their last day, by what the document says of them first',
  async (t) => {
    const day = (date: string) => ({ date, precision: 'day' }) as const
    const judged = (until: string, epd: Epd = MAGNET) => {
      const pcr = { name: 'Demo rules', validUntil: day(until) }
      return told(reviewed({ ...epd, pcr })).includes('EPD_PCR_EXPIRED')
    }
    t.notOk(judged('2026-10-20'), 'verified on the last day')
    t.ok(judged('2026-10-19'))
    const { verification: _verification, ...unverified } = MAGNET
    const later = { ...unverified, published: day('2026-11-10') }
    t.notOk(judged('2026-11-05', later), 'without a verification the start of validity counts')
  }
)

t.test('parts that stand for more than the whole are told, sites are refused', async (t) => {
  const included = (gwpShare: string) =>
    reviewed({
      ...MAGNET,
      includes: ['a', 'b'].map((name) => ({
        name,
        quantity: { value: '1', unit: 'KGM' },
        gwpShare
      }))
    }).filter(({ code }) => code === 'EPD_SHARE_SUM')
  t.match(included('0.6'), [{ severity: 'warning', pointer: '/includes' }])
  t.same(included('0.5'), [])
  const sites = ['FI', 'EE'].map((country) => ({ country, share: '0.6' }))
  t.match(
    reviewed({ ...MAGNET, sites }).filter(({ code }) => code === 'EPD_SHARE_SUM'),
    [{ severity: 'error', pointer: '/sites' }]
  )
})

t.test(
  'a verifier with an id of another organization may bear the name of the practitioner',
  async (t) => {
    const verified = (organization: string | undefined, practitioner: Epd['practitioner']) => {
      const verifier = { name: 'Same Name Ltd', ...(organization ? { organization } : {}) }
      const verification = {
        ...MAGNET.verification,
        kind: 'independent_external',
        verifier
      } as const
      const epd = { ...MAGNET, verification, ...(practitioner ? { practitioner } : {}) }
      return told(reviewed(epd)).includes('EPD_REVIEWER')
    }
    t.notOk(verified(OWNER.replace(/.$/, 'f'), { name: 'Same Name Ltd', organization: OWNER }))
    t.ok(
      verified(OWNER.replace(/.$/, 'f'), { name: 'Same Name Ltd' }),
      'without an id the name counts'
    )
  }
)
