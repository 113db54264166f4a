/** The terms of profiles where they begin and end: units, years, fields of which one will do, methods, gaps. */
import t from 'tap'
import type { BoundaryKind, Epd } from '../../src/domain/epd/epd.ts'
import type { Profile, ProfileRule } from '../../src/domain/epd/profile/profile.ts'
import { reportOn } from '../../src/domain/epd/review-epd.ts'
import { loadReference } from '../../src/reference.ts'
import { OWNER } from '../support/epd-defects.ts'
import { epdNamed } from '../support/epds.ts'

const reference = loadReference()
const magnet = epdNamed('magnet-n48h')

/** Other parts, or none of them. */
type Change = { readonly [Part in keyof Epd]?: Epd[Part] | undefined }

/** What a profile says of the magnet, changed as the test wants it. */
function told(profile: string, change: Change, profiles = reference.epd.profiles) {
  const { findings } = reportOn({ ...magnet, ...change } as Epd, {
    reference: { ...reference, epd: { ...reference.epd, profiles } },
    today: '2026-11-23',
    submitter: OWNER,
    current: null,
    organizations: new Set([OWNER]),
    facilities: new Set(),
    profiles: [profile]
  })
  return findings.filter((each) => each.profile === profile)
}

/** A profile as it is published, with rules of another one's. */
function profilesWith(rule: ProfileRule): ReadonlyMap<string, Profile> {
  const [iso] = [...reference.epd.profiles.values()].filter(({ id }) => id === 'iso-14025')
  if (!iso) throw new Error('no profile of ISO 14025')
  return new Map([['ours', { ...iso, id: 'ours', claims: [], rules: [rule] }]])
}

t.test('a declared unit is what the profile asks for, however it is written', async (t) => {
  const unit = (value: string, code: string, mass?: string) =>
    told('crma-annex-v', {
      declaredUnit: {
        value,
        unit: code,
        properties: [],
        ...(mass === undefined ? {} : { mass: { value: mass, unit: 'KGM' } })
      }
    }).filter(({ rule }) => rule === 'declared-unit')
  t.same(unit('1', 'KGM'), [])
  t.same(unit('1000', 'GRM'), [])
  t.same(unit('0.001', 'TNE'), [])
  for (const [value, code, mass] of [
    ['2', 'KGM', undefined],
    ['1', 'TNE', undefined],
    ['1', 'C62', '1']
  ] as const) {
    t.match(unit(value, code, mass), [
      { pointer: '/declaredUnit', expected: '1 KGM', actual: `${value} ${code}` }
    ])
  }
  t.match(unit('1', 'C62'), [
    { pointer: '/declaredUnit/mass', expected: 'kilograms', actual: '1 C62' }
  ])
})

t.test('where only the mass is asked for, any unit with one will do', async (t) => {
  const unit = (declaredUnit: Epd['declaredUnit']) =>
    told('eco-platform-basic', { declaredUnit }).filter(({ rule }) => rule === 'mass')
  t.same(unit({ value: '5', unit: 'KGM', properties: [] }), [])
  t.same(unit({ value: '3', unit: 'C62', mass: { value: '2', unit: 'GRM' }, properties: [] }), [])
  for (const code of ['C62', 'unstated']) {
    t.match(unit({ value: '3', unit: code, properties: [] }), [{ pointer: '/declaredUnit/mass' }])
  }
})

t.test('of fields of which one will do the first is pointed at where none is stated', async (t) => {
  const { description: _, grade: __, ...product } = magnet.product
  const described = (part: Partial<Epd['product']>) =>
    told('iso-14025', { product: { ...product, ...part } }).filter(({ rule }) => rule === 'product')
  t.same(described({ grade: 'N48H' }), [])
  t.same(described({ description: { en: 'For motors' } }), [])
  t.match(described({ description: {} }), [
    {
      pointer: '/product/description',
      message: 'Not met: the product is described or identified.',
      expected: '/product/description or /product/grade'
    }
  ])
  const each = told('crma-annex-v', { dataPeriod: undefined, dataQuality: undefined })
  t.same(
    each.filter(({ rule }) => rule === 'company-data').map(({ pointer }) => pointer),
    ['/dataQuality/primaryDataSharePct', '/dataPeriod'],
    'where all of them are asked for each is told'
  )
})

