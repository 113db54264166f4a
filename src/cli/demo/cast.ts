/** Who acts in the demonstration. All of them are fictional. */
export type ActorId = 'west' | 'south' | 'separation' | 'alloy' | 'magnets' | 'motors'

export interface Actor {
  readonly id: ActorId
  readonly name: string
  readonly country: string
  readonly role: 'producer' | 'buyer'
  /** One line for the story. */
  readonly does: string
  readonly facility: {
    readonly name: string
    /** ISO 3166-2. */
    readonly region: string
    readonly coordinates: { readonly latitude: string; readonly longitude: string }
    /** Ids of data/stages.json. */
    readonly stages: readonly string[]
  }
}

/** Five companies of the chain and the buyer who asks; places are regions, not real sites. */
export const cast: readonly Actor[] = [
  {
    id: 'west',
    name: 'Demo Mine West',
    country: 'US',
    role: 'producer',
    does: 'mines bastnaesite, makes mixed carbonate',
    facility: {
      name: 'Demo Mine West, pit and mill',
      region: 'US-NV',
      coordinates: { latitude: '38.9', longitude: '-116.7' },
      stages: ['mining', 'beneficiation', 'cracking_leaching']
    }
  },
  {
    id: 'south',
    name: 'Demo Mine South',
    country: 'AU',
    role: 'producer',
    does: 'mines weathered monazite, makes mixed carbonate',
    facility: {
      name: 'Demo Mine South, pit and cracking plant',
      region: 'AU-WA',
      coordinates: { latitude: '-27.6', longitude: '121.3' },
      stages: ['mining', 'beneficiation', 'cracking_leaching']
    }
  },
  {
    id: 'separation',
    name: 'Demo Separation',
    country: 'EE',
    role: 'producer',
    does: 'blends both carbonates, separates the oxides',
    facility: {
      name: 'Demo Separation, solvent extraction',
      region: 'EE-45',
      coordinates: { latitude: '59.4', longitude: '27.7' },
      stages: ['separation']
    }
  },
  {
    id: 'alloy',
    name: 'Demo Alloy',
    country: 'GB',
    role: 'producer',
    does: 'makes metal and strip-cast alloy, also for others (tolling)',
    facility: {
      name: 'Demo Alloy, electrolysis and strip casting',
      region: 'GB-CHW',
      coordinates: { latitude: '53.2', longitude: '-2.9' },
      stages: ['metal_making', 'alloying']
    }
  },
  {
    id: 'magnets',
    name: 'Demo Magnets',
    country: 'DE',
    role: 'producer',
    does: 'sinters magnets, recycles old ones',
    facility: {
      name: 'Demo Magnets works',
      region: 'DE-HE',
      coordinates: { latitude: '50.1', longitude: '8.9' },
      stages: ['hpms', 'powder', 'press_sinter', 'machining', 'coating', 'magnetization']
    }
  },
  {
    id: 'motors',
    name: 'Demo Motors',
    country: 'US',
    role: 'buyer',
    does: 'buys magnets and asks the questions',
    facility: {
      name: 'Demo Motors, receiving dock',
      region: 'US-OH',
      coordinates: { latitude: '40.0', longitude: '-83.0' },
      stages: ['assembly']
    }
  }
]

/** The actor of an id; the cast is complete. */
export function actorOf(id: ActorId): Actor {
  const actor = cast.find((member) => member.id === id)
  if (!actor) throw new RangeError(`the cast has no ${id}`)
  return actor
}
