import { readFileSync } from 'node:fs'

/** The table that the rules of declarations check units by, as far as it is needed here. */
interface UnitGroupFile {
  readonly rows: readonly { readonly rec20: string | null; readonly groups: readonly string[] }[]
}

const TABLE = new URL('../../../data/unit-groups.json', import.meta.url)
const { rows } = JSON.parse(readFileSync(TABLE, 'utf8')) as UnitGroupFile

/** Units by the id of their ILCD unit group: texts are spelled in dozens of ways. */
const units = new Map(
  rows.flatMap(({ rec20, groups }) =>
    rec20 === null ? [] : groups.map((group): [string, string] => [group, rec20])
  )
)

/** The flow property mass; the net calorific value differs from it in one digit. */
export const massProperty = '93a60a56-a3c8-11da-a746-0800200b9a66'

/** The UN/ECE Rec 20 code of the reference unit of a unit group. */
export function unitOfGroup(uuid: string): string | undefined {
  return units.get(uuid.toLowerCase())
}

/**
 * Flow properties and the unit group that each is measured in, the official ids first. Source:
 * InDataWG/ILCD-EPD-Data-Format, doc/identifiers/Flow_properties_and_unit_groups.csv at beb0fde
 * (Apache-2.0).
 */
const groups: ReadonlyMap<string, string> = new Map([
  [massProperty, '93a60a57-a4c8-11da-a746-0800200c9a66'],
  ['7e18d0ad-e78e-47a0-8e96-1c0a581902e2', 'ad38d542-3fe9-439d-9b95-2f5f7752acaf'],
  ['93a60a56-a3c8-22da-a746-0800200c9a66', '93a60a57-a3c8-12da-a746-0800200c9a66'],
  ['93a60a56-a3c8-19da-a746-0800200c9a66', '93a60a57-a3c8-18da-a746-0800200c9a66'],
  ['838aaa23-0117-11db-92e3-0800200c9a66', '838aaa22-0117-11db-92e3-0800200c9a66'],
  ['01846770-4cfe-4a25-8ad9-919d8d378345', '5beb6eed-33a9-47b8-9ede-1dfe8f679159'],
  ['93a60a56-a3c8-11da-a746-0800200c9a66', '93a60a57-a3c8-11da-a746-0800200c9a66'],
  ['93a60a56-a3c8-14da-a746-0800200c9a66', '93a60a57-a3c8-11da-a746-0800200c9a66'],
  ['93a60a56-a3c8-17da-a746-0800200c9a66', '93a60a57-a3c8-16da-a746-0800200c9a66']
])

/** The unit group of a flow property, which packages seldom bring along. */
export function groupOfProperty(uuid: string): string | undefined {
  return groups.get(uuid.toLowerCase())
}

/** A quantity that products are declared in, as the master data of InData have it. */
export interface QuantityFacts {
  readonly property: string
  readonly name: string
  readonly group: string
  readonly groupName: string
  /** As ILCD spells the reference unit. */
  readonly unit: string
  /** How many reference units one of the asked unit is. */
  readonly factor: string
}

type Names = readonly [name: string, groupName: string, unit: string]
const names: ReadonlyMap<string, Names> = new Map([
  ['KGM', ['Mass', 'Units of mass', 'kg']],
  ['MTQ', ['Volume', 'Units of volume', 'm3']],
  ['MTK', ['Area', 'Units of area', 'm2']],
  ['MTR', ['Length', 'Units of length', 'm']],
  ['C62', ['Number of items', 'Units of items', 'Item(s)']],
  ['3B', ['Net calorific value', 'Units of energy', 'MJ']],
  ['2Q', ['Radioactivity', 'Units of radioactivity', 'kBq']]
])

/** The table of units that are taken, as far as it is needed here. */
interface UnitFile {
  readonly rows: readonly {
    readonly code: string
    readonly quantity: string
    readonly factor: string | null
  }[]
}

const UNITS = new URL('../../../data/units.json', import.meta.url)

/** What ILCD counts in, by what is measured: the unit that factors of the table are for. */
const counted: Readonly<Record<string, string>> = {
  mass: 'KGM',
  energy: '3B',
  volume: 'MTQ',
  count: 'C62'
}

/** ILCD counts in reference units only; most of what is sold is a multiple of one. */
const multiples: ReadonlyMap<string, readonly [unit: string, factor: string]> = new Map(
  (JSON.parse(readFileSync(UNITS, 'utf8')) as UnitFile).rows.flatMap(
    ({ code, quantity, factor }): [string, readonly [string, string]][] => {
      const unit = counted[quantity]
      return unit === undefined || factor === null ? [] : [[code, [unit, factor]]]
    }
  )
)

/** The quantity that a Rec 20 unit measures; undefined where ILCD has none. */
export function propertyOfUnit(asked: string): QuantityFacts | undefined {
  const [unit, factor] = multiples.get(asked) ?? [asked, '1']
  const found = [...groups].find(([, group]) => units.get(group) === unit)
  const [name, groupName, spelled] = names.get(unit) ?? []
  if (!found || name === undefined || groupName === undefined || spelled === undefined) {
    return undefined
  }
  const [property, group] = found
  return { property, group, name, groupName, unit: spelled, factor }
}