t.test(
  'a profile may allow fewer years, and says nothing where the general rule does',
  async (t) => {
    const rule: ProfileRule = {
      id: 'validity',
      kind: 'validity',
      requirement: 'shall',
      severity: 'error',
      title: 'At most three years',
      source: 'a programme',
      remedy: 'Shorten it.',
      years: 3
    }
    const until = (date: string) =>
      told(
        'ours',
        {
          validFrom: { date: '2026-10-01', precision: 'day' },
          published: { date: '2026-10-01', precision: 'day' },
          validUntil: { date, precision: 'day' }
        },
        profilesWith(rule)
      )
    t.same(until('2029-10-01'), [])
    t.match(until('2029-10-02'), [
      { pointer: '/validUntil', message: /more than 3 years/, expected: 'at most until 2029-10-01' }
    ])
    t.match(until('2031-10-01'), [{ pointer: '/validUntil' }])
    t.same(until('2031-10-02'), [], 'over five years the general rule speaks')
  }
)

t.test('impacts are of a method that the profile takes, or name theirs', async (t) => {
  const [first, ...others] = magnet.results
  if (!first) throw new Error('the magnet has no results')
  const methodOf = (profile: string, change: Change) =>
    told(profile, change).filter(({ rule }) => rule === 'method')
  t.same(methodOf('en15804-a2-ef3.1', {}), [])
  t.same(
    methodOf('en15804-a2-ef3.1', { results: [{ ...first, method: 'EF 3.0' }, ...others] }),
    [],
    'figures of another method may stand beside them'
  )
  t.match(methodOf('en15804-a2-ef3.1', { results: [{ ...first, method: 'EF 3.0' }] }), [
    { pointer: '/methodSet', expected: 'EF 3.1', actual: 'EF 3.0' }
  ])
  const without = { methodSet: undefined }
  t.match(methodOf('en15804-a2-ef3.1', without), [{ actual: 'no method' }])
  t.same(methodOf('eco-platform-basic', {}), [])
  const second = { ...first, pointer: '/results/1' }
  t.match(
    methodOf('eco-platform-basic', {
      ...without,
      results: [{ ...first, method: 'EF 3.1' }, second]
    }),
    [{ pointer: '/results/1', message: `${first.indicator} does not name its method.` }]
  )
})

t.test('an indicator with gaps is told where it stands, one without gaps is not', async (t) => {
  const modules = ['A1-A3', 'A4']
  const results = magnet.results.map((result) => ({
    ...result,
    values: ['A1-A3', 'A4'].map((module) => ({
      module,
      scenario: null,
      pointer: `${result.pointer}/values/0`,
      status: 'declared' as const,
      text: '0'
    }))
  }))
  const change = { boundary: { kind: 'cradle_to_gate_with_options' as const, modules }, results }
  const core = (part: Change) =>
    told('en15804-a2-ef3.1', { ...change, ...part }).filter(({ rule }) => rule === 'core')
  t.same(core({}), [])
  const at = results.findIndex(({ indicator }) => indicator === 'AP')
  const gap = results.map((result, index) =>
    index === at ? { ...result, values: result.values.slice(0, 1) } : result
  )
  t.match(core({ results: gap }), [
    { pointer: results[at]?.pointer, message: 'AP has no value in A4.', expected: 'a value in A4' }
  ])
  const climate = told('crma-annex-v', { results: [] }).filter(({ rule }) => rule === 'climate')
  t.match(climate, [{ pointer: '/results', message: /^1 of 1 indicators have no value/ }])
})

t.test(
  'boundaries are of the kinds that a profile takes, with the modules that they need',
  async (t) => {
    const ofBoundary = (
      profile: string,
      kind: BoundaryKind | null,
      modules: readonly string[] = []
    ) =>
      told(profile, { boundary: kind === null ? undefined : { kind, modules } })
        .filter(({ rule = '' }) =>
          ['boundary', 'modules', 'product-stage', 'use-and-end'].includes(rule)
        )
        .map(({ rule, pointer, message }) => `${rule} ${pointer} ${message}`)
    t.same(ofBoundary('crma-annex-v', 'cradle_to_gate', ['A1-A3']), [])
    t.same(ofBoundary('crma-annex-v', null), ['boundary /boundary The boundary is not stated.'])
    t.same(ofBoundary('crma-annex-v', 'gate_to_gate', ['A3']), [
      'boundary /boundary/kind The boundary is gate_to_gate.'
    ])
    t.same(ofBoundary('crma-annex-v', 'cradle_to_gate_with_options', ['A1-A3', 'A4', 'C1', 'C2']), [
      'use-and-end /boundary/modules C1, C2 are declared.'
    ])
    t.same(ofBoundary('crma-annex-v', 'cradle_to_gate', ['A1', 'A3']), [
      'product-stage /boundary/modules A2 is not declared.'
    ])
    t.same(
      ofBoundary('en15804-a2-ef3.1', null),
      [],
      'without a boundary nobody knows what is lacking'
    )
  }
)

