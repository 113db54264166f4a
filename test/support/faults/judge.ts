import type { Checkpoint } from '../../../src/log/checkpoint.ts'
import { openCheckpoint } from '../../../src/log/checkpoint.ts'
import { verifyConsistency } from '../../../src/log/merkle.ts'
import { loadReference } from '../../../src/reference.ts'
import { auditLog } from '../../../src/registry/audit/audit-log.ts'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { verifyReceipt } from '../../../src/registry/proofs/verify-receipt.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { poolSettings } from '../database.ts'
import type { Act } from './act.ts'
import type { Door, History } from './history.ts'

export interface Ground {
  /** A service that runs on the database. */
  readonly url: string
  /** The way to the database that no fault disturbs. */
  readonly databaseUrl: string
  readonly doorOf: (act: Act) => Door
}

/**
 * Compares what a client was told with what is there: every act that was accepted once and with the
 * same bytes at the same position, none that was refused, those of unknown outcome whole or not at
 * all; positions without a gap; books that follow from the events; a tree that every head is a prefix
 * of. Returns what is wrong, in sentences.
 */
export async function judge(history: History, ground: Ground): Promise<string[]> {
  const db = await openDatabase({ ...poolSettings, url: ground.databaseUrl })
  try {
    const key = history.key
    if (!key) return ['the history has no key of the log']
    const stored = await journalOf(db)
    const problems = [
      ...history.failures,
      ...stored.gaps,
      ...history.acts.flatMap((act) => judgeAct(act, stored.places.get(act.sha256) ?? [])),
      ...overdrawn(history.acts, stored.places),
      ...(await judgeDocuments(history, ground, stored.places)),
      ...(await judgeHeads(history, ground)),
      ...history.acts.flatMap(({ receipt, name }) =>
        receipt === null || verifyReceipt(receipt, [key]).verified
          ? []
          : [`the receipt of ${name} does not hold`]
      )
    ]
    const log = await auditLog(db, key)
    problems.push(...log.problems.map(({ position, message }) => `fsck: ${position} ${message}`))
    const books = await verifyBooks({ db, reference: loadReference() })
    problems.push(...books.differences.map((one) => `books: ${JSON.stringify(one)}`))
    return problems
  } finally {
    await db.close()
  }
}

interface Stored {
  /** Positions of the entries with a document, by its SHA-256. */
  readonly places: ReadonlyMap<string, readonly number[]>
  readonly gaps: readonly string[]
}

async function journalOf(db: Database): Promise<Stored> {
  const rows = await db.query<{ position: string; sha256: string | null }>({
    text: `select position, encode(document_sha256, 'hex') as sha256 from journal order by position`
  })
  const places = new Map<string, number[]>()
  const gaps: string[] = []
  for (const [index, row] of rows.entries()) {
    if (Number(row.position) !== index) gaps.push(`position ${row.position} is the ${index}th`)
    if (row.sha256 === null) continue
    const known = places.get(row.sha256)
    if (known) known.push(index)
    else places.set(row.sha256, [index])
  }
  return { places, gaps: gaps.slice(0, 3) }
}

function judgeAct(act: Act, places: readonly number[]): string[] {
  const at = places.length === 0 ? 'nowhere' : `at ${places.join(' and ')}`
  const wrong = {
    ok: places.length !== 1 || places[0] !== act.position,
    refused: places.length > 0,
    unknown: places.length > 1
  }[act.outcome]
  return wrong ? [`${act.kind} ${act.name}: ${act.outcome} (${act.position}), stored ${at}`] : []
}

/** More than a batch held cannot have come out of it, whoever was told what. */
function overdrawn(acts: readonly Act[], places: Stored['places']): string[] {
  const drawn = new Map<string, number>()
  for (const { draws, sha256 } of acts) {
    if (draws === null || !places.has(sha256)) continue
    drawn.set(draws.batch, (drawn.get(draws.batch) ?? 0) + draws.grams)
  }
  const held = new Map(acts.flatMap((act) => [...heldBy(act)]))
  return [...drawn]
    .filter(([batch, grams]) => grams > (held.get(batch) ?? Number.POSITIVE_INFINITY))
    .map(([batch, grams]) => `${grams} g came out of ${batch}, which held ${held.get(batch)} g`)
}

function heldBy(act: Act): Map<string, number> {
  const { type, outputs = [] } = JSON.parse(act.body) as {
    type?: string
    outputs?: { id: string; mass: { value: string } }[]
  }
  if (type !== 'commission') return new Map()
  return new Map(outputs.map(({ id, mass }) => [id, Math.round(Number(mass.value) * 1000)]))
}

const AT_ONCE = 8

/** The bytes of every accepted event come back, and nothing comes back of what was refused. */
async function judgeDocuments(
  { acts }: History,
  { doorOf }: Ground,
  places: Stored['places']
): Promise<string[]> {
  const problems: string[] = []
  const waiting = acts.filter(({ kind }) => kind === 'event')
  const ask = async (): Promise<void> => {
    for (let act = waiting.pop(); act; act = waiting.pop()) {
      const door = doorOf(act)
      const answer = await fetch(`${door.url}/v1/events/${act.name}/document`, {
        headers: { authorization: `Bearer ${door.token}` }
      })
      const text = await answer.text()
      const there = answer.status === 200 && text === act.body
      if (there !== places.has(act.sha256)) {
        problems.push(`the document of ${act.name}: ${answer.status}, ${act.outcome}`)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, ask))
  return problems
}

async function judgeHeads(history: History, { url }: Ground): Promise<string[]> {
  const note = await (await fetch(`${url}/log/checkpoint`)).text()
  const newest = openCheckpoint(note, history.key ? [history.key] : [])
  if (!newest) return [`no signed head: ${note.slice(0, 200)}`]
  const problems: string[] = []
  for (const old of history.checkpoints.values()) {
    if (!(await isPrefix(url, old, newest))) {
      problems.push(`the head of ${old.size} is no prefix of the head of ${newest.size}`)
    }
  }
  return problems
}

async function isPrefix(url: string, old: Checkpoint, newest: Checkpoint): Promise<boolean> {
  const query = `from=${old.size}&to=${newest.size}`
  const answer = await fetch(`${url}/log/proof/consistency?${query}`)
  const body = (await answer.json()) as { proof?: string[] }
  const proof = (body.proof ?? []).map((hash) => Buffer.from(hash, 'base64'))
  const claim = { oldSize: old.size, oldRoot: old.root, newSize: newest.size, newRoot: newest.root }
  return answer.status === 200 && verifyConsistency({ ...claim, proof })
}
