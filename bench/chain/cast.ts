/** What somebody does in the generated chains. */
export type Trade = 'mine' | 'separation' | 'alloy' | 'magnets' | 'motors'

/** An organization with one facility. Ids are known once the service has registered it. */
export interface Party {
  readonly trade: Trade
  readonly name: string
  readonly country: string
  readonly stages: readonly string[]
}

export interface Registered extends Party {
  readonly organization: string
  readonly facility: string
  /** An access token of a client that records events. */
  readonly token: string
  /** A registered key: its id, and the private key as PKCS #8 in PEM. */
  readonly signer: { readonly id: string; readonly privateKey: string }
}

const STAGES: Readonly<Record<Trade, readonly string[]>> = {
  mine: ['mining', 'beneficiation', 'cracking_leaching'],
  separation: ['separation', 'storage_transport_trade'],
  alloy: ['metal_making', 'alloying'],
  magnets: ['hpms', 'powder', 'press_sinter', 'machining', 'magnetization'],
  motors: ['assembly']
}

const COUNTRIES: Readonly<Record<Trade, readonly string[]>> = {
  mine: ['US', 'AU', 'BR', 'ZA', 'CA', 'IN', 'VN', 'TZ', 'AU', 'US', 'MY', 'NO'],
  separation: ['EE', 'FR', 'MY'],
  alloy: ['GB', 'JP', 'DE'],
  magnets: ['DE', 'SI', 'US', 'JP'],
  motors: ['US', 'DE']
}

/** A house that does everything itself: what it imports is all its own. */
export const house: Party = {
  trade: 'magnets',
  name: 'Bench house',
  country: 'DE',
  stages: [...new Set(Object.values(STAGES).flat())]
}

/** Two dozen fictional companies: twelve mines, and everybody down to the maker of motors. */
export const parties: readonly Party[] = Object.entries(COUNTRIES).flatMap(([trade, countries]) =>
  countries.map((country, index) => ({
    trade: trade as Trade,
    name: `Bench ${trade} ${index + 1}`,
    country,
    stages: STAGES[trade as Trade]
  }))
)
