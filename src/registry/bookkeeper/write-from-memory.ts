import { locksOf } from '../../storage/books/custody-load.ts'
import type { Database, Transaction } from '../../storage/database.ts'
import { holdKeysOrFail, unsignedChecks } from '../signing/accept-signature.ts'
import { finish, type GroupAnswers } from './finish-group.ts'
import { type JudgedByMemory, judgeRemembered } from './judge-remembered.ts'
import type { Turn } from './overlapping.ts'
import type { RememberedBooks } from './remembered-books.ts'
import { storeVerdicts, type WritingDeps } from './store-verdicts.ts'
import { saidIn, type Unit } from './submission.ts'
import { type TouchedByUnits, touchedBy } from './touched-by.ts'

/** The surroundings of a group. */
export interface GroupDeps extends WritingDeps {
  readonly db: Database
  readonly remembered: RememberedBooks
  readonly turn: Turn
}

/**
 * Judges a group by what the process remembers of the books, and sends it as one message behind the group
 * before, whose commit it need not wait for: PostgreSQL writes them one after the other, and the next one is
 * judged meanwhile. Null where the group has to read the books; rejects where somebody else was first,
 * and then nothing is written.
 */
export function writeFromMemory(
  deps: GroupDeps,
  units: readonly Unit[]
): Promise<GroupAnswers | null> {
  const touched = touchedBy(units)
  const prepare = () => {
    const { generation } = deps.remembered
    const at = deps.now()
    const judged = judgeRemembered(units, touched, { ...deps, at })
    if (!judged) return null
    return (tx: Transaction) => send(tx, deps, { ...judged, units, touched, at, generation })
  }
  return deps.db.inLine(prepare, { byKey: true, writer: deps.remembered })
}

interface Judged extends JudgedByMemory {
  readonly units: readonly Unit[]
  readonly touched: TouchedByUnits
  readonly at: Date
  readonly generation: number
}

async function send(
  tx: Transaction,
  deps: GroupDeps,
  { units, touched, loaded, verdicts, at, generation }: Judged
): Promise<GroupAnswers> {
  const { remembered, turn } = deps
  holdKeysOrFail(
    tx,
    units.flatMap(({ submissions }) => submissions.map(({ signature }) => signature))
  )
  const behind = locksOf([...loaded.batches].sort())
  const unseen = remembered.unseen(loaded.batches)
  const checks = unsignedChecks(saidIn(units))
  const storing = { ...deps, loaded, at, expecting: true, unseen, behind, checks }
  const stored = await storeVerdicts(tx, units, verdicts, storing)
  // PostgreSQL writes the rows while they are remembered.
  tx.flush()
  remembered.keep({ touched, loaded, read: NONE, inLine: true, ...stored }, generation)
  void Promise.all([turn.before, stored.taken]).then(turn.placed)
  turn.judged()
  for (const { onSent } of units) onSent?.()
  return finish(tx, units, units, stored, { inLine: true })
}

const NONE: ReadonlySet<string> = new Set()
