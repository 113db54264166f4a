import type { Finding } from '../../domain/finding.ts'
import type { ApiClient } from '../client.ts'
import { type Problem, ProblemError } from '../client.ts'
import type { PlacedFinding } from '../findings.ts'
import { addOutcomes, emptyOutcome, type Outcome, placed } from './outcome.ts'
import type { EventDocument, EventUpload } from './upload.ts'

export interface SendOptions {
  readonly dryRun: boolean
  /** Each document for itself instead of all or nothing. */
  readonly lenient: boolean
  readonly advance: (documents: number) => void
}

/** What the service takes in one strict request. */
const CHUNK = 1000

export type Counts = Omit<Outcome, 'file'>

/**
 * Sends the events of a file. A single document goes as it is; several go as NDJSON, all or nothing
 * within a chunk unless lenient. After a refused chunk of a strict upload nothing more is sent.
 */
export async function sendEvents(
  client: ApiClient,
  upload: EventUpload,
  options: SendOptions
): Promise<Outcome> {
  let outcome: Outcome = { ...emptyOutcome(upload.file), findings: upload.findings }
  const [single, ...others] = upload.documents
  if (single && others.length === 0) {
    outcome = addOutcomes(outcome, await sendOne(client, single, options))
    options.advance(1)
    return outcome
  }
  for (let from = 0; from < upload.documents.length; from += CHUNK) {
    const chunk = upload.documents.slice(from, from + CHUNK)
    if (outcome.refused > 0 && !options.lenient && !options.dryRun) {
      outcome = addOutcomes(outcome, counts({ withheld: chunk.length }))
    } else {
      outcome = addOutcomes(outcome, await sendLines(client, chunk, options))
    }
    options.advance(chunk.length)
  }
  return outcome
}

/** One document as it is. */
export async function sendOne(
  client: ApiClient,
  { bytes, where }: EventDocument,
  { dryRun }: SendOptions
): Promise<Counts> {
  const body = new Uint8Array(bytes)
  try {
    const answer = await client.post(dryRun ? '/v1/events/check' : '/v1/events', { body })
    const { findings, acceptable } = answer.json() as {
      readonly findings?: readonly Finding[]
      readonly acceptable?: boolean
    }
    if (acceptable === false) return counts({ refused: 1, findings: placed(findings, where) })
    const repeated = !dryRun && answer.status === 200 ? 1 : 0
    return counts({ accepted: 1 - repeated, repeated, findings: placed(findings, where) })
  } catch (error) {
    return counts({ refused: 1, findings: refusals(error, () => where) })
  }
}

/** What the service says of one line of many. */
export interface LineOutcome {
  readonly line: number
  readonly status: 'accepted' | 'replayed' | 'refused' | 'conflict' | 'withheld'
  readonly id?: string
  readonly findings?: readonly Finding[]
}

async function sendLines(
  client: ApiClient,
  chunk: readonly EventDocument[],
  { dryRun, lenient }: SendOptions
): Promise<Counts> {
  const body = linesOf(chunk)
  const whereOf = (line: number) => chunk[line - 1]?.where ?? String
  try {
    const answer = await client.post(dryRun ? '/v1/events/check' : '/v1/events', {
      body,
      contentType: 'application/x-ndjson',
      headers: { prefer: `handling=${lenient ? 'lenient' : 'strict'}` }
    })
    const { results } = answer.json() as { readonly results: readonly LineOutcome[] }
    return countLines(results, whereOf)
  } catch (error) {
    const findings = refusals(error, whereOf)
    const lines = new Set(findings.map((finding) => finding.where.split(',')[0]))
    const refused = Math.min(Math.max(lines.size, 1), chunk.length)
    return counts({ refused, withheld: chunk.length - refused, findings })
  }
}

const LINE_FEED = Buffer.from('\n')

export function linesOf(documents: readonly EventDocument[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(documents.flatMap(({ bytes }) => [bytes, LINE_FEED])))
}

/** What became of the lines of one file. */
export function countLines(
  results: readonly LineOutcome[],
  whereOf: (line: number) => (pointer: string) => string
): Counts {
  const of = (...states: readonly LineOutcome['status'][]) =>
    results.filter(({ status }) => states.includes(status)).length
  return {
    accepted: of('accepted'),
    repeated: of('replayed'),
    refused: of('refused', 'conflict'),
    withheld: of('withheld'),
    findings: results.flatMap((result) => [
      ...placed(result.findings, whereOf(result.line)),
      ...(result.status === 'conflict' ? [conflict(result.id, whereOf(result.line)('/id'))] : [])
    ])
  }
}

function conflict(id: string | undefined, where: string): PlacedFinding {
  return {
    code: 'CONFLICT',
    severity: 'error',
    where,
    message: `The event id ${id ?? ''} stands for other content.`,
    remedy: 'Choose a new id; a wrong event is mended by a correction, not by repeating it.'
  }
}

/** What a refusal says about documents; everything else ends the command. */
function refusals(
  error: unknown,
  whereOf: (line: number) => (pointer: string) => string
): PlacedFinding[] {
  if (!(error instanceof ProblemError)) throw error
  const { problem } = error
  const findings = problem['findings'] as
    | readonly (Finding & { readonly line?: number })[]
    | undefined
  if (findings) {
    return findings.flatMap(({ line, ...finding }) => placed([finding], whereOf(line ?? 1)))
  }
  if (problem.status === 400 || problem.status === 409) return [asFinding(problem, whereOf(1))]
  throw error
}

function asFinding(problem: Problem, where: (pointer: string) => string): PlacedFinding {
  const [first] = problem.errors ?? []
  return {
    code: problem.code,
    severity: 'error',
    where: where(first?.pointer ?? ''),
    message: problem.detail ?? problem.title,
    ...(first && first.message !== problem.detail ? { remedy: first.message } : {})
  }
}

function counts(some: Partial<Counts>): Counts {
  return { accepted: 0, repeated: 0, refused: 0, withheld: 0, findings: [], ...some }
}
