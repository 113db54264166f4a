import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { findingsClosedOtherwise, strangeActors } from '../../../src/storage/audit/audit-hands.ts'
import { columnsOf, type EditedColumn, editOne, oneOf, unguard } from '../../support/edit-rows.ts'
import { RandomHistory, threeMembers } from '../../support/random-history.ts'
import { seeded } from '../../support/seed.ts'
import { testApp } from '../../support/service.ts'

/** Every table of the books: what is stored in them follows from the events. */
const TABLES = [
  'account',
  'batch',
  'batch_identifier',
  'batch_version',
  'campaign',
  'campaign_step',
  'event',
  'event_input',
  'event_made',
  'event_output',
  'finding',
  'origin_version',
  'posting',
  'reevaluation',
  'shipment',
  'shipment_line',
  'status_version',
  'step_version'
]

/**
 * What no event says: who brought it in, in which shape, how a finding was closed, and what only
 * findings of declarations have.
 */
const UNTOLD = new Set([
  'event.client',
  'event.media_type',
  'event.rule_set',
  ...[
    'resolved_position',
    'resolution',
    'resolved_by',
    'resolution_evidence',
    'epd',
    'profile',
    'source'
  ].map((column) => `finding.${column}`)
])

const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
const { db } = service.deps

/** A history with everything that the books can hold. */
async function live(): Promise<void> {
  const members = await threeMembers(service)
  const history = new RandomHistory(seeded(8), members, true)
  const actors = new Map(
    await Promise.all(
      members.map(
        async ({ organization }) =>
          [organization, await service.actor('producer', organization)] as const
      )
    )
  )
  for (let turn = 0; turn < 320; turn += 1) {
    const { by, document } = history.next()
    await actors.get(by.organization)?.request('POST', '/v1/events', document)
    if (turn % 25 === 0) await reevaluateStep(service.deps)
  }
  const [first] = members
  const known = actors.get(first?.organization ?? '')
  const old = await service.facility(first?.organization ?? '', { validFrom: '2015-01-01' })
  const assay = { basis: 'oxide', unit: 'P1', values: { Nd2O3: '99' } }
  const told = await known?.request('POST', '/v1/events', {
    type: 'commission',
    time: '2016-01-01T00:00:00Z',
    facility: old,
    outputs: [
      {
        id: randomUUID(),
        number: 'LOT-1',
        hsCode: '284690',
        epd: randomUUID(),
        product: { class: 'separated_oxide', name: 'Nd oxide' },
        entry: 'purchased',
        mass: { value: '10', unit: 'KGM', basis: 'dry' },
        assay,
        identifiers: [{ scheme: 'gtin-lot', value: '04012345000015-1' }]
      }
    ]
  })
  if (told?.status !== 201) throw new Error(JSON.stringify(told?.body))
  while ((await reevaluateStep(service.deps)) > 0);
}

await live()

/** Where a difference speaks of a table by another name. */
const NAMES: Readonly<Record<string, RegExp>> = {
  batch: /^(batch|drawn|found)/,
  shipment: /^shipment/,
  shipment_line: /^shipment/
}

t.test(
  'findings are closed where their batches were evaluated again, and nowhere else',
  async (t) => {
    t.same(await findingsClosedOtherwise(db), [])
    t.same(await strangeActors(db), [])
    await unguard(db, ['finding'])
    const [row] = await db.query<{ id: string; at: string }>({
      text: `select id, resolved_position as at from finding
      where resolution = 'evaluated again' order by position, line limit 1`
    })
    t.ok(row, 'the history closes some')
    const set = (columns: string, ...values: unknown[]) =>
      db.query({
        text: `update finding set ${columns} where id = $1`,
        values: [row?.id, ...values]
      })
    const edits = [
      ['resolved_position = null, resolution = null', 'open again'],
      ['resolved_position = resolved_position + 1', 'later'],
      [`resolution = 'Checked'`, 'for another reason'],
      ['resolved_by = organization', 'by somebody']
    ] as const
    for (const [columns, how] of edits) {
      await set(columns)
      t.match(await findingsClosedOtherwise(db), [{ id: row?.id }], how)
      await set(
        `resolved_position = $2, resolution = 'evaluated again', resolved_by = null`,
        row?.at
      )
    }
    t.same(await findingsClosedOtherwise(db), [])
  }
)

t.test(
  'every stored value of the books follows from the events, and an edit is found',
  async (t) => {
    t.same((await verifyBooks(service.deps)).differences, [])
    await unguard(db, TABLES)
    const told = (await columnsOf(db, TABLES)).filter(
      ({ table, column }) => !UNTOLD.has(`${table}.${column}`)
    )
    const found: string[] = []
    for (const columns of rounds(told)) {
      const undos: (() => Promise<unknown>)[] = []
      for (const column of columns) {
        const undo = await editOne(db, column)
        if (undo) undos.push(undo)
      }
      t.equal(undos.length, columns.length, 'the history fills every column')
      const { differences } = await verifyBooks(service.deps)
      for (const { table, column } of columns) {
        const name = columns.length === 1 ? /./ : (NAMES[table] ?? new RegExp(`^${table}\\b`))
        const difference = differences.find(({ what }) => name.test(what))
        t.match(difference?.subject, /^[0-9a-f-]{36}$/, `${table}.${column}: ${difference?.what}`)
        found.push(`${table}.${column}`)
      }
      for (const undo of undos) await undo()
    }
    t.comment(`${found.length} columns of ${TABLES.length} tables edited and found`)
    t.same((await verifyBooks(service.deps)).differences, [], 'all edits are taken back')
  }
)

const alone = ({ table, column }: EditedColumn) => table === 'event' || column === 'position'

/**
 * One column of each table at a time; events alone, since everything follows from them, and positions: a
 * version that moves to another re-evaluation is missed by what stayed behind.
 */
function rounds(columns: readonly EditedColumn[]): EditedColumn[][] {
  const made: EditedColumn[][] = columns.filter(alone).map((column) => [column])
  const rest = Map.groupBy(
    columns.filter((column) => !alone(column)),
    ({ table }) => table
  )
  for (let turn = 0; [...rest.values()].some((list) => turn < list.length); turn += 1) {
    made.push([...rest.values()].flatMap((list) => list[turn] ?? []))
  }
  return made
}

t.test('a row that is gone, or that nothing wrote, is found', async (t) => {
  for (const table of ['posting', 'event_input', 'origin_version', 'status_version', 'account']) {
    const [row] = await db.query<{ ctid: string }>({
      text: `delete from ${table} where ctid = $1::tid returning *`,
      values: [await oneOf(db, table, 'ctid')]
    })
    const { differences } = await verifyBooks(service.deps)
    t.ok(differences.length > 0, `${table}: ${differences[0]?.what}`)
    await db.query({
      text: `insert into ${table} select * from jsonb_populate_record(null::${table}, $1)`,
      values: [JSON.stringify(row)]
    })
    t.same((await verifyBooks(service.deps)).differences, [], table)
  }
  await db.query({ text: 'insert into suspect select id, id, 0 from batch limit 1' })
  t.match((await verifyBooks(service.deps)).differences, [{ what: 'evaluation pending' }])
})
