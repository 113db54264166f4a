/** The chain that is asked about, as a plan: nothing here asks the service. */

export type Level = 'public' | 'chain' | 'restricted'

/** Who takes part, with their country. */
export const PARTIES = {
  mine: 'AU',
  hidden: 'CN',
  separator: 'SG',
  toller: 'EE',
  owner: 'DE',
  magnet: 'US',
  buyer: 'JP',
  rival: 'KR',
  bystander: 'FR'
} as const

export type PartyName = keyof typeof PARTIES

/** Organizations that only ask: keeper of the registry, and those who were let in or no longer are. */
export const ASKERS_ONLY = ['keeper', 'auditor', 'bearer', 'revoked', 'expired'] as const

export type AskerName = PartyName | (typeof ASKERS_ONLY)[number]

export const ASKERS: readonly AskerName[] = [
  ...(Object.keys(PARTIES) as PartyName[]),
  ...ASKERS_ONLY
]

export interface PlannedBatch {
  readonly maker: PartyName
  /** Whose it is from the beginning, where that is not its maker. */
  readonly owner?: PartyName
  readonly level: Level
  /** Dry kilograms. */
  readonly mass: string
  /** What was drawn for it; empty for what was mined. */
  readonly from: Readonly<Partial<Record<BatchName, string>>>
}

export type BatchName =
  | 'ore'
  | 'openOre'
  | 'hiddenOre'
  | 'blend'
  | 'closedBlend'
  | 'openBlend'
  | 'rivalLot'
  | 'tolled'
  | 'closedTolled'
  | 'alloy'
  | 'openAlloy'

/** In the order in which they are made. */
export const BATCHES: Readonly<Record<BatchName, PlannedBatch>> = {
  ore: { maker: 'mine', level: 'chain', mass: '1000.000011', from: {} },
  openOre: { maker: 'mine', level: 'public', mass: '1000.000012', from: {} },
  hiddenOre: { maker: 'hidden', level: 'restricted', mass: '1000.000013', from: {} },
  blend: {
    maker: 'separator',
    level: 'chain',
    mass: '437.654321',
    from: { ore: '300', hiddenOre: '137.654321' }
  },
  closedBlend: { maker: 'separator', level: 'restricted', mass: '200', from: { ore: '200' } },
  openBlend: {
    maker: 'separator',
    level: 'public',
    mass: '200',
    from: { ore: '100', openOre: '100' }
  },
  rivalLot: { maker: 'rival', level: 'chain', mass: '50.135791', from: { blend: '50.135791' } },
  tolled: {
    maker: 'toller',
    owner: 'owner',
    level: 'chain',
    mass: '150',
    from: { blend: '100', closedBlend: '50' }
  },
  closedTolled: {
    maker: 'toller',
    owner: 'owner',
    level: 'restricted',
    mass: '100',
    from: { blend: '50', openBlend: '50' }
  },
  alloy: {
    maker: 'magnet',
    level: 'chain',
    mass: '140',
    from: { tolled: '100', closedTolled: '40' }
  },
  openAlloy: { maker: 'magnet', level: 'public', mass: '40', from: { closedTolled: '40' } }
}

export const BATCH_NAMES = Object.keys(BATCHES) as BatchName[]

export interface PlannedShipment {
  readonly batch: BatchName
  readonly by: PartyName
  readonly to: PartyName
  readonly mass: string
  readonly ownership: 'transferred' | 'retained'
  /** False where it is still on its way. */
  readonly received: boolean
}

const sold = (batch: BatchName, by: PartyName, to: PartyName, mass: string): PlannedShipment => ({
  ...{ batch, by, to, mass },
  ownership: 'transferred',
  received: true
})
const lent = (batch: BatchName, by: PartyName, to: PartyName, mass: string): PlannedShipment => ({
  ...sold(batch, by, to, mass),
  ownership: 'retained'
})

export const SHIPMENTS: readonly PlannedShipment[] = [
  sold('ore', 'mine', 'separator', '600'),
  sold('openOre', 'mine', 'separator', '100'),
  sold('hiddenOre', 'hidden', 'separator', '200'),
  sold('blend', 'separator', 'owner', '300'),
  sold('blend', 'separator', 'rival', '50.135791'),
  sold('closedBlend', 'separator', 'owner', '150'),
  sold('openBlend', 'separator', 'owner', '150'),
  lent('blend', 'owner', 'toller', '200'),
  lent('closedBlend', 'owner', 'toller', '100'),
  lent('openBlend', 'owner', 'toller', '50'),
  lent('tolled', 'toller', 'owner', '150'),
  lent('closedTolled', 'toller', 'owner', '100'),
  sold('tolled', 'owner', 'magnet', '100'),
  sold('closedTolled', 'owner', 'magnet', '80'),
  sold('alloy', 'magnet', 'buyer', '100'),
  { ...sold('openAlloy', 'magnet', 'buyer', '20'), received: false }
]

export interface PlannedGrant {
  readonly batch: BatchName
  readonly by: PartyName
  readonly to: AskerName
  readonly scope: 'chain' | 'batch'
  /** By a one-time link instead of by the organization's id. */
  readonly link?: true
  readonly ended?: 'revoked' | 'expired'
}

export const GRANTS: readonly PlannedGrant[] = [
  { batch: 'tolled', by: 'owner', to: 'auditor', scope: 'chain' },
  { batch: 'closedTolled', by: 'owner', to: 'auditor', scope: 'chain' },
  { batch: 'alloy', by: 'magnet', to: 'bearer', scope: 'batch', link: true },
  { batch: 'alloy', by: 'magnet', to: 'revoked', scope: 'chain', ended: 'revoked' },
  { batch: 'alloy', by: 'magnet', to: 'expired', scope: 'chain', ended: 'expired' }
]
