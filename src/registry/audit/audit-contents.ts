import { canonicalHash } from '../../domain/canonical-json.ts'
import { checkReportBytes } from '../../domain/epd/check-report.ts'
import { uuidFrom } from '../../domain/ids.ts'
import type { Reference } from '../../domain/reference.ts'
import { same } from '../../log/merkle.ts'
import type { Database, Queryable } from '../../storage/database.ts'
import {
  type KeptVersion,
  keptFindingIds,
  keptParties,
  keptResolutions,
  keptValues,
  keptVersions
} from '../../storage/epds/epd-audit.ts'
import { epdFindings, type NewEpdValue } from '../../storage/epds/epd-versions.ts'
import { columnsOf, valuesOf } from '../epds/epd-columns.ts'
import { readEpdSubmission, sha256 } from '../epds/epd-submission.ts'
import type { LogProblem } from './audit-log.ts'

const PAGE = 50
const PARTIES = 500

interface Surroundings {
  readonly db: Database
  readonly reference: Reference
}

/**
 * Reads every declaration that was not erased again and compares what it is found, listed and judged
 * by: columns, values, report and findings; what was said to close findings with its hash in the
 * log; and the hashes by which parties are found to say the same again. What follows from tables of
 * rules (`facets`, `terms`, the method of a value) is compared where the rules are those of today.
 */
export function auditContents({ db, reference }: Surroundings): Promise<readonly LogProblem[]> {
  return db.transaction(
    async (tx) => {
      const problems: LogProblem[] = []
      let after = -1
      for (;;) {
        const versions = await keptVersions(tx, after, PAGE)
        for (const version of versions) {
          const wrong = await differencesOf(tx, version, reference)
          if (wrong.length === 0) continue
          const { epd, position } = version
          const message = `The epd ${epd} does not follow from its document: ${wrong.join(', ')}.`
          problems.push({ position, message })
        }
        after = versions.at(-1)?.position ?? after
        if (versions.length < PAGE) break
      }
      return [...problems, ...(await wrongHashes(tx)), ...(await wrongResolutions(tx))]
    },
    { isolation: 'repeatable read', readOnly: true }
  )
}

/** The names of what differs. */
async function differencesOf(
  db: Queryable,
  kept: KeptVersion,
  reference: Reference
): Promise<string[]> {
  const { epd, position, mediaType, document, owner } = kept
  const submission = await readEpdSubmission({ mediaType, document }, reference).catch(() => null)
  if (!submission) return ['the document, which cannot be read']
  const { ruleSet, terms, facets, ...told } = columnsOf(submission, { reference }, owner)
  const isOfToday = kept.ruleSet === ruleSet
  const ruled = isOfToday ? { terms: [...terms].sort(), facets } : {}
  const now = { ...kept, terms: [...kept.terms].sort() }
  const columns = Object.entries({ ...told, ...ruled }).flatMap(([name, value]) =>
    isSame(value, now[name as keyof KeptVersion]) ? [] : [name]
  )
  const values = await keptValues(db, position)
  const text = (value: NewEpdValue) => textOf(isOfToday ? value : { ...value, method: '' })
  const stated = valuesOf(submission.epd, { reference }).map(text).sort()
  const isTold = isSame(stated, values.map(text).sort()) && values.every(({ isRead }) => isRead)
  const ids = await keptFindingIds(db, epd, position)
  const isFound = ids.every(
    (one, line) =>
      isSame([one.line, one.owner], [line, owner]) &&
      one.id === uuidFrom('finding', epd, `${position}`, `${line}`)
  )
  return [
    ...columns,
    ...(isTold ? [] : ['values']),
    ...(isFound ? [] : ['findings']),
    ...((await isReported(db, kept)) ? [] : ['report'])
  ]
}

/** The report tells the findings as they are listed, and its hash is the one that verifiers sign. */
async function isReported(db: Queryable, kept: KeptVersion): Promise<boolean> {
  const { epd, version, position, ruleSet, report, reportSha256 } = kept
  const findings = await epdFindings(db, epd, position)
  const documentSha256 = kept.sha256.toString('hex')
  const told = checkReportBytes({ epd, version, documentSha256, ruleSet, findings })
  // Findings are listed with their members in an order of their own.
  const isTold = same(contentOf(told), contentOf(report))
  return isTold && sha256(report).equals(reportSha256)
}

/** By this hash the same content is known again, whatever else of the row is compared by `auditLog`. */
async function wrongHashes(db: Queryable): Promise<LogProblem[]> {
  const problems: LogProblem[] = []
  for (let after = -1; ; ) {
    const parties = await keptParties(db, after, PARTIES)
    for (const { what, id, position, document, contentHash } of parties) {
      if (same(contentOf(document), contentHash)) continue
      const message = `The ${what} ${id} is kept under the hash of other content.`
      problems.push({ position, message })
    }
    after = parties.at(-1)?.position ?? after
    if (parties.length < PARTIES) return problems
  }
}

async function wrongResolutions(db: Queryable): Promise<LogProblem[]> {
  const resolutions = await keptResolutions(db)
  return resolutions.flatMap(({ id, position, reason, evidence, content }) => {
    if (canonicalHash({ reason, evidence: parsed(evidence) }).toString('hex') === content) return []
    const message = `The resolution of the finding ${id} is not the one that was logged.`
    return [{ position: Number(position), message }]
  })
}

function contentOf(document: Buffer): Buffer {
  return canonicalHash(parsed(document.toString('utf8')))
}

/** Null for what nobody can have stored. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function textOf(stated: NewEpdValue): string {
  const { indicator, method, module, scenario, unit, status, value } = stated
  return JSON.stringify([indicator, method, module, scenario, unit, status, value])
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
