import { unseenInName } from '../../domain/unseen.ts'
import type { Crma29Facts, Crma29Report, FoundMagnets } from '../../reports/crma-29.ts'
import { CRMA_29, crma29Report } from '../../reports/crma-29.ts'
import { CRMA_29_COLUMNS, crma29Lines } from '../../reports/crma-29-table.ts'
import { crma29Paper } from '../../reports/paper/crma-29-paper.ts'
import type { Sealed } from '../../reports/report.ts'
import { readBatches } from '../../storage/batches/batches.ts'
import { nextTurn } from '../breath.ts'
import type { Deps, Principal } from '../deps.ts'
import { inSnapshot } from '../moment.ts'
import { refuseUnseen } from '../refuse-unseen.ts'
import { noSuchBatch, standingOf } from '../trace/trace-standing.ts'
import { unhurried } from '../unhurried.ts'
import { type DeliveredBatch, EvidenceNamed, refuseImpossible } from './delivery.ts'
import { findMagnets } from './find-magnets.ts'
import { handOutReport, type ReportWish } from './hand-out-report.ts'
import { type Head, readHead } from './read-head.ts'
import type { RenderedReport } from './render-report.ts'
import { refuseGone } from './report-turn.ts'
import { sealReport } from './seal-report.ts'

/** What is asked: the batches of magnets in one product, and how much of each is in it. */
export interface Crma29Question {
  readonly batches: readonly DeliveredBatch[]
  readonly facts: Crma29Facts
  /** A position or an RFC 3339 time; the newest where absent. */
  readonly asOf?: string
}

/**
 * What of the magnets of a product was recovered from post-consumer waste (Regulation (EU) 2024/1252 Art. 29), as of
 * one position; each batch is read in a transaction of its own. Throws `NOT_FOUND` for a batch that the caller may not
 * see, `REQUEST_INVALID` as `findMagnets`, `LIMIT_EXCEEDED`, and as `handOutReport`.
 */
export async function exportCrma29Report(
  deps: Deps,
  principal: Principal,
  question: Crma29Question,
  wish: ReportWish
): Promise<RenderedReport> {
  refuseImpossible(question.batches)
  refuseUnseen('product', 'name of the product', unseenInName(question.facts.product ?? ''))
  return handOutReport(deps, principal, wish, async () => {
    const report = await unhurried(() => findAll(deps, principal, question, wish))
    return {
      kind: CRMA_29,
      name: `${CRMA_29}-at-${report.position}`,
      model: report,
      columns: CRMA_29_COLUMNS,
      rows: () => crma29Lines(report),
      paper: () => crma29Paper(report)
    }
  })
}

async function findAll(
  deps: Deps,
  principal: Principal,
  { batches, facts, asOf }: Crma29Question,
  wish: ReportWish
): Promise<Sealed<Crma29Report>> {
  const { reference } = deps
  const asker = { organization: principal.organization, now: deps.now() }
  const found: FoundMagnets[] = []
  const named = new EvidenceNamed()
  let head: Head | undefined
  for (const wanted of batches) {
    refuseGone(wish)
    // What was known at a position never changes, so all are of one state of the books.
    const read = await inSnapshot(deps, head ? `${head.position}` : asOf, async (tx, stamp) => {
      const standing = await standingOf(tx, wanted.batch, asker)
      const batch = (await readBatches(tx, [wanted.batch], stamp.position)).get(wanted.batch)
      if (!batch) throw noSuchBatch(wanted.batch)
      const inquiry = { tx, stamp, asker, standing, batch }
      return {
        magnets: await findMagnets(inquiry, wanted, { reference, facts }),
        head: head ?? (await readHead(tx, stamp, principal, CRMA_29))
      }
    })
    head = read.head
    const { contents, scrap } = read.magnets
    named.add([...contents.keys()].flatMap(scrap))
    found.push(read.magnets)
    await nextTurn()
  }
  if (!head) throw new Error('a product without magnets')
  return sealReport(crma29Report(head, facts, reference.regulations.crma29, found))
}
