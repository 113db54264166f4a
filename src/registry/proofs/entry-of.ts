import { RegistryError } from '../../errors.ts'
import { readStatement } from '../../log/read-statement.ts'
import { readEventFacts } from '../../storage/books/event-facts.ts'
import { entriesAt } from '../../storage/journal/journal-entries.ts'
import { readEvent } from '../books/read-event.ts'
import type { Deps, Principal } from '../deps.ts'
import { inEpdSnapshot } from '../epds/epd-view.ts'
import { readEpdRecord } from '../epds/read-epd.ts'
import { readFacility, readOrganization } from '../parties/read-parties.ts'
import { signingOrganization } from '../signing/signed-by.ts'
import { inquire } from '../trace/trace-question.ts'

/** The entry of the log that speaks of a thing, as one caller may know it. */
export interface EntryView {
  readonly position: number
  /** False where the caller may know that the thing is logged, but not who did it. */
  readonly open: boolean
}

/** What is asked about; `principal` is null for the public, which sees published declarations. */
export interface EntryQuestion {
  readonly principal: Principal | null
  readonly id: string
  /** Of a declaration. */
  readonly version?: string
}

type FindEntry = (deps: Deps, question: EntryQuestion) => Promise<EntryView>

/** Every kind of thing that has a receipt. What one may not see does not exist: `NOT_FOUND`. */
export const entryOf = {
  event: async (deps, { principal, id }) => opened(await readEvent(deps, known(principal), id)),
  organization: async (deps, { id }) => opened(await readOrganization(deps, id)),
  facility: async (deps, { id }) => opened(await readFacility(deps, id)),
  epd: async (deps, question) => {
    const record = await inEpdSnapshot(deps, question, (tx, view) =>
      readEpdRecord(tx, view, question)
    )
    if (record.position !== undefined) return { position: record.position, open: true }
    throw new RegistryError('NOT_FOUND', 'A draft is not in the log.')
  },
  entry: (deps, { principal, id }) => ownEntry(deps, principal, Number(id)),
  batch: (deps, { principal, id }) =>
    inquire(deps, known(principal), { batch: id }, async ({ tx, batch, standing }) => {
      // Not the newest version: that may be of a re-evaluation, whose entry tells of other batches.
      const making = (await readEventFacts(tx, [batch.event])).get(batch.event)
      return { position: making?.position ?? batch.position, open: standing.sight === 'whole' }
    })
} as const satisfies Readonly<Record<string, FindEntry>>

/**
 * Any entry by its position: keys, grants, settings, resolutions, transitions. Plain ones are for
 * everybody, the others for the organization that they are about and for the one that acted.
 */
async function ownEntry(
  deps: Deps,
  principal: Principal | null,
  position: number
): Promise<EntryView> {
  const [entry] = Number.isSafeInteger(position) ? await entriesAt(deps.db, [position]) : []
  const statement = entry && readStatement(entry.statement)
  const parties = statement ? [statement.organization, signingOrganization(statement)] : []
  const mine = principal !== null && parties.includes(principal.organization)
  if (entry && (mine || !entry.blind)) return { position, open: true }
  throw new RegistryError('NOT_FOUND', `You have no entry ${position} in the log.`)
}

function opened({ position }: { readonly position: number }): EntryView {
  return { position, open: true }
}

function known(principal: Principal | null): Principal {
  if (principal) return principal
  throw new RegistryError('UNAUTHENTICATED', 'Send an access token; get one at /auth/token.')
}
