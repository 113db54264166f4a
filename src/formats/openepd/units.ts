import { parseAmount, plainDecimal } from '../../domain/epd/amount.ts'

/** UN/ECE Rec 20 units by the spelling of openEPD, which takes any unit of SI. */
const units = new Map([
  ['kg', 'KGM'],
  ['t', 'TNE'],
  ['g', 'GRM'],
  ['mg', 'MGM'],
  ['ug', 'MC'],
  ['kt', 'KTN'],
  ['lb', 'LBR'],
  ['oz', 'ONZ'],
  ['m3', 'MTQ'],
  ['l', 'LTR'],
  ['m2', 'MTK'],
  ['m', 'MTR'],
  ['item', 'C62'],
  ['MJ', '3B'],
  ['GJ', 'GV'],
  ['kWh', 'KWH'],
  ['MWh', 'MWH'],
  ['Bq', 'BQL'],
  ['kBq', '2Q']
])
/** Rec 20 has two codes for what is counted one by one. */
const spellings = new Map([
  ...[...units].map(([spelling, unit]): [string, string] => [unit, spelling]),
  ['EA', 'item']
])

/** As stated where the registry has no code for it. */
export function unitNamed(spelling: string): string {
  return units.get(spelling) ?? spelling
}

export function spellingOf(unit: string): string {
  return spellings.get(unit) ?? unit
}

/** Quantities are written without exponents; what is no decimal is left for the rules to refuse. */
export function withoutExponent(number: string): string {
  const amount = /[eE]/.test(number) ? parseAmount(number) : null
  return (amount && plainDecimal(amount.value)) ?? number
}
