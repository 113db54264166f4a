import { assayColumns, batchColumns, productColumns } from './batch-columns.ts'
import type { Column } from './column.ts'
import {
  batchRefColumns,
  eventColumns,
  massColumns,
  ownerColumn,
  partialColumn
} from './event-columns.ts'
import { historyColumns } from './history-columns.ts'

export type TemplateId = 'commission' | 'transform' | 'ship' | 'receive'

/** A kind of row, and the list of the event that it goes to. */
export interface LineKind {
  readonly id: string
  readonly into: string
  readonly columns: readonly Column[]
}

/** One published template (schemas/csv): which event it makes, and from which columns. */
export interface Template {
  readonly id: TemplateId
  readonly title: string
  /** A column that no other template has; by it a file is recognized. */
  readonly signature: string
  readonly event: readonly Column[]
  readonly lines: readonly LineKind[]
}

const newBatch: readonly Column[] = [
  ...productColumns,
  ...massColumns,
  ...assayColumns,
  ...batchColumns,
  ownerColumn
]

const lossColumns: readonly Column[] = [
  {
    name: 'loss_element',
    kind: 'text',
    path: ['element'],
    required: true,
    meaning: 'The element that was lost; the mass of the row is the mass of this element.',
    example: ''
  },
  ...massColumns,
  { name: 'loss_reason', kind: 'text', path: ['reason'], meaning: 'Why it was lost.', example: '' }
]

const residueColumns: readonly Column[] = [
  {
    name: 'product_name',
    kind: 'text',
    path: ['name'],
    required: true,
    meaning: 'What you call the residue.',
    example: 'slag'
  },
  ...massColumns,
  ...assayColumns.map((column) => ({ ...column, required: false }))
]

export const templates: readonly Template[] = [
  {
    id: 'commission',
    title: 'Batches that enter the books without recorded inputs',
    signature: 'entry',
    event: eventColumns,
    lines: [
      {
        id: 'batch',
        into: 'outputs',
        columns: [...newBatch, ...historyColumns]
      }
    ]
  },
  {
    id: 'transform',
    title: 'Inputs become outputs, residues and losses',
    signature: 'line',
    event: [
      ...eventColumns,
      {
        name: 'stages',
        kind: 'list',
        path: ['stages'],
        required: true,
        meaning:
          'Process stages in their order, separated by spaces or `>`, for example `powder > press_sinter`.',
        example: 'metal_making'
      },
      {
        name: 'campaign',
        kind: 'name',
        path: ['campaign'],
        meaning:
          'Name of a continuous run. Its events may have rows of inputs or of outputs alone.',
        example: ''
      }
    ],
    lines: [
      { id: 'input', into: 'inputs', columns: [...batchRefColumns, ...massColumns, ownerColumn] },
      { id: 'output', into: 'outputs', columns: newBatch },
      { id: 'residue', into: 'residues', columns: residueColumns },
      { id: 'loss', into: 'losses', columns: lossColumns }
    ]
  },
  {
    id: 'ship',
    title: 'Batches set off to another organization',
    signature: 'to',
    event: [
      ...eventColumns,
      {
        name: 'to',
        kind: 'text',
        path: ['to'],
        required: true,
        meaning: 'Id of the receiving organization.',
        example: '3f2b8c1d-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
      },
      {
        name: 'to_facility',
        kind: 'text',
        path: ['toFacility'],
        meaning: 'Id of the facility where it is going.',
        example: ''
      },
      {
        name: 'ownership',
        kind: 'text',
        path: ['ownership'],
        meaning: '`transferred` (sold), or `retained` (tolling; the default).',
        example: 'transferred'
      }
    ],
    lines: [
      { id: 'batch', into: 'lines', columns: [...batchRefColumns, ...massColumns, ownerColumn] }
    ]
  },
  {
    id: 'receive',
    title: 'What arrived of a shipment',
    signature: 'shipment',
    event: [
      ...eventColumns,
      {
        name: 'shipment',
        kind: 'text',
        path: ['shipment'],
        required: true,
        meaning: 'Id of the ship event.',
        example: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a03'
      },
      {
        name: 'outcome',
        kind: 'text',
        path: ['outcome'],
        required: true,
        meaning:
          '`accepted`: the difference to what was shipped is booked as transit loss, unless the row says `partial`. `disputed`: the difference stays in transit. `returned`: it is in the hands of the sender again.',
        example: 'accepted'
      }
    ],
    lines: [
      {
        id: 'batch',
        into: 'lines',
        columns: [...batchRefColumns, ...massColumns, partialColumn, ownerColumn]
      }
    ]
  }
]

/** The column that says what kind of line a row is, in templates with several kinds. */
export const LINE_COLUMN = 'line'
