import { Type } from 'typebox'
import { named } from '../description/answers.ts'
import { Answer } from './batch-answers.ts'
import {
  CustodyModel,
  EvidenceLine,
  gapFields,
  Kg,
  Moment,
  nullable,
  Party,
  Position,
  Status,
  Text,
  Visibility
} from './batch-parts.ts'

const Holder = named(
  'Holder',
  Type.Object(
    {
      visibility: Visibility,
      custodian: Party,
      owner: Party,
      place: Type.Enum(['on_hand', 'in_transit']),
      massKg: nullable(Kg, 'Null where it is not yours to see.'),
      deficitKg: Type.Optional(Kg),
      since: nullable(Position, 'The first posting.'),
      changed: nullable(Position, 'The last posting.')
    },
    {
      description:
        'Who has or had it. `deficitKg` is there where a correction showed that more was drawn than there was.'
    }
  )
)

const Shipment = named(
  'BatchShipment',
  Type.Object({
    visibility: Visibility,
    shipment: Text,
    sender: Party,
    receiver: Party,
    ownership: Text,
    shippedAt: nullable(Moment),
    receivedAt: nullable(Moment),
    status: Type.Enum(['in_transit', 'partly_received', 'received', 'returned']),
    shippedKg: nullable(Kg),
    receivedKg: nullable(Kg),
    lostKg: nullable(Kg)
  })
)

export const Custody = named(
  'Custody',
  Type.Object({
    ...Answer,
    custodyModel: CustodyModel,
    status: Status,
    holders: Type.Array(Holder),
    shipments: Type.Array(Shipment),
    beyond: Type.Object(
      { shipments: Type.Integer(), massKg: Kg },
      { description: 'Shipments beyond the direct receivers.' }
    ),
    evidence: Type.Array(EvidenceLine, {
      description: 'Evidence of what made it and of its shipments.'
    }),
    gaps: Type.Array(Type.Object(gapFields))
  })
)
