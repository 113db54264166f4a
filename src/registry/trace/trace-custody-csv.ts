import type { Column } from '../../reports/render/csv.ts'
import { renderCsv } from '../../reports/render/csv.ts'
import { headColumns } from './trace-csv.ts'
import type { CustodyAnswer } from './trace-custody.ts'

interface Row {
  readonly head: CustodyAnswer
  readonly holder?: CustodyAnswer['holders'][number]
  readonly shipment?: CustodyAnswer['shipments'][number]
  readonly evidence?: CustodyAnswer['evidence'][number]
  readonly gap?: CustodyAnswer['gaps'][number]
}

const COLUMNS: readonly Column<Row>[] = [
  ...headColumns<Row>(),
  { header: 'record', cell: recordOf },
  {
    header: 'visibility',
    cell: ({ holder, shipment }) => (holder ?? shipment)?.visibility ?? null
  },
  { header: 'custodian', cell: ({ holder }) => holder?.custodian?.id ?? null },
  { header: 'custodian_name', cell: ({ holder }) => holder?.custodian?.name ?? null },
  { header: 'owner', cell: ({ holder }) => holder?.owner?.id ?? null },
  { header: 'owner_name', cell: ({ holder }) => holder?.owner?.name ?? null },
  { header: 'place', cell: ({ holder }) => holder?.place ?? null },
  { header: 'balance_kg', cell: ({ holder }) => holder?.massKg ?? null },
  { header: 'deficit_kg', cell: ({ holder }) => holder?.deficitKg ?? null },
  { header: 'shipment', cell: ({ shipment }) => shipment?.shipment ?? null },
  { header: 'sender', cell: ({ shipment }) => shipment?.sender?.id ?? null },
  { header: 'sender_name', cell: ({ shipment }) => shipment?.sender?.name ?? null },
  { header: 'receiver', cell: ({ shipment }) => shipment?.receiver?.id ?? null },
  { header: 'receiver_name', cell: ({ shipment }) => shipment?.receiver?.name ?? null },
  { header: 'ownership', cell: ({ shipment }) => shipment?.ownership ?? null },
  { header: 'shipped_at', cell: ({ shipment }) => shipment?.shippedAt ?? null },
  { header: 'received_at', cell: ({ shipment }) => shipment?.receivedAt ?? null },
  { header: 'shipment_status', cell: ({ shipment }) => shipment?.status ?? null },
  { header: 'shipped_kg', cell: ({ shipment }) => shipment?.shippedKg ?? null },
  { header: 'received_kg', cell: ({ shipment }) => shipment?.receivedKg ?? null },
  { header: 'lost_kg', cell: ({ shipment }) => shipment?.lostKg ?? null },
  { header: 'event', cell: ({ evidence }) => evidence?.event ?? null },
  { header: 'event_type', cell: ({ evidence }) => evidence?.type ?? null },
  { header: 'event_time', cell: ({ evidence }) => evidence?.time ?? null },
  { header: 'evidence_kind', cell: ({ evidence }) => evidence?.kind ?? null },
  { header: 'evidence_level', cell: ({ evidence }) => evidence?.level ?? null },
  { header: 'evidence_sha256', cell: ({ evidence }) => evidence?.sha256 ?? null },
  { header: 'evidence_href', cell: ({ evidence }) => evidence?.href ?? null },
  { header: 'evidence_issuer', cell: ({ evidence }) => evidence?.issuer ?? null },
  { header: 'gap', cell: ({ gap }) => gap?.kind ?? null },
  { header: 'gap_element', cell: ({ gap }) => gap?.element ?? null },
  { header: 'gap_step', cell: ({ gap }) => gap?.step ?? null },
  { header: 'gap_share_fraction', cell: ({ gap }) => gap?.share ?? null },
  { header: 'gap_supplier', cell: ({ gap }) => gap?.supplier?.id ?? null },
  { header: 'gap_remedy', cell: ({ gap }) => gap?.remedy ?? null }
]

function recordOf({ holder, shipment, evidence }: Row): string {
  if (holder) return 'holder'
  if (shipment) return 'shipment'
  return evidence ? 'evidence' : 'gap'
}

/** Holders, shipments, evidence and gaps as one table; `record` says what a line is about. */
export function custodyCsv(answer: CustodyAnswer): string {
  return renderCsv(COLUMNS, [
    ...answer.holders.map((holder) => ({ head: answer, holder })),
    ...answer.shipments.map((shipment) => ({ head: answer, shipment })),
    ...answer.evidence.map((evidence) => ({ head: answer, evidence })),
    ...answer.gaps.map((gap) => ({ head: answer, gap }))
  ])
}
