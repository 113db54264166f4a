import { RegistryError } from '../../errors.ts'
import { formatProof } from '../../log/proof.ts'
import { entriesAt, type StoredEntry } from '../../storage/journal/journal-entries.ts'
import { latestCheckpoint } from '../../storage/journal/log-tree.ts'
import type { Deps } from '../deps.ts'
import { proveInclusion } from '../log/prove.ts'
import type { EntryView } from './entry-of.ts'

/** A request for a receipt waits so long for the head that covers the entry. */
const PATIENCE_MS = 2_000

/**
 * The receipts of entries (C2SP tlog-proof), in their order. `extra` opens the entry: 0x01 and the
 * statement of a plain one; 0x02, the salt and the statement of a blind one; it is absent after
 * erasure and where the view is not open. Throws `UNAVAILABLE` where no signed head covers them
 * within two seconds.
 */
export async function receiptsFor(deps: Deps, views: readonly EntryView[]): Promise<string[]> {
  await whenCovered(deps, Math.max(...views.map(({ position }) => position)))
  return new Promise((resolve, reject) => join(deps, { views, resolve, reject }))
}

interface Request {
  readonly views: readonly EntryView[]
  readonly resolve: (receipts: string[]) => void
  readonly reject: (error: unknown) => void
}

const groups = new WeakMap<Deps['log'], Request[]>()

/** A new head wakes everybody who waits for it at once: what they need is read once for all. */
function join(deps: Deps, request: Request): void {
  const group = groups.get(deps.log)
  if (group) {
    group.push(request)
    return
  }
  const fresh = [request]
  groups.set(deps.log, fresh)
  setImmediate(() => {
    groups.delete(deps.log)
    prove(deps, fresh).catch((error) => {
      for (const { reject } of fresh) reject(error)
    })
  })
}

async function prove(deps: Deps, group: readonly Request[]): Promise<void> {
  const positions = [...new Set(group.flatMap(({ views }) => views.map((view) => view.position)))]
  const head = await latestCheckpoint(deps.db)
  if (!head || head.size <= Math.max(...positions)) throw notCovered(deps)
  const entries = await entriesAt(deps.db, positions)
  const byPosition = new Map(entries.map((entry) => [entry.position, entry]))
  const proofs = await proveInclusion(deps.db, positions, head.size)
  const hashes = new Map(positions.map((position, n) => [position, proofs[n] ?? []]))
  for (const { views, resolve } of group) {
    resolve(
      views.map(({ position, open }) =>
        formatProof({
          extra: open ? opening(byPosition.get(position)) : null,
          index: BigInt(position),
          hashes: hashes.get(position) ?? [],
          checkpoint: head.note
        })
      )
    )
  }
}

/** Resolves once a signed head covers the position; throws `UNAVAILABLE` where that takes too long. */
export async function whenCovered(deps: Deps, position: number): Promise<void> {
  if (deps.log.state().size > position) return
  const head = await latestCheckpoint(deps.db)
  if (head && head.size > position) return
  if (!(await deps.log.covers(position, PATIENCE_MS))) throw notCovered(deps)
}

function notCovered({ log }: Deps): RegistryError {
  const { refusal } = log.state()
  const why = refusal ? ` ${refusal.reason}` : ''
  return new RegistryError('UNAVAILABLE', `No signed head of the log covers it yet.${why}`)
}

function opening(entry: StoredEntry | undefined): Buffer | null {
  if (!entry || entry.erased !== null) return null
  const kind = Buffer.from([entry.blind ? 0x02 : 0x01])
  return Buffer.concat([kind, entry.salt ?? Buffer.alloc(0), entry.statement])
}
