/** What `fsck` makes of the guard of the log, of heads that are gone, and of a journal that was written by hand. */
import t from 'tap'
import { checkpointText } from '../../../src/log/checkpoint.ts'
import { signNote } from '../../../src/log/note.ts'
import { auditContents } from '../../../src/registry/audit/audit-contents.ts'
import { auditLog } from '../../../src/registry/audit/audit-log.ts'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import type { Guarded } from '../../../src/storage/journal/guard.ts'
import { appendEntries } from '../../../src/storage/journal/journal.ts'
import { unguard } from '../../support/edit-rows.ts'
import { accept, testGuard } from '../../support/log.ts'
import { oxideBought } from '../../support/oxide.ts'
import { testApp } from '../../support/service.ts'
import { registeredKey } from '../../support/signer.ts'

const guard = testGuard(t)
const service = await testApp(t, { guard })
const { db, log } = service.deps
const { verifier, privateKey } = await log.key()

/** Messages about the whole or about a position. */
async function found(guarded: Guarded | null = null): Promise<string[]> {
  const problems = [
    ...(await auditLog(db, verifier, guarded)).problems,
    ...(await auditContents(service.deps))
  ]
  return problems.map(({ position, message }) => `${position ?? 'log'}: ${message}`)
}

/** Does something by hand and takes it back, having looked in between. */
async function edited(
  edit: string,
  undo: string,
  guarded: Guarded | null = null
): Promise<readonly string[]> {
  await db.query({ text: edit })
  const problems = await found(guarded)
  await db.query({ text: undo })
  return problems
}

let document: Buffer

t.before(async () => {
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  await registeredKey(producer)
  document = Buffer.from(JSON.stringify(oxideBought(facility)))
  await producer.request('POST', '/v1/events', document)
  for (let n = 0; n < 4; n += 1) await log.covers(await accept(db, 2), 5_000)
  await log.stop()
  const tables = ['journal', 'journal_head', 'log_checkpoint', 'event', 'facility_version']
  await unguard(db, [...tables, 'organization_version', 'signing_key', 'signed_request'])
})

t.test('accepts a guard that holds the head of these entries', async (t) => {
  t.same(await found(await guard.read()), [])
  t.same(await found(), [], 'and looks at the log alone where there is none')
})

t.test('refuses', async (t) => {
  const kept = (await guard.read()) as Guarded
  const size = Number(kept.note.split('\n')[1])
  const held = (size: number, root: Buffer, key = verifier) => ({
    ...kept,
    note: signNote(checkpointText({ origin: key.name, size, root }), key, privateKey)
  })

  t.test(
    'entries that are not those that were signed, though every head was signed anew',
    async (t) => {
      const other = held(size - 1, Buffer.alloc(32, 7))
      t.match(await found(other), [
        `log: The head of ${size - 1} entries that the guard holds is of other entries.`
      ])
    }
  )

  t.test('a guard of another log', async (t) => {
    const foreign = held(size, Buffer.alloc(32), { ...verifier, name: 'elsewhere.test/log' })
    t.match(await found(foreign), ['log: The guard holds no checkpoint that this log signed.'])
  })

  t.test('heads that are gone, the first as the last', async (t) => {
    await db.query({ text: 'create table kept_heads as select * from log_checkpoint' })
    const { generation } = kept
    for (const which of ['min', 'max']) {
      const problems = await edited(
        `delete from log_checkpoint where size = (select ${which}(size) from log_checkpoint)`,
        'insert into log_checkpoint select * from kept_heads except select * from log_checkpoint',
        kept
      )
      // The newest may be on its way into the database: a head is guarded first.
      const signed =
        which === 'max'
          ? []
          : [`log: ${generation} heads were signed, and ${generation - 1} are there.`]
      t.same(problems, signed, which)
    }
    const two = await edited(
      'delete from log_checkpoint where size >= (select max(size) - 2 from log_checkpoint)',
      'insert into log_checkpoint select * from kept_heads except select * from log_checkpoint',
      kept
    )
    t.match(two, [/heads were signed, and \d+ are there/], 'more than one of the last')
  })

  t.test('an entry behind the end of the journal', async (t) => {
    const problems = await edited(
      `insert into journal select position + 100, at, kind, subject, organization, document_sha256,
        statement, null, blind, leaf from journal where kind = 'test' order by position desc limit 1`,
      'delete from journal where position >= 100'
    )
    t.ok(
      problems.some((line) => /1\d\d: It stands behind the end/.test(line)),
      `${problems}`
    )
  })

  t.test('a salt that was used before', async (t) => {
    const [row] = await db.query<{ position: string; salt: Buffer }>({
      text: `select position, salt from journal where kind = 'test' order by position desc limit 1`
    })
    const hex = row?.salt.toString('hex')
    const problems = await edited(
      `update journal set salt = (select salt from journal where salt is not null order by position limit 1)
        where position = ${row?.position}`,
      `update journal set salt = '\\x${hex}' where position = ${row?.position}`
    )
    t.ok(problems.includes(`${row?.position}: Its salt was used for another entry before.`))
  })

  t.test('another time at the end of the journal, which would date what comes next', async (t) => {
    const more = (sign: string) => `update journal_head set at = at ${sign} interval '1 day'`
    t.match(await edited(more('+'), more('-')), [
      `${size - 1}: The journal says another time of its last entry.`
    ])
  })

  t.test('an event under another media type or other rules', async (t) => {
    for (const column of ['media_type', 'rule_set']) {
      const problems = await edited(
        `update event set ${column} = ${column} || 'x'`,
        `update event set ${column} = left(${column}, -1)`
      )
      t.match(problems, [/The event .* is not what the log says/], column)
    }
    const { position } =
      (await db.query<{ position: string }>({ text: 'select position from event' }))[0] ?? {}
    const changes: Readonly<Record<string, string>> = {
      'document_sha256 = sha256(document_sha256)': `document_sha256 = (select sha256 from event)`,
      "at = at - interval '1 second'": "at = at + interval '1 second'"
    }
    for (const [change, back] of Object.entries(changes)) {
      const problems = await edited(
        `update journal set ${change} where position = ${position}`,
        `update journal set ${back} where position = ${position}`
      )
      t.match(problems, [/The event .* is not what the log says/], change)
    }
  })
})

