import { claimImport, othersWait, releaseImport } from '../../storage/imports/import-work.ts'
import type { Deps } from '../deps.ts'
import { refusalOfWrites } from '../refuse-writes.ts'
import { runImport } from './run-import.ts'
import { type Keeping, sweep } from './sweep.ts'

/** Looks for imports that another process received or left behind. */
const PATROL_MS = 1_000
/** So long an import has its turn where others wait. */
const TURN_MS = 5_000
const SWEEP_MS = 60_000

export interface ImportJobOptions extends Keeping {
  /** The longest document. */
  readonly documentLimitBytes: number
  readonly onFailure: (error: unknown) => void
}

/** Works off imports in the background, one at a time. Any number of processes may run one. */
export interface ImportJob {
  start(deps: Deps, options: ImportJobOptions): void
  /** An import was received: begin now rather than at the next patrol. */
  wake(): void
  /** Gives back what is under way after the group that is being written. */
  close(): Promise<void>
}

/** A job that does nothing until it is started: a service starts it, a test need not. */
export function createImportJob(): ImportJob {
  let started: { readonly deps: Deps; readonly options: ImportJobOptions } | null = null
  let patrol: NodeJS.Timeout | null = null
  let sweeps: NodeJS.Timeout | null = null
  let running: Promise<void> | null = null
  let again = false

  function wake(): void {
    again = true
    if (started === null) return
    running ??= run(started).finally(() => {
      running = null
    })
  }

  async function run({ deps, options }: NonNullable<typeof started>): Promise<void> {
    const stopping = () => started === null
    while (again && !stopping()) {
      again = false
      try {
        while (!stopping() && (await workOnOne(deps, options, stopping)));
      } catch (error) {
        options.onFailure(error)
      }
    }
  }

  return {
    wake,
    start(deps, options) {
      started = { deps, options }
      patrol = setInterval(wake, PATROL_MS)
      sweeps = setInterval(() => void sweep(deps, options).catch(options.onFailure), SWEEP_MS)
      patrol.unref()
      sweeps.unref()
      wake()
    },
    async close() {
      started = null
      if (patrol !== null) clearInterval(patrol)
      if (sweeps !== null) clearInterval(sweeps)
      await running
    }
  }
}

/** One turn at one import; false where none waits, and where this process may not write. */
async function workOnOne(
  deps: Deps,
  { documentLimitBytes, onFailure }: ImportJobOptions,
  stopping: () => boolean
): Promise<boolean> {
  if (refusalOfWrites(deps) !== undefined) return false
  const job = await claimImport(deps.db, deps.newId())
  if (job?.lease === undefined || job.lease === null) return false
  const hold = { import: job.id, lease: job.lease }
  const enough = turnOf(deps)
  await runImport(deps, hold, { documentLimitBytes, stopping, enough, onFailure })
  await releaseImport(deps.db, hold)
  return true
}

/** A turn is over when its time is up and others wait. */
function turnOf({ db }: Deps): () => Promise<boolean> {
  let until = performance.now() + TURN_MS
  return async () => {
    if (performance.now() < until) return false
    if (await othersWait(db)) return true
    until = performance.now() + TURN_MS
    return false
  }
}
