import type { Queryable } from '../database.ts'

/** A row of the books as text, known by its table and a key within its position. */
export interface BookRow {
  readonly table: string
  readonly key: string
  /** The batch that it speaks of, else the event. */
  readonly subject: string
  readonly values: Readonly<Record<string, string | null>>
}

interface Table {
  readonly name: string
  readonly from?: string
  readonly position?: string
  readonly key: string
  readonly subject: string
  readonly columns: readonly string[]
}

const moment = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`

/** Every table whose rows are written once, with the columns that follow from the events. */
const TABLES: readonly Table[] = [
  { name: 'batch', key: 'id', subject: 'id', columns: ['organization', 'birth'] },
  {
    name: 'batch_version',
    key: 'batch',
    subject: 'batch',
    columns: [
      ...[
        'birth',
        'event',
        'number',
        'product_class',
        'product_name',
        'stage',
        'facility',
        moment('produced_at')
      ],
      ...['mass_ug', 'elements', 'assay_limits', 'custody_model', 'disclosure', 'epd', 'hs_code'],
      ...['voided_by', 'flagged', 'pool', 'declaration']
    ]
  },
  { name: 'origin_version', key: 'batch', subject: 'batch', columns: ['event', 'body'] },
  { name: 'step_version', key: 'batch', subject: 'batch', columns: ['event', 'body'] },
  { name: 'status_version', key: 'batch', subject: 'batch', columns: ['status', 'cause'] },
  {
    name: 'batch_identifier',
    key: `batch || ' ' || scheme || ' ' || value`,
    subject: 'batch',
    columns: ['scheme', 'value']
  },
  {
    name: 'account',
    key: 'id',
    subject: 'batch',
    columns: ['custodian', 'owner', 'place']
  },
  {
    name: 'posting',
    key: 'line',
    subject: 'batch',
    columns: ['event', 'account', 'mass_ug', 'balance_ug', 'elements']
  },
  {
    name: 'event_input',
    key: 'line',
    subject: 'batch',
    columns: ['event', 'mass_ug', 'elements', 'birth']
  },
  { name: 'event_output', key: 'line', subject: 'batch', columns: ['event', 'mass_ug', 'birth'] },
  {
    name: 'event_made',
    from: 'event_made join event using (position)',
    key: 'event.id',
    subject: 'event.id',
    columns: ['body']
  },
  {
    name: 'campaign',
    key: 'id',
    subject: 'id',
    columns: ['organization', 'name', 'facility']
  },
  {
    name: 'campaign_step',
    key: 'batch',
    subject: 'batch',
    columns: ['campaign', 'number', 'carry_to', 'birth']
  },
  {
    name: 'shipment',
    key: 'id',
    subject: 'id',
    columns: [
      ...['sender', 'receiver', 'from_facility', 'to_facility', 'ownership'],
      moment('shipped_at')
    ]
  },
  {
    name: 'shipment_line',
    from: 'shipment_line join shipment s on s.id = shipment_line.shipment',
    position: 's.position',
    key: 'line',
    subject: 'batch',
    columns: ['account', 'owner', 'shipped_ug']
  },
  {
    name: 'reevaluation',
    key: 'cause',
    subject: 'cause',
    columns: ['organization', 'affected']
  },
  {
    name: 'finding',
    // Declarations have findings too; theirs do not follow from events.
    from: `finding join journal j
      on j.position = finding.position and j.kind in ('event', 'reevaluation')`,
    position: 'finding.position',
    key: 'line',
    subject: 'coalesce(finding.batch, finding.event)',
    columns: [
      ...['id', 'event', 'organization', 'rule', 'code', 'severity', 'pointer', 'message'],
      ...['expected', 'actual', 'remedy']
    ].map((column) => `finding.${column}`)
  },
  {
    name: 'event',
    key: 'id',
    subject: 'id',
    columns: [
      ...['organization', 'type', moment('at'), 'facility', 'disclosure', 'details'],
      'corrective_event'
    ]
  }
]

/** The rows that were written at positions after `after` and up to `until`, by position. */
export async function recordedRows(
  db: Queryable,
  after: number,
  until: number
): Promise<ReadonlyMap<number, readonly BookRow[]>> {
  const found = new Map<number, BookRow[]>()
  for (const table of TABLES) {
    const rows = await db.query<Record<string, string | null>>({
      name: `books_rows_${table.name}`,
      text: textOf(table),
      values: [after, until]
    })
    for (const { row_position, row_key, row_subject, ...values } of rows) {
      const row = { table: table.name, key: `${row_key}`, subject: `${row_subject}`, values }
      const known = found.get(Number(row_position))
      if (known) known.push(row)
      else found.set(Number(row_position), [row])
    }
  }
  return found
}

function textOf({ name, from = name, position = 'position', key, subject, columns }: Table) {
  const cast = columns.map((column) => (column.includes(' as ') ? column : `${column}::text`))
  return `select ${position}::text as row_position, (${key})::text as row_key,
      (${subject})::text as row_subject, ${cast.join(', ')}
    from ${from} where ${position} > $1 and ${position} <= $2 order by 1, 2`
}
