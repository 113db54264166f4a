import { add, divide, parseDecimal, type Rational, rational, ZERO } from '../quantity/rational.ts'
import type { UnitTable } from '../quantity/unit.ts'
import { declaredMassKg } from './declared-mass.ts'
import type { BoundaryKind, Epd } from './epd.ts'
import { type Figures, figuresOf, totalOf } from './figures.ts'
import type { EpdTables } from './table.ts'

/** GWP-total of the modules up to the gate, as it can be used along a chain. */
export interface CarbonFootprint {
  readonly boundary: 'cradle_to_gate' | 'gate_to_gate' | null
  /** kg CO2e per kg, by method; empty text where a figure names none. */
  readonly values: ReadonlyMap<string, Rational>
  /** 0 to 1; null where it is not declared. */
  readonly primaryShare: Rational | null
  /** Ids, or else names, of the declarations that are built in. */
  readonly includes: readonly string[]
  /** How the declaration split burdens between co-products; null where it does not say. */
  readonly allocation: string | null
  /** Why there is no value, where there is none. */
  readonly lacking: 'mass' | 'value' | null
}

/** Of EN 15804+A2, and of what came before it; their methods differ, so they never meet. */
const INDICATORS: readonly string[] = ['GWP-total', 'GWP']
const UP_TO_THE_GATE = 'A1-A3'
const RAW_MATERIALS = 'A1'
/** Their A1-A3 is cradle to gate, whatever they declare beyond it. */
const WITH_UPSTREAM: readonly BoundaryKind[] = [
  'cradle_to_gate',
  'cradle_to_gate_with_options',
  'cradle_to_grave'
]

/** True where a figure of the indicator becomes the footprint of a batch. */
export function countsInFootprints(indicator: string): boolean {
  return INDICATORS.includes(indicator)
}

/** The climate figure of a declaration per kilogram of its product. */
export function carbonFootprint(epd: Epd, tables: EpdTables, units: UnitTable): CarbonFootprint {
  const boundary = boundaryOf(epd, tables)
  const perUnit = figuresAtGate(epd, tables, boundary === 'gate_to_gate')
  const mass = declaredMassKg(epd.declaredUnit, { units, epd: tables })
  const usable = mass !== null && mass.n > 0n
  const values = usable ? [...perUnit].map(([key, sum]) => [key, divide(sum, mass)] as const) : []
  return {
    boundary,
    values: new Map(values),
    primaryShare: primaryShareOf(epd),
    includes: epd.includes.map(({ epd: id, name, href }) => id ?? name ?? href ?? 'unnamed'),
    allocation: epd.allocation?.method ?? null,
    lacking: lackingOf(perUnit.size > 0, usable)
  }
}

function lackingOf(stated: boolean, weighed: boolean): CarbonFootprint['lacking'] {
  if (!stated) return 'value'
  return weighed ? null : 'mass'
}

/**
 * Null also where a declaration contradicts itself: gate-to-gate, and yet with the raw materials (A1).
 * We refuse such ones (rule E11), other registries do not; added to what lies upstream they count twice.
 */
function boundaryOf(epd: Epd, tables: EpdTables): CarbonFootprint['boundary'] {
  const { boundary } = epd
  if (boundary === undefined) return null
  if (WITH_UPSTREAM.includes(boundary.kind)) return 'cradle_to_gate'
  const stated = figuresOf(epd, tables.indicators).all.filter(({ indicator }) =>
    INDICATORS.includes(indicator)
  )
  const named = [...boundary.modules, ...stated.map(({ module }) => module)]
  return named.some((module) => holdsRawMaterials(module, tables)) ? null : 'gate_to_gate'
}

function holdsRawMaterials(module: string, { modules }: EpdTables): boolean {
  return module === RAW_MATERIALS || (modules.get(module)?.parts.includes(RAW_MATERIALS) ?? false)
}

/** Of a gate-to-gate declaration the modules that it has; else all of A1 to A3 or none. */
function figuresAtGate(epd: Epd, tables: EpdTables, ownOnly: boolean): Map<string, Rational> {
  const figures = figuresOf(epd, tables.indicators)
  const found = new Map<string, Rational>()
  for (const { indicator, method } of figures.all) {
    if (!INDICATORS.includes(indicator) || found.has(method ?? '')) continue
    const key = { indicator, method, module: UP_TO_THE_GATE, scenario: null }
    const sum = totalOf(key, figures, tables.modules)?.value
    const value = sum ?? (ownOnly ? partialSum(key, figures, tables) : null)
    if (value) found.set(method ?? '', value)
  }
  return found
}

function partialSum(
  key: Parameters<Figures['find']>[0],
  figures: Figures,
  { modules }: EpdTables
): Rational | null {
  const parts = modules.get(UP_TO_THE_GATE)?.parts ?? []
  const known = parts.flatMap((module) => figures.find({ ...key, module }) ?? [])
  return known.length === 0 ? null : known.reduce((sum, part) => add(sum, part.amount.value), ZERO)
}

function primaryShareOf({ dataQuality }: Epd): Rational | null {
  const percent = parseDecimal(dataQuality?.primaryDataSharePct ?? '')
  return percent && divide(percent, rational(100n))
}
