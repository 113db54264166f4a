import type { Queryable } from '../database.ts'

export interface StoredEvent {
  readonly id: string
  readonly organization: string
  /** Sender or receiver on the other side of a shipment event. */
  readonly counterparty: string | null
  readonly position: number
  readonly recordedAt: string
  readonly mediaType: string
  readonly document: Buffer
  readonly sha256: Buffer
  readonly answer: string
}

interface Row {
  readonly id: string
  readonly organization: string
  readonly sender: string | null
  readonly receiver: string | null
  readonly position: string
  readonly recorded_at: string
  readonly media_type: string
  readonly document: Buffer
  readonly sha256: Buffer
  readonly answer: string
}

/** One event by its id, with its exact bytes; undefined when there is none. */
export async function eventById(db: Queryable, id: string): Promise<StoredEvent | undefined> {
  const [row] = await db.query<Row>({
    name: 'event_by_id',
    text: `select e.id, e.organization, e.position, e.recorded_at, e.media_type, e.document, e.sha256,
        e.answer, s.sender, s.receiver
      from event e left join shipment s
        on s.id = case e.type when 'ship' then e.id
                              when 'receive' then (e.details::jsonb ->> 'shipment')::uuid end
      where e.id = $1`,
    values: [id]
  })
  if (!row) return undefined
  const other = row.sender === row.organization ? row.receiver : row.sender
  return {
    id: row.id,
    organization: row.organization,
    counterparty: other,
    position: Number(row.position),
    recordedAt: row.recorded_at,
    mediaType: row.media_type,
    document: row.document,
    sha256: row.sha256,
    answer: row.answer
  }
}
