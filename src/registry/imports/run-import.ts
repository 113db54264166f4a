import { RegistryError } from '../../errors.ts'
import type { Scope } from '../../identity/principal.ts'
import { failureOf } from '../../storage/connection/failure.ts'
import { finishImport, type Hold, stateTotal } from '../../storage/imports/import-work.ts'
import { findImport, type ImportKind, type ImportRow } from '../../storage/imports/imports.ts'
import { findClient } from '../../storage/parties/clients.ts'
import { principalOf } from '../access/authenticator.ts'
import type { Deps, Principal } from '../deps.ts'
import { refusalOfWrites } from '../refuse-writes.ts'
import { importEpds } from './import-epds.ts'
import { importEvents } from './import-events.ts'
import { ImportNames } from './import-names.ts'
import type { ImportFailure } from './import-record.ts'
import { ImportInterrupted, ImportRefused } from './import-refused.ts'
import { importStrictly } from './import-strictly.ts'
import type { ImportWork, TurnEnd } from './import-work.ts'
import { isPassing } from './item-result.ts'

/** A failure that repeats so often without any progress ends the import. */
const ATTEMPTS = 3
const LONGEST_PAUSE_MS = 2_000

/** What a turn is told of the worker. */
export interface TurnTerms {
  readonly documentLimitBytes: number
  /** True once the turn is over. */
  readonly enough: () => Promise<boolean>
  /** True once the worker is stopping. */
  readonly stopping: () => boolean
  readonly onFailure: (error: unknown) => void
}

/**
 * Works on an import for one turn, from where it stands. The database may go away meanwhile: the work
 * waits and goes on. Where this process may not write, others may: it leaves the work to them. Never throws; whether
 * the import has ended, the stored import says.
 */
export async function runImport(deps: Deps, hold: Hold, terms: TurnTerms): Promise<void> {
  const trouble = new Trouble()
  const mayGoOn = () => !terms.stopping() && refusalOfWrites(deps) === undefined
  while (mayGoOn()) {
    try {
      const job = await findImport(deps.db, hold.import)
      if (job?.state !== 'running' || job.lease !== hold.lease) return
      trouble.reached(job.items)
      const end = await turn(deps, hold, job, { ...terms, careful: trouble.isCareful })
      if (end === 'over' || (await terms.enough())) return
    } catch (error) {
      if ((await trouble.after(error)) === 'again') continue
      terms.onFailure(error)
      if (trouble.isHopeless) await giveUp(deps, hold)
    }
  }
}

/** What went wrong at one place of an import, and what to do about it. */
class Trouble {
  #items = -1
  #failures = 0
  #pauses = 0

  /** Any progress makes earlier trouble a thing of the past. */
  reached(items: number): void {
    if (items > this.#items) {
      this.#failures = 0
      this.#pauses = 0
    }
    this.#items = items
  }

  get isCareful(): boolean {
    return this.#failures > 0
  }

  get isHopeless(): boolean {
    return this.#failures >= ATTEMPTS
  }

  /** `again` where the next try may go well; waits where others must do something first. */
  async after(error: unknown): Promise<'again' | 'failed'> {
    if (error instanceof ImportInterrupted) return 'again'
    if (mayPass(error)) {
      this.#pauses += 1
      await pause(Math.min(100 * 2 ** this.#pauses, LONGEST_PAUSE_MS))
      return 'again'
    }
    this.#failures += 1
    return this.#failures === 1 ? 'again' : 'failed'
  }
}

type Terms = TurnTerms & Pick<ImportWork, 'careful'>

/** `over` where the import has ended, `more` where something is left. */
async function turn(
  deps: Deps,
  hold: Hold,
  job: ImportRow,
  terms: Terms
): Promise<'over' | 'more'> {
  try {
    const work = await workOf(deps, hold, job, terms)
    if ((await importItems(work)) === 'more') return 'more'
    await finishImport(deps.db, hold, { state: 'done', failure: null })
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error
    await finishImport(deps.db, hold, { state: 'failed', failure: JSON.stringify(error.failure) })
  }
  return 'over'
}

async function workOf(deps: Deps, hold: Hold, job: ImportRow, terms: Terms): Promise<ImportWork> {
  const { documentLimitBytes, careful, onFailure, stopping } = terms
  const onTotal = async (total: number) => {
    if (total !== job.total) await stateTotal(deps.db, hold, total)
  }
  return {
    deps,
    hold,
    job,
    principal: await actingFor(deps, job),
    names: new ImportNames(deps.db, job),
    terms: {
      documentLimitBytes,
      tables: deps.reference.epd,
      units: deps.reference.units,
      onTotal
    },
    enough: async () => stopping() || refusalOfWrites(deps) !== undefined || (await terms.enough()),
    careful,
    onFailure
  }
}

function importItems(work: ImportWork): Promise<TurnEnd> {
  const { kind, handling } = work.job
  if (kind === 'epds') return importEpds(work)
  return handling === 'strict' ? importStrictly(work) : importEvents(work)
}

/** One of these is needed to import what an upload holds. */
const SCOPES: Readonly<Record<ImportKind, readonly Scope[]>> = {
  any: ['event:write', 'epd:write'],
  events: ['event:write'],
  epds: ['epd:write']
}

/** The client that submitted it, with what it may still do; `ImportRefused` where that is nothing. */
async function actingFor({ db }: Deps, job: ImportRow): Promise<Principal> {
  const client = await findClient(db, job.client)
  const behind = `what follows item ${job.items} was not recorded`
  if (!client || client.revokedAt !== null) {
    const message = `The client that submitted the import was revoked: ${behind}.`
    throw new ImportRefused({ code: 'FORBIDDEN', message })
  }
  const principal = principalOf(client, job.scopes as Scope[])
  const needed = SCOPES[job.kind]
  if (needed.some((scope) => principal.scopes.has(scope))) return principal
  const message = `The client that submitted the import lost the scope ${needed.join(' and ')}: ${behind}.`
  throw new ImportRefused({ code: 'FORBIDDEN', message })
}

/** The database or others are in the way; what is to be written is not at fault. */
function mayPass(error: unknown): boolean {
  if (error instanceof RegistryError) return isPassing(error.code)
  return failureOf(error) !== 'permanent'
}

async function giveUp({ db }: Deps, hold: Hold): Promise<void> {
  const failure: ImportFailure = {
    code: 'INTERNAL',
    message: 'The service failed on the import. What has no result was not recorded; send it again.'
  }
  const end = { state: 'failed', failure: JSON.stringify(failure) } as const
  // Where the database is gone too, the next turn comes to the same end.
  await finishImport(db, hold, end).catch(() => {})
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
