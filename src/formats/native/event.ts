import { readFileSync } from 'node:fs'
import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type {
  BatchDeclaration,
  CloseCampaignEvent,
  CommissionedBatch,
  CustodyEvent,
  TransformEvent
} from '../../domain/custody/event.ts'
import type { Finding } from '../../domain/finding.ts'
import { uuidFrom } from '../../domain/ids.ts'
import { boundedErrors } from '../bounded-errors.ts'
import { schemaFindings } from '../schema-findings.ts'

/** A parsed event, or everything that the schema has against the document. */
export type ParsedEvent =
  | { readonly event: CustodyEvent; readonly findings: readonly [] }
  | { readonly event: null; readonly findings: readonly Finding[] }

const SCHEMA = new URL('../../../schemas/event.json', import.meta.url)
const ID = 'https://lodestone.example/schemas/event.json'
/** What the member `type` of an event may be. */
export const eventTypes = [
  'commission',
  'transform',
  'ship',
  'receive',
  'adjust',
  'correct',
  'close_campaign'
] as const

type EventType = (typeof eventTypes)[number]
let known: Ajv2020 | undefined
const validators = new Map<EventType, ValidateFunction>()

/** Compiled when first needed, each for itself: a third of the start of a command that only sends events. */
function validatorOf(type: EventType): ValidateFunction {
  known ??= withSchema()
  const validate = validators.get(type) ?? known.compile({ $ref: `${ID}#/$defs/${type}` })
  validators.set(type, validate)
  return validate
}

function withSchema(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    ...boundedErrors,
    discriminator: true
  })
  return ajv.addSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')))
}

/**
 * The event of a native JSON document (schemas/event.json) that strict JSON has parsed. Absent ids
 * are assigned: the event's by `assignId`, the batches' follow from it, so that the same document
 * under the same id always means the same batches.
 */
export function parseEvent(document: unknown, assignId: () => string): ParsedEvent {
  const type = typeOf(document)
  if (!isEventType(type)) return { event: null, findings: [unknownType(document, type)] }
  const validate = validatorOf(type)
  if (!validate(document)) {
    return { event: null, findings: schemaFindings(validate.errors) }
  }
  return { event: withDefaults(document as Document, assignId), findings: [] }
}

type Document = Record<string, unknown> & { readonly type: CustodyEvent['type'] }

/** True for a document that says of itself that it is an event, whatever else is wrong with it. */
export function saysEvent(document: unknown): document is { readonly type: EventType } {
  return isEventType(typeOf(document))
}

function isEventType(type: string | undefined): type is EventType {
  return eventTypes.some((one) => one === type)
}

function typeOf(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return undefined
  const { type } = document as Record<string, unknown>
  return typeof type === 'string' ? type : undefined
}

function unknownType(document: unknown, type: string | undefined): Finding {
  const isList = Array.isArray(document)
  const isObject = typeof document === 'object' && document !== null && !isList
  return {
    rule: 'schema',
    code: 'SCHEMA',
    severity: 'error',
    pointer: isObject ? '/type' : '',
    message: isObject ? 'The event has no known type.' : 'An event is a JSON object.',
    expected: eventTypes.join(', '),
    actual: type ?? (isList ? 'a list' : document === null ? 'null' : typeof document),
    remedy: isList
      ? 'Send many events as application/x-ndjson: one a line, without brackets and commas around them.'
      : 'See /schemas/event.json.'
  }
}

/** Fills in what the schema lets a document leave out; the document itself is stored as it came. */
function withDefaults(document: Document, assignId: () => string): CustodyEvent {
  const id = (document['id'] as string | undefined) ?? assignId()
  const envelope = { ...document, id, evidence: document['evidence'] ?? [] }
  switch (document.type) {
    case 'commission': {
      const outputs = (document['outputs'] as CommissionedBatch[]).map((batch, index) => ({
        ...filledBatch(batch, id, index),
        declared: (batch.declared ?? []).map((line) => ({ ...line, evidence: line.evidence ?? [] }))
      }))
      return { ...envelope, outputs } as unknown as CustodyEvent
    }
    case 'transform': {
      const { outputs, residues, losses } = document as unknown as TransformEvent
      return {
        ...envelope,
        residues: (residues ?? []).map((residue) => ({
          ...residue,
          ...(residue.assay ? { assay: filledAssay(residue.assay) } : {})
        })),
        losses: losses ?? [],
        outputs: outputs.map((batch, index) => filledBatch(batch, id, index))
      } as unknown as CustodyEvent
    }
    case 'close_campaign': {
      const { closing } = document as unknown as CloseCampaignEvent
      return {
        ...envelope,
        ...(closing ? { closing: { ...closing, assay: filledAssay(closing.assay) } } : {})
      } as unknown as CustodyEvent
    }
    case 'ship':
      return {
        ...envelope,
        ownership: document['ownership'] ?? 'retained'
      } as unknown as CustodyEvent
    default:
      return envelope as unknown as CustodyEvent
  }
}

function filledBatch<Batch extends BatchDeclaration>(batch: Batch, event: string, index: number) {
  return {
    ...batch,
    id: batch.id ?? uuidFrom('batch', event, `${index}`),
    role: batch.role ?? 'main',
    identifiers: batch.identifiers ?? [],
    claimedRecycled: batch.claimedRecycled ?? [],
    assay: batch.assay === 'inherited' ? batch.assay : filledAssay(batch.assay)
  }
}

function filledAssay<Assay extends { readonly complete?: boolean }>(assay: Assay) {
  return { ...assay, complete: assay.complete ?? false }
}
