import { createHash } from 'node:crypto'
import { uuidFrom } from '../../domain/ids.ts'
import { RegistryError } from '../../errors.ts'
import { parseEvent } from '../../formats/native/event.ts'
import { parseStrictJson } from '../../formats/strict-json.ts'
import type { Answer, Submission } from '../bookkeeper/submission.ts'
import { submissionOf } from '../bookkeeper/submission.ts'
import type { Deps, Principal } from '../deps.ts'
import { acceptSignature } from '../signing/accept-signature.ts'

/** An event that stands in the books. */
export interface RecordedEvent {
  readonly id: string
  /** True when the same document had been accepted before. */
  readonly replayed: boolean
  /** The answer as JSON text, the same at every repetition. */
  readonly text: string
}

export interface EventCommand {
  readonly principal: Principal
  readonly document: Buffer
  readonly mediaType: string
  /** Names the event when the document does not, so that a retry is safe. */
  readonly idempotencyKey?: string | undefined
  /** Detached JWS over the exact bytes, as it was sent. */
  readonly signature?: string | undefined
}

/**
 * Records one event document (walk 2 of the architecture). Throws FINDINGS with every finding,
 * CONFLICT when the id stands for other content, SIGNATURE_REQUIRED or SIGNATURE_INVALID; nothing is
 * stored then.
 */
export async function recordEvent(deps: Deps, command: EventCommand): Promise<RecordedEvent> {
  const submission = {
    ...readSubmission(deps, command),
    signature: await acceptSignature(deps, command.principal, command.document, {
      signature: command.signature
    })
  }
  const [answer] = await deps.bookkeeper.submit({
    organization: command.principal.organization,
    client: command.principal.client,
    submissions: [submission],
    strict: false,
    bulk: false
  })
  return recorded(submission, answer)
}

/** The submission of one document, or FINDINGS with what the schema has against it. */
export function readSubmission(deps: Deps, command: EventCommand): Submission {
  const value = parseStrictJson(command.document)
  const parsed = parseEvent(value, () => assignedId(deps, command))
  if (!parsed.event) {
    throw new RegistryError('FINDINGS', 'The document does not follow the event schema.', {
      extensions: { findings: parsed.findings }
    })
  }
  return submissionOf(parsed.event, value, command.document, command.mediaType)
}

function assignedId(deps: Deps, command: EventCommand): string {
  // The same signed bytes are the same event, whoever sends them again.
  if (command.signature !== undefined) {
    const bytes = createHash('sha256').update(command.document).digest('hex')
    return uuidFrom('signed event', command.principal.organization, bytes)
  }
  if (command.idempotencyKey === undefined) return deps.newId()
  return uuidFrom('event', command.principal.organization, command.idempotencyKey)
}

function recorded(submission: Submission, answer: Answer | undefined): RecordedEvent {
  const { id } = submission.event
  switch (answer?.status) {
    case 'accepted':
      return { id, replayed: answer.replayed, text: answer.text }
    case 'refused':
      throw new RegistryError('FINDINGS', 'The books refuse the event; nothing was stored.', {
        extensions: { findings: answer.findings }
      })
    case 'conflict':
      throw conflict(id)
    default:
      throw new RegistryError('INTERNAL', 'The event has no answer.')
  }
}

function conflict(id: string): RegistryError {
  return new RegistryError('CONFLICT', `The event id ${id} stands for other content.`, {
    details: [
      {
        pointer: '/id',
        message: 'Choose a new id; a wrong event is mended by a correction, not by repeating it.'
      }
    ]
  })
}
