import { add, type Rational } from '../quantity/rational.ts'
import { type Amount, parseAmount } from './amount.ts'
import type { Epd } from './epd.ts'
import { methodOf } from './method.ts'
import type { IndicatorTable, ModuleTable } from './table.ts'

/** A declared value with its whole key, as a number. */
export interface Figure extends FigureKey {
  readonly text: string
  readonly amount: Amount
  readonly pointer: string
}

/** What makes a value the one it is: nothing less may be used to look one up. */
export interface FigureKey {
  readonly indicator: string
  readonly method: string | null
  readonly module: string
  readonly scenario: string | null
}

/** The declared values of a declaration; where a key occurs twice the first stands. */
export interface Figures {
  readonly all: readonly Figure[]
  find(key: FigureKey): Figure | undefined
}

/** One text for one key; U+001F occurs in none of its parts. */
export function keyText(key: FigureKey): string {
  return `${key.indicator}\u001f${key.method ?? ''}\u001f${key.module}\u001f${key.scenario ?? ''}`
}

/** Values that are not declared, not assessed or not a number are no figures. */
export function figuresOf(epd: Epd, indicators: IndicatorTable): Figures {
  const byKey = new Map<string, Figure>()
  for (const result of epd.results) {
    const { indicator, values } = result
    const method = methodOf(result, epd, indicators)
    for (const { module, scenario, status, text, pointer } of values) {
      const amount = status === 'declared' ? parseAmount(text) : null
      if (amount === null || text === null) continue
      const figure = { indicator, method, module, scenario, text, amount, pointer }
      const key = keyText(figure)
      if (!byKey.has(key)) byKey.set(key, figure)
    }
  }
  return { all: [...byKey.values()], find: (key) => byKey.get(keyText(key)) }
}

/** The parts of a figure of a module that is the sum of others; null unless all are declared. */
export function partsOf(
  key: FigureKey,
  figures: Figures,
  modules: ModuleTable
): readonly Figure[] | null {
  const parts = modules.get(key.module)?.parts ?? []
  const found = parts.map((module) => figures.find({ ...key, module }))
  const known = found.filter((figure) => figure !== undefined)
  return known.length > 0 && known.length === parts.length ? known : null
}

/** The value of a module as stated or, where only its parts are, added up; null where neither is. */
export function totalOf(
  key: FigureKey,
  figures: Figures,
  modules: ModuleTable
): { readonly value: Rational; readonly pointer: string } | null {
  const stated = figures.find(key)
  if (stated) return { value: stated.amount.value, pointer: stated.pointer }
  const [first, ...rest] = partsOf(key, figures, modules) ?? []
  if (!first) return null
  const value = rest.reduce((sum, part) => add(sum, part.amount.value), first.amount.value)
  return { value, pointer: first.pointer }
}
