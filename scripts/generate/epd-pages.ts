import { loadReference } from '../../src/reference.ts'
import type { GeneratedFile } from '../generate.ts'
import { code, page, table, value } from './markdown.ts'

/** docs/reference/epds.md: the words that a declaration may use, and what its figures are held to. */
export async function generateEpdPages(): Promise<readonly GeneratedFile[]> {
  const { indicators, methods, modules, bands } = loadReference().epd
  const content = page(
    'Indicators, methods and modules of declarations',
    'data/indicators.json, data/methods.json, data/modules.json and data/epd-plausibility.json',
    'A value is kept under indicator, method, module and scenario, exactly as written. `MND` (module not declared), `INA` (indicator not assessed) and `0` are three different things.',
    '## Indicators\n\nEN 15804+A2 asks for 37. Those of the groups resource, waste and output mean the same under every method.',
    table(
      ['code', 'group', 'meaning', 'method', 'unit', 'ILCD id', 'version'],
      [...indicators.values()].flatMap(({ code: name, group, name: { en }, definitions }) =>
        definitions.map(({ method, unit, uuid, version }) => [
          code(name),
          group,
          en,
          method ?? 'any',
          unit,
          code(uuid),
          value(version)
        ])
      )
    ),
    '## Methods\n\nFigures of a method without a standard are kept under it: no profile takes them, and none is added to or ranked with a figure of another method. A unit other than theirs is told; it refuses a document where footprints of batches count with the figure.',
    table(
      ['method', 'name', 'standard', 'ILCD compliance source', 'counts in', 'source of the units'],
      [...methods.values()].map((row) => [
        code(row.id),
        row.name,
        row.standard ?? '–',
        row.compliance === null ? '–' : code(row.compliance),
        Object.entries(row.units ?? {})
          .map(([indicator, unit]) => `${indicator} ${unit}`)
          .join(', ') || '–',
        row.source ?? '–'
      ])
    ),
    '## Modules\n\nA module with parts is their sum: both may be stated, and they are never added.',
    table(
      ['module', 'name', 'stage of life', 'parts'],
      [...modules.values()].map((row) => [
        code(row.id),
        row.name,
        row.group,
        row.parts.map(code).join(', ') || '–'
      ])
    ),
    '## Plausibility\n\nkg CO2 eq per kilogram of product, A1-A3, from the cradle.',
    table(
      ['products', 'made from', 'unusual outside', 'refused outside', 'source'],
      bands.map((band) => [
        band.products.map(code).join(', '),
        band.feed ?? 'not said',
        band.warn.join(' to '),
        band.refuse?.join(' to ') ?? '–',
        band.source
      ])
    )
  )
  return [{ path: 'docs/reference/epds.md', content }]
}
