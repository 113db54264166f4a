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

/** What methods before the Environmental Footprint have, under keys that it uses otherwise. */
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

/**
 * The indicator at a place. `gwp` and `ep` are other indicators where the method is not one of the
 * Environmental Footprint: it alone splits GWP-total and eutrophication in three.
 */
export function indicatorAt(group: Group, key: string, method: string | null): string | undefined {
  const former = Object.entries(formerImpacts).find(([, each]) => each === key)
  if (group === 'impacts' && former && method !== null && !method.startsWith('EF ')) {
    return former[0]
  }
  return [...places].find(
    ([code, place]) => place[0] === group && place[1] === key && !(code in formerImpacts)
  )?.[0]
}

/** The methods of openEPD, which are called the same here but for one. */
const methods: ReadonlySet<string> = new Set([
  ...['TRACI 2.2', 'TRACI 2.1', 'TRACI 2.0', 'TRACI 1.0', 'IPCC AR5', 'IPCC AR6', 'EF 3.0'],
  ...['EF 3.1', 'EF 2.0', 'EN 15978:2011', 'USEtox 2.12', 'CML 2016', 'CML 2007', 'CML 2001'],
  ...['CML 1992', 'ReCiPe 2016', 'ReCiPe 2008', 'GWP-GHG', 'LIME2']
])
/** EN 15804+A1 asks for the factors of CML-IA of 2012. */
const FORMER = { ours: 'EN15804+A1', theirs: 'CML 2012' } as const
const UNKNOWN = 'Unknown LCIA'

/** The LCIA method of openEPD; `Unknown LCIA` where the declaration does not tell. */
export function openEpdMethod(method: string | null): string | undefined {
  if (method === null) return UNKNOWN
  if (method === FORMER.ours) return FORMER.theirs
  return methods.has(method) ? method : undefined
}

/** Our method; null where openEPD does not know it, as stated where we do not. */
export function methodNamed(name: string): string | null {
  if (name === UNKNOWN) return null
  return name === FORMER.theirs ? FORMER.ours : name
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

interface ForeignKey {
  /** In the words of openEPD's schema. */
  readonly name: string
  /** Where openEPD keeps the indicator of EN 15804 that is next to it, if any is. */
  readonly beside: string | null
}

/**
 * Keys of ISO 21930, for declarations of North America. What they count is drawn from other inventories
 * and by other rules than the indicators of EN 15804, so none is taken for one of those.
 */
const foreignKeys: ReadonlyMap<string, ForeignKey> = new Map(
  (
    [
      ['RPRec', 'renewable primary resources used as energy carrier', 'pere'],
      ['rpre', 'renewable primary energy resources as energy', 'pere'],
      ['RPRm', 'renewable primary resources with energy content used as material', 'perm'],
      ['nrpre', 'non-renewable primary resources as energy', 'penre'],
      ['nrprm', 'non-renewable primary resources as material', 'penrm'],
      ['re', 'renewable energy resources', null],
      ['twd', 'total waste disposed', null],
      ['hlrw', 'high level radioactive waste disposed', 'rwd'],
      ['illrw', 'intermediate level radioactive waste disposed', 'rwd'],
      ['mr', 'recycled materials', 'mfr'],
      ['gwp-nonCO2', 'warming by other gases than CO2 from sources that are not fossil', null]
    ] as const
  ).map(([key, name, beside]) => [key, { name, beside }])
)

/** What openEPD keeps under a key that no indicator of ours is under; undefined where that is not known. */
export function foreignKey(key: string): ForeignKey | undefined {
  return foreignKeys.get(key)
}
