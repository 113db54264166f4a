import type { Queryable } from './database.ts'

/** An event that was accepted before, with the answer that was given. */
export interface KnownEvent {
  readonly id: string
  readonly organization: string
  readonly contentHash: Buffer
  readonly position: number
  readonly answer: string
}

interface EventRow {
  readonly id: string
  readonly organization: string
  readonly content_hash: Buffer
  readonly position: string
  readonly answer: string
}

/** Events that were accepted before, by id. */
export async function loadEvents(
  tx: Queryable,
  ids: readonly string[]
): Promise<ReadonlyMap<string, KnownEvent>> {
  const rows = await tx.query<EventRow>({
    name: 'books_events',
    text: 'select id, organization, content_hash, position, answer from event where id = any($1::uuid[])',
    values: [ids]
  })
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        organization: row.organization,
        contentHash: row.content_hash,
        position: Number(row.position),
        answer: row.answer
      }
    ])
  )
}