t.test('names what nobody can read, and looks at everything else', async (t) => {
  const places: Readonly<Record<string, readonly string[]>> = {
    'journal.statement': ['test', 'key', 'facility', 'event'],
    'facility_version.document': ['facility'],
    'organization_version.document': ['organization'],
    'signed_request.document': ['key'],
    'event.document': ['event']
  }
  for (const [place, kinds] of Object.entries(places)) {
    const [table = '', column = ''] = place.split('.')
    for (const kind of kinds) {
      for (const value of ['\\xff', '\\x', '\\x5b5d', '\\x6e756c6c', '\\x225c753030303022']) {
        const [row] = await db.query<{ position: string; was: string }>({
          text: `select t.position, t.${column}::text as was from ${table} t
            join journal j using (position) where j.kind = '${kind}' order by 1 limit 1`
        })
        const at = `where position = ${row?.position}`
        const problems = await edited(
          `update ${table} set ${column} = '${value}' ${at}`,
          `update ${table} set ${column} = '${row?.was}' ${at}`
        )
        const named = problems.some((line) => line.startsWith(`${row?.position}: The `))
        t.ok(named, `${place} of a ${kind} as ${value}: ${problems[0]}`)
      }
    }
  }
  const books = async () => (await verifyBooks(service.deps)).differences
  t.same(await books(), [])
  await db.query({ text: `update event set document = 'x'` })
  t.match(
    (await books()).map(({ what, stored }) => [what, stored]),
    [
      ['document hash', /./],
      ['document hash in the journal', /./],
      ['content hash', /./],
      ['document', 'unreadable']
    ],
    'nor do the books end without a word'
  )
  await db.query({ text: 'update event set document = $1', values: [document] })
  const edits = ['jwk', 'revocation_reason']
  for (const column of edits) {
    const problems = await edited(
      `update signing_key set ${column} = coalesce(${column}, '') || '{'`,
      `update signing_key set ${column} = nullif(left(${column}, -1), '')`
    )
    t.not(problems.length, 0, `${column}: ${problems[0]}`)
  }
  t.same(await found(), [], 'all edits are taken back')
})

t.test('refuses a revocation that was entered blind, so that no mirror shows it', async (t) => {
  const entry = { kind: 'key_revocation', subject: 'x', organization: null, document: null }
  const body = { reason: 'compromised' }
  const { first } = await db.transaction((tx) =>
    appendEntries(tx, [{ ...entry, body, blind: true }], new Date())
  )
  t.same(await found(), [`${first}: It was entered blind, though everybody has to see it.`])
})
