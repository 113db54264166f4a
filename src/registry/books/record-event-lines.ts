import { report } from '../../domain/custody/rules/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { RegistryError } from '../../errors.ts'
import { parseEvent } from '../../formats/native/event.ts'
import { type NdjsonLine, splitLines } from '../../formats/ndjson.ts'
import { parseStrictJson } from '../../formats/strict-json.ts'
import { effortOf } from '../bookkeeper/effort.ts'
import type { Answer, Submission } from '../bookkeeper/submission.ts'
import { submissionOf } from '../bookkeeper/submission.ts'
import { Breath } from '../breath.ts'
import type { Deps, Principal } from '../deps.ts'
import { refusalFindings } from '../refusal-findings.ts'
import { invalid } from '../signing/accept-signature.ts'

/** A strict request is one transaction, so it is bounded. */
const STRICT_LINES = 1000
/** Of any other: the answer to each line is there until the last one is answered. More are imported. */
const MOST_LINES = 10_000
/** What is written in one transaction of a lenient request, in usual events. */
const CHUNK = 256

export interface LinesCommand {
  readonly principal: Principal
  readonly body: Buffer
  /** Strict: all or nothing. Lenient: each line has its own result. */
  readonly strict: boolean
  /** A signature covers one document, so there must be none. */
  readonly signature?: string | undefined
}

/** What became of one line; lines count from 1. */
export interface LineResult {
  readonly line: number
  readonly status: 'accepted' | 'replayed' | 'refused' | 'conflict' | 'withheld'
  readonly id?: string
  /** The stored answer as JSON text. */
  readonly text?: string
  readonly findings?: readonly Finding[]
}

/** A line that was read, or what is wrong with it. */
export type ReadLine =
  | { readonly line: number; readonly submission: Submission }
  | { readonly line: number; readonly findings: readonly Finding[] }

/**
 * Records NDJSON, one line one document, in order. A strict request that has anything wrong is
 * refused whole: the results say which lines were at fault.
 */
export async function recordEventLines(
  deps: Deps,
  command: LinesCommand
): Promise<readonly LineResult[]> {
  if (command.signature !== undefined) {
    throw invalid('A signature covers one document: send signed events one by one.')
  }
  if (!(await deps.signing.acceptsUnsigned(command.principal.organization))) throw unsignedLines()
  if (command.strict) return strictLines(deps, command)
  const results: LineResult[] = []
  for await (const chunk of chunksOf(linesRead(deps, boundedLines(command.body)))) {
    for (const result of await writeLines(deps, command, chunk)) results.push(result)
  }
  return results
}

/** Throws LIMIT_EXCEEDED before any line is read, where there are too many. */
function boundedLines(body: Buffer): readonly NdjsonLine[] {
  const lines = splitLines(body, MOST_LINES + 1)
  if (lines.length <= MOST_LINES) return lines
  throw tooManyLines(`A request holds at most ${MOST_LINES} lines.`, 'or as an import')
}

function tooManyLines(message: string, otherwise: string): RegistryError {
  const details = [{ message: `Send it in parts, ${otherwise}.` }]
  return new RegistryError('LIMIT_EXCEEDED', message, { details })
}

function unsignedLines(): RegistryError {
  return new RegistryError(
    'SIGNATURE_REQUIRED',
    'Your organization signs what it submits: send events one by one, each with the signature over it, or import NDJSON in which every line is a flattened JWS.'
  )
}

async function* chunksOf(lines: AsyncIterable<ReadLine>): AsyncGenerator<readonly ReadLine[]> {
  let chunk: ReadLine[] = []
  let effort = 0
  for await (const line of lines) {
    chunk.push(line)
    effort += 'submission' in line ? effortOf(line.submission.event) : 1
    if (effort < CHUNK) continue
    yield chunk
    chunk = []
    effort = 0
  }
  if (chunk.length > 0) yield chunk
}

async function strictLines(deps: Deps, command: LinesCommand): Promise<readonly LineResult[]> {
  const split = splitLines(command.body, STRICT_LINES + 1)
  if (split.length > STRICT_LINES) {
    const message = `A strict request holds at most ${STRICT_LINES} lines.`
    throw tooManyLines(message, 'or with Prefer: handling=lenient')
  }
  const lines = await allRead(deps, split)
  if (lines.every((line) => 'submission' in line)) return writeLines(deps, command, lines)
  return lines.map(
    (line): LineResult =>
      'submission' in line
        ? { line: line.line, status: 'withheld', id: line.submission.event.id }
        : { line: line.line, status: 'refused', findings: line.findings }
  )
}

async function writeLines(
  deps: Deps,
  command: LinesCommand,
  lines: readonly ReadLine[]
): Promise<LineResult[]> {
  const readable = lines.filter((line) => 'submission' in line)
  const submissions = readable.map((line) => line.submission)
  const answers =
    submissions.length === 0
      ? []
      : await deps.bookkeeper.submit({
          organization: command.principal.organization,
          client: command.principal.client,
          submissions,
          strict: command.strict,
          bulk: true
        })
  const answered = new Map(readable.map((line, index) => [line.line, answers[index]]))
  return lines.map((line) =>
    'submission' in line
      ? resultOf(line.line, line.submission.event.id, answered.get(line.line))
      : { line: line.line, status: 'refused', findings: line.findings }
  )
}

function resultOf(line: number, id: string, answer: Answer | undefined): LineResult {
  switch (answer?.status) {
    case 'accepted':
      return { line, status: answer.replayed ? 'replayed' : 'accepted', id, text: answer.text }
    case 'refused':
      return { line, status: 'refused', id, findings: answer.findings }
    case 'conflict':
      return { line, status: 'conflict', id, findings: [otherEvent(id)] }
    default:
      return { line, status: 'withheld', id }
  }
}

/** R14, in the words of a single event that is answered 409. */
function otherEvent(id: string): Finding {
  return report('ID_CONFLICT', {
    pointer: '/id',
    message: `The event id ${id} stands for other content.`,
    remedy: 'Choose a new id; a wrong event is mended by a correction, not by repeating it.'
  })
}

/**
 * Reads every line; a line that cannot be read has findings instead of a submission. Throws LIMIT_EXCEEDED where
 * there are too many.
 */
export async function readLines(deps: Deps, body: Buffer): Promise<readonly ReadLine[]> {
  return allRead(deps, boundedLines(body))
}

async function allRead(deps: Deps, lines: readonly NdjsonLine[]): Promise<readonly ReadLine[]> {
  const read: ReadLine[] = []
  for await (const line of linesRead(deps, lines)) read.push(line)
  return read
}

async function* linesRead(deps: Deps, lines: readonly NdjsonLine[]): AsyncGenerator<ReadLine> {
  const breath = new Breath()
  for (const each of lines) {
    yield readLine(deps, each)
    await breath.take()
  }
}

function readLine(deps: Deps, { line, bytes }: NdjsonLine): ReadLine {
  try {
    const value = parseStrictJson(bytes)
    const parsed = parseEvent(value, deps.newId)
    if (!parsed.event) return { line, findings: parsed.findings }
    return { line, submission: submissionOf(parsed.event, value, bytes, 'application/json') }
  } catch (error) {
    if (error instanceof RegistryError) return { line, findings: unreadable(error) }
    throw error
  }
}

function unreadable(error: RegistryError): Finding[] {
  return refusalFindings(error, 'json', 'Mend the line and send it again.')
}
