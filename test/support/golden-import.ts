import type { Epd } from '../../src/domain/epd/epd.ts'
import { methodOf } from '../../src/domain/epd/method.ts'
import type { EpdValue } from '../../src/domain/epd/result.ts'
import { definitionOf, type IndicatorTable } from '../../src/domain/epd/table.ts'
import { placeOf } from '../../src/formats/ilcd/regions.ts'
import { goldenData, goldenEpds } from './golden-epds.ts'
import { csvRows } from './shared-data.ts'

type Row = Readonly<Record<string, string>>
const SEPARATOR = '\u001f'
const values = csvRows(goldenData['epd/golden/values.csv'] ?? '')
const documents = csvRows(goldenData['epd/golden/documents.csv'] ?? '')

/** The golden files of a folder of the shared data. */
export function goldenFiles(folder: string): string[] {
  return [...new Set(values.map((row) => row['file'] ?? ''))].filter((file) =>
    file.startsWith(`${folder}/`)
  )
}

/** Every golden entry of a file against what was read: the same count, keys and verbatim texts. */
export function compareValues(epd: Epd, file: string) {
  const expected = values.filter((row) => row['file'] === file).map(entryOf)
  const read = epd.results.flatMap((result) =>
    result.values.map((value) =>
      [
        result.reference?.uuid ?? '',
        result.reference?.version ?? '',
        value.module,
        value.scenario ?? '',
        textOf(value)
      ].join(SEPARATOR)
    )
  )
  const rest = counted(read)
  const lost = expected.filter((entry) => !take(rest, entry))
  const wrong = [...rest].flatMap(([entry, count]) => (count > 0 ? [entry] : []))
  return { right: expected.length - lost.length, lost, wrong }
}

function entryOf(row: Row): string {
  return [
    row['indicator_uuid'],
    row['indicator_version'],
    row['module'],
    row['scenario'],
    row['value_verbatim']
  ].join(SEPARATOR)
}

function textOf({ status, text }: EpdValue): string {
  return status === 'not_declared' ? '(not declared)' : (text ?? 'INA')
}

function counted(entries: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1)
  return counts
}

function take(counts: Map<string, number>, entry: string): boolean {
  const count = counts.get(entry) ?? 0
  if (count > 0) counts.set(entry, count - 1)
  return count > 0
}

interface Assertions {
  equal(found: unknown, wanted: unknown, message: string): unknown
  ok(found: unknown, message: string): unknown
  same(found: unknown, wanted: unknown, message: string): unknown
}

/** Results whose code or method is not the one that their id stands for under the golden method. */
export function misplaced(epd: Epd, file: string, indicators: IndicatorTable): string[] {
  if (!documents.some((row) => row['file'] === file)) return []
  const method = goldenEpds().find((each) => each.file === file)?.method ?? ''
  return epd.results.flatMap((result) => {
    const facts = indicators.get(result.indicator)
    const found = facts && definitionOf(facts, methodOf(result, epd, indicators))
    const listed = [...indicators.values()].some(({ definitions }) =>
      definitions.some(
        (each) => each.uuid === result.reference?.uuid && [null, method].includes(each.method)
      )
    )
    const right = listed ? found?.uuid === result.reference?.uuid : facts === undefined
    return right ? [] : [`${file}: ${result.indicator} ${result.reference?.uuid}`]
  })
}

/** The metadata of a file as the golden table has them. */
export function compareDocument(t: Assertions, epd: Epd, file: string): void {
  const row = documents.find((each) => each['file'] === file)
  if (!row) return
  const day = (row['publication_date'] ?? '').slice(0, 10)
  const [place = ''] = epd.geography
  t.equal(epd.id, row['uuid'], `${file}: id`)
  t.equal(epd.version, row['dataset_version'], `${file}: version`)
  t.ok(Object.values(epd.name).includes(row['name']?.trim() ?? ''), `${file}: ${row['name']}`)
  t.equal(`${epd.product.representing ?? ''} dataset`, row['subtype'], `${file}: subtype`)
  t.equal(epd.validFrom?.date.slice(0, 4) ?? '', row['reference_year'], `${file}: year`)
  if (epd.validUntil?.precision === 'year') {
    t.equal(epd.validUntil.date, `${row['valid_until']}-12-31`, `${file}: valid until`)
  }
  t.equal(epd.published?.date ?? '', day, `${file}: published`)
  t.equal(place, placeOf(row['location'] ?? '') ?? '', `${file}: location`)
  t.equal(epd.registrationNumber ?? '', row['registration_number'], `${file}: number`)
  t.equal(epd.owner.name, row['owner'], `${file}: owner`)
  compareStandards(t, epd, row)
  compareKeys(t, epd, row)
}

function compareStandards(t: Assertions, epd: Epd, row: Row): void {
  const stated = (row['compliance'] ?? '').split('; ').filter((each) => each !== '')
  const names = stated.map((each) =>
    each.replace('EN15804', 'EN 15804').replace(/ EF3\.\d| \[.*\]/, '')
  )
  t.same([...epd.standards].sort(), [...new Set(names)].sort(), `${row['file']}: compliance`)
  const reviewer = epd.verification?.verifier?.name
  if (reviewer !== undefined) t.ok(row['reviews']?.includes(reviewer), `${row['file']}: reviewer`)
}

function compareKeys(t: Assertions, epd: Epd, row: Row): void {
  const read = epd.results.flatMap((result) => result.values)
  const modules = [...new Set(read.map(({ module }) => module))].sort()
  t.same(modules.join(' '), row['modules'], `${row['file']}: modules`)
  const scenarios = new Set(read.flatMap(({ scenario }) => scenario ?? []))
  t.same([...scenarios].sort().join(' | '), row['scenarios'], `${row['file']}: scenarios`)
}
