/** Where openEPD 0.1 keeps an indicator. Source: cchangelabs/openepd 7.28.0 (Apache-2.0), facts. */
type Group = 'impacts' | 'resource_uses' | 'output_flows'
type Place = readonly [group: Group, key: string]

const impacts = {
  'GWP-total': 'gwp',
  'GWP-fossil': 'gwp-fossil',
  'GWP-biogenic': 'gwp-biogenic',
  'GWP-luluc': 'gwp-luluc',
  'GWP-GHG': 'GWP_GHG',
  ODP: 'odp',
  AP: 'ap',
  'EP-freshwater': 'ep-fresh',
  'EP-marine': 'ep-marine',
  'EP-terrestrial': 'ep-terr',
  POCP: 'pocp',
  ADPE: 'ADP-mineral',
  ADPF: 'ADP-fossil',
  WDP: 'WDP',
  PM: 'PM',
  IRP: 'IRP',
  'ETP-fw': 'ETP-fw',
  'HTP-c': 'HTP-c',
  'HTP-nc': 'HTP-nc',
  SQP: 'SQP'
} as const

/** What only EN 15804+A1 has, or has in other units, under the keys that other methods use. */
const formerImpacts = { GWP: 'gwp', EP: 'ep' } as const

const resources = ['PERE', 'PERM', 'PERT', 'PENRE', 'PENRM', 'PENRT', 'SM', 'RSF', 'NRSF', 'FW']
const outputs = ['HWD', 'NHWD', 'RWD', 'CRU', 'MFR', 'MER']
const exported = { EEE: 'ee', EET: 'eh' } as const

const places: ReadonlyMap<string, Place> = new Map<string, Place>([
  ...entries('impacts', { ...impacts, ...formerImpacts }),
  ...resources.map((code) => [code, ['resource_uses', code.toLowerCase()]] as [string, Place]),
  ...outputs.map((code) => [code, ['output_flows', code.toLowerCase()]] as [string, Place]),
  ...entries('output_flows', exported)
])

function entries(group: Group, keys: Readonly<Record<string, string>>): [string, Place][] {
  return Object.entries(keys).map(([code, key]) => [code, [group, key]])
}

/** Group and key of an indicator; undefined where openEPD has none. */
export function openEpdPlace(indicator: string): Place | undefined {
  return places.get(indicator)
}

/** The indicator at a place; `gwp` and `ep` are other indicators under the factors of +A1. */
export function indicatorAt(group: Group, key: string, method: string | null): string | undefined {
  const former = Object.entries(formerImpacts).find(([, each]) => each === key)
  if (group === 'impacts' && former && method === 'EN15804+A1') return former[0]
  return [...places].find(
    ([code, place]) => place[0] === group && place[1] === key && !(code in formerImpacts)
  )?.[0]
}

const methods: Readonly<Record<string, string>> = {
  'EF 3.0': 'EF 3.0',
  'EF 3.1': 'EF 3.1',
  'EN15804+A1': 'CML 2012'
}
const UNKNOWN = 'Unknown LCIA'

/** The LCIA method of openEPD; `Unknown LCIA` where the declaration does not tell. */
export function openEpdMethod(method: string | null): string | undefined {
  if (method === null) return UNKNOWN
  return Object.hasOwn(methods, method) ? methods[method] : undefined
}

/** Our method; null where openEPD does not know it, as stated where we do not. */
export function methodNamed(name: string): string | null {
  if (name === UNKNOWN) return null
  return Object.entries(methods).find(([, each]) => each === name)?.[0] ?? name
}

const MODULES = /^(A[1-5]|B[1-7]|C[1-4]|D)$/

export function openEpdModule(module: string): string | undefined {
  if (module === 'A1-A3') return 'A1A2A3'
  return MODULES.test(module) ? module : undefined
}

export function moduleNamed(key: string): string | undefined {
  if (key === 'A1A2A3') return 'A1-A3'
  return MODULES.test(key) ? key : undefined
}

/** True where openEPD can tell scenarios of the module apart. */
export function hasScenarios(module: string): boolean {
  return /^(C[1-4]|D)$/.test(module)
}
