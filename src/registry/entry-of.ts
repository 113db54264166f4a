import { RegistryError } from '../errors.ts'
import type { Deps, Principal } from './deps.ts'
import { readEpd } from './read-epd.ts'
import { readEvent } from './read-event.ts'
import { readFacility, readOrganization } from './read-parties.ts'
import { inquire } from './trace-question.ts'

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
    const { record } = await readEpd(deps, question)
    if (record.position !== undefined) return { position: record.position, open: true }
    throw new RegistryError('NOT_FOUND', 'A draft is not in the log.')
  },
  batch: (deps, { principal, id }) =>
    inquire(deps, known(principal), { batch: id }, async ({ batch, standing }) => ({
      position: batch.position,
      open: standing.sight === 'whole'
    }))
} as const satisfies Readonly<Record<string, FindEntry>>

function opened({ position }: { readonly position: number }): EntryView {
  return { position, open: true }
}

function known(principal: Principal | null): Principal {
  if (principal) return principal
  throw new RegistryError('UNAUTHENTICATED', 'Send an access token; get one at /auth/token.')
}
