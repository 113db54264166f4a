import { createHash, randomUUID } from 'node:crypto'
import { kg, oxides } from '../books.ts'

/** What the client knows of a request: it is stored, it is not, or nobody has told it. */
export type Outcome = 'ok' | 'refused' | 'unknown'

/** One thing that somebody wants recorded. Its bytes are its own, so the journal tells it apart. */
export class Act {
  readonly kind: 'event' | 'organization'
  /** The id of an event; the Idempotency-Key of an organization. */
  readonly name: string
  readonly body: string
  readonly sha256: string
  /** Kilograms that it takes out of `batch`. */
  readonly draws: { readonly batch: string; readonly grams: number } | null
  outcome: Outcome = 'unknown'
  /** Where the service said that it stands. */
  position: number | null = null
  receipt: string | null = null
  tries = 0

  constructor(kind: Act['kind'], name: string, document: object, draws: Act['draws'] = null) {
    this.kind = kind
    this.name = name
    this.body = JSON.stringify(document)
    this.sha256 = createHash('sha256').update(this.body).digest('hex')
    this.draws = draws
  }

  get path(): string {
    return this.kind === 'event' ? '/v1/events' : '/v1/organizations'
  }
}

const OXIDE = { class: 'separated_oxide', name: 'NdPr oxide' }
const ASSAY = oxides({ Nd2O3: '75', Pr6O11: '24.5' })

export function newOrganization(): Act {
  const name = randomUUID()
  return new Act('organization', name, { name: `Organization ${name}`, country: 'FI' })
}

/** Brings `grams` of oxide into the books as one batch. */
export function commission(facility: string, batch: string, grams: number): Act {
  const id = randomUUID()
  return new Act('event', id, {
    id,
    type: 'commission',
    time: '2026-06-01T08:00:00Z',
    facility,
    outputs: [{ id: batch, entry: 'purchased', product: OXIDE, mass: mass(grams), assay: ASSAY }]
  })
}

/** Makes a batch of `grams` out of another; refused where less is left. */
export function draw(facility: string, batch: string, grams: number): Act {
  const id = randomUUID()
  const document = {
    id,
    type: 'transform',
    time: '2026-06-02T08:00:00Z',
    facility,
    stages: ['separation'],
    inputs: [{ batch, mass: mass(grams) }],
    outputs: [{ product: OXIDE, mass: mass(grams), assay: ASSAY }]
  }
  return new Act('event', id, document, { batch, grams })
}

function mass(grams: number) {
  return kg(`${Math.trunc(grams / 1000)}.${String(grams % 1000).padStart(3, '0')}`)
}
