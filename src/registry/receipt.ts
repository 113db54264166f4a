import { RegistryError } from '../errors.ts'
import { formatProof } from '../log/proof.ts'
import { entriesAt, type StoredEntry } from '../storage/journal-entries.ts'
import { latestCheckpoint } from '../storage/log-tree.ts'
import type { Deps } from './deps.ts'
import type { EntryView } from './entry-of.ts'
import { proveInclusion } from './prove.ts'

/** A request for a receipt waits so long for the head that covers the entry. */
const PATIENCE_MS = 2_000

/**
 * The receipts of entries (C2SP tlog-proof), in their order. `extra` opens the entry: 0x01 and the
 * statement of a plain one; 0x02, the salt and the statement of a blind one; it is absent after
 * erasure and where the view is not open. Throws `UNAVAILABLE` where no signed head covers them
 * within two seconds.
 */
export async function receiptsFor(deps: Deps, views: readonly EntryView[]): Promise<string[]> {
  const positions = views.map(({ position }) => position)
  await whenCovered(deps, Math.max(...positions))
  const head = await latestCheckpoint(deps.db)
  if (!head || head.size <= Math.max(...positions)) throw notCovered(deps)
  const entries = await entriesAt(deps.db, positions)
  const byPosition = new Map(entries.map((entry) => [entry.position, entry]))
  const proofs = await proveInclusion(deps.db, positions, head.size)
  return views.map(({ position, open }, n) =>
    formatProof({
      extra: open ? opening(byPosition.get(position)) : null,
      index: BigInt(position),
      hashes: proofs[n] ?? [],
      checkpoint: head.note
    })
  )
}

/** Resolves once a signed head covers the position; throws `UNAVAILABLE` where that takes too long. */
export async function whenCovered(deps: Deps, position: number): Promise<void> {
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
