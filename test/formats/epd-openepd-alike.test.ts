/** What openEPD documents are read as where another format says the same, and what comes back out of them. */
import t from 'tap'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { reportOn } from '../../src/domain/epd/review-epd.ts'
import { nativeDocument } from '../../src/formats/native/write-epd.ts'
import { openEpd } from '../../src/formats/openepd/epd.ts'
import { openEpdWriter } from '../../src/formats/openepd/write-epd.ts'
import { loadReference } from '../../src/reference.ts'
import { type EpdDocument, epdNamed } from '../support/epds.ts'

const reference = loadReference()
const tables = reference.epd
const parse = (document: unknown) => openEpd.parse(Buffer.from(JSON.stringify(document)), tables)

const minimal = {
  doctype: 'openEPD',
  id: 'EC3ABCDE',
  version: 1,
  product_name: 'NdPr oxide',
  manufacturer: { name: 'Fictional Oxides' },
  declared_unit: { qty: 1, unit: 'kg' },
  impacts: { 'EF 3.1': { gwp: { A1A2A3: { mean: 20.5, unit: 'kgCO2e' } } } }
}

const context = {
  reference,
  today: '2026-11-23',
  submitter: '11111111-1111-4111-8111-111111111111',
  current: null,
  organizations: new Set<string>(),
  facilities: new Set<string>(),
  profiles: []
}

function written(epd: Epd): EpdDocument {
  return JSON.parse(openEpdWriter.write(epd, tables).bytes.toString('utf8'))
}

t.test('which modules are declared says what the boundary is, as in ILCD', async (t) => {
  const boundaryWith = (...keys: readonly string[]) => {
    const figures = keys.map((key) => [key, { mean: 1.5, unit: 'kgCO2e' }])
    const impacts = { 'EF 3.1': { gwp: Object.fromEntries(figures) } }
    return parse({ ...minimal, impacts }).epd?.boundary
  }
  t.same(boundaryWith('A1A2A3'), { kind: 'cradle_to_gate', modules: ['A1-A3'] })
  t.same(boundaryWith('A1', 'A2', 'A3', 'C1', 'D'), {
    kind: 'cradle_to_gate_with_options',
    modules: ['A1', 'A2', 'A3', 'C1', 'D']
  })
  t.equal(boundaryWith('A3', 'A4'), undefined, 'without raw materials nobody knows')
  const impacts = {
    'EF 3.1': { gwp: { A1A2A3: { mean: 20.5, unit: 'kgCO2e' }, A4: { mean: 1, unit: 'kgCO2e' } } }
  }
  const compliance = [{ short_name: 'EN 15804+A2' }]
  const { epd } = parse({ ...minimal, compliance, impacts })
  t.ok(epd)
  const told = epd ? reportOn(epd, context).findings : []
  const modules = told.find(({ code }) => code === 'EPD_PROFILE_MODULE')
  t.equal(modules?.message, 'C1, C2, C3, C4, D are not declared.')
})

t.test('of a boundary only what does not follow from the modules is lost', async (t) => {
  const lost = (name: 'ndpr-oxide' | 'magnet-n48h') =>
    openEpdWriter
      .write(epdNamed(name), tables)
      .losses.map(({ pointer }) => pointer)
      .filter((pointer) => pointer.startsWith('/boundary'))
  t.same(lost('ndpr-oxide'), [])
  t.same(lost('magnet-n48h'), ['/boundary/exclusions'])
})

t.test('rules are known by the number of their issuer, not by the id of a database', async (t) => {
  const pcrOf = (pcr: object) => parse({ ...minimal, pcr }).epd?.pcr
  const rules = { name: 'Magnets', id: 'ec3abcde', issuer_doc_id: 'PCR 2024:01' }
  t.same(pcrOf(rules), { id: 'PCR 2024:01', name: 'Magnets' })
  t.same(pcrOf({ ...rules, issuer_doc_id: undefined }), { id: 'ec3abcde', name: 'Magnets' })
})

t.test('what ILCD says at length, over lines or in any language comes back', async (t) => {
  const sound = epdNamed('ndpr-oxide')
  const languages = { en: 'Oxide', 'x-plant': 'NdPr' }
  const documents: readonly Partial<Epd>[] = [
    { note: { en: 'n'.repeat(30_000) } },
    { owner: { name: 'O'.repeat(250) } },
    { name: { en: 'Oxide\n  of neodymium' } },
    {
      name: languages,
      note: Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`q${n}`, 'x']))
    }
  ]
  for (const part of documents) {
    const epd = { ...sound, ...part }
    const back = parse(written(epd))
    t.same(back.findings, [])
    t.same(back.epd && nativeDocument(back.epd), nativeDocument(epd))
  }
})

t.test('an extension holds no ids that the native format would refuse', async (t) => {
  for (const change of [
    { owner: { name: 'Works', organization: 'not-a-uuid' } },
    { documents: [{ kind: 'other', href: 'javascript:alert(1)' }] },
    { note: { en: '' } }
  ]) {
    const document = written(epdNamed('ndpr-oxide'))
    Object.assign(document['ext'].lodestone, change)
    const { findings } = parse(document)
    t.match(findings, [{ pointer: '/ext/lodestone', message: /not as the native format/ }])
  }
})

t.test('what lists show of a declaration is bounded in whatever format it comes', async (t) => {
  const long = (part: object) => {
    const { epd } = parse({ ...minimal, ...part })
    const { findings } = epd ? reportOn(epd, context) : { findings: [] }
    return findings.filter(({ code }) => code === 'EPD_LISTED_LONG')
  }
  t.same(long({ product_name: 'N'.repeat(60_000) }), [])
  t.match(long({ product_name: 'N'.repeat(66_000) }), [
    { severity: 'error', pointer: '/name', actual: /^66\d{3} characters, 660\d\d of them here$/ }
  ])
  t.match(long({ manufacturer: { name: 'O'.repeat(40_000) }, product_name: 'N'.repeat(30_000) }), [
    { pointer: '/owner/name' }
  ])
  const compliance = Array.from({ length: 7_000 }, (_, n) => ({ short_name: `ISO ${n}` }))
  t.match(long({ compliance }), [{ pointer: '/standards' }], 'as are many of something short')
})