t.test('of a list every item says it, and links are of the kind that is asked for', async (t) => {
  const basic = (change: Change, rule: string) =>
    told('eco-platform-basic', change).filter((each) => each.rule === rule)
  const databases = (...stated: Epd['backgroundDatabases']) =>
    basic({ backgroundDatabases: stated }, 'database')
  t.same(databases({ name: 'One', version: '1' }, { name: 'Two', version: '2' }), [])
  t.match(databases(), [{ pointer: '/backgroundDatabases' }])
  t.match(databases({ name: 'One', version: '1' }, { name: 'Two' }), [
    { pointer: '/backgroundDatabases/1/version', expected: '/backgroundDatabases/1/version' }
  ])
  const documents = (...kinds: Epd['documents'][number]['kind'][]) =>
    basic(
      { documents: kinds.map((kind) => ({ kind, href: `https://registry.example/${kind}` })) },
      'original'
    )
  t.same(documents('certificate', 'epd_pdf'), [])
  t.match(documents('certificate', 'lci'), [
    {
      code: 'EPD_PROFILE_FIELD',
      pointer: '/documents',
      message: 'Not met: the original declaration is linked.',
      expected: 'a document of the kind epd_pdf',
      actual: 'certificate, lci'
    }
  ])
  t.match(documents(), [{ pointer: '/documents', actual: undefined }])
})

t.test('who does not state a declared unit conforms to no standard that asks for it', async (t) => {
  const declaredUnit = { value: '1', unit: 'unstated', properties: [] }
  for (const profile of ['iso-14025', 'en15804-a2-ef3.1']) {
    const conforms = (change: Change) =>
      reportOn({ ...magnet, ...change } as Epd, {
        reference,
        today: '2026-11-23',
        submitter: OWNER,
        current: null,
        organizations: new Set([OWNER]),
        facilities: new Set(),
        profiles: [profile]
      }).profiles.find((each) => each.profile === profile)?.conforms
    t.equal(conforms({}), true, profile)
    t.equal(conforms({ declaredUnit }), false, profile)
  }
})

t.test('every finding of a profile says what was expected and how to mend it', async (t) => {
  const { verifier: _, ...nobody } = magnet.verification ?? { kind: 'independent_panel' as const }
  const nothing: Change = {
    results: [],
    standards: [],
    documents: [],
    backgroundDatabases: [],
    sites: [],
    geography: [],
    operator: undefined,
    practitioner: undefined,
    pcr: undefined,
    published: undefined,
    validFrom: undefined,
    validUntil: undefined,
    electricity: undefined,
    dataPeriod: undefined,
    dataQuality: undefined,
    verification: nobody,
    declaredUnit: { value: '1', unit: 'unstated', properties: [] },
    product: { stage: 'unstated', class: 'unstated', classifications: [] },
    boundary: { kind: 'cradle_to_gate', modules: ['C1'] }
  }
  for (const id of reference.epd.profiles.keys()) {
    const findings = told(id, nothing)
    t.ok(findings.length > 3, id)
    for (const { rule, expected = '', remedy = '' } of findings) {
      t.ok(expected !== '' && remedy !== '', `${id} ${rule}`)
    }
  }
})

t.test('what is not assessed is told as what it is, where a value is asked for', async (t) => {
  const results = magnet.results.map((result) => ({
    ...result,
    values: ['A1-A3', 'A4'].map((module) => {
      const place = { module, scenario: null, pointer: `${result.pointer}/values/0` }
      return result.indicator === 'AP' && module === 'A4'
        ? { ...place, status: 'not_assessed' as const, text: null }
        : { ...place, status: 'declared' as const, text: '0' }
    })
  }))
  const boundary = { kind: 'cradle_to_gate_with_options' as const, modules: ['A1-A3', 'A4'] }
  t.match(
    told('en15804-a2-ef3.1', { boundary, results }).filter(({ rule }) => rule === 'core'),
    [{ message: 'AP has no value in A4.', expected: 'a value in A4', actual: 'INA in A4' }]
  )
})
