/** A moment is written in one way wherever it is stated, and whoever writes another one is told which. */
import t from 'tap'
import { commission } from '../support/first-day.ts'
import { testApp } from '../support/service.ts'

const service = await testApp(t, { now: () => new Date('2026-11-30T12:00:00Z') })
const producer = await service.actor('producer')
const works = await service.facility(producer.organization)

const QUESTIONS = [
  ['/v1/batches', 'asOf'],
  ['/v1/epds', 'asOf'],
  ['/v1/epds', 'updatedSince']
] as const

const asked = (path: string, name: string, written: string) =>
  producer.request('GET', `${path}?${name}=${written}`)

t.test('in a question: UTC or an offset whose + is encoded', async (t) => {
  await producer.request('POST', '/v1/events', commission(works))
  for (const [path, name] of QUESTIONS) {
    for (const time of [
      '2026-11-30T12:00:00Z',
      '2026-11-30T13:00:00.000%2B01:00',
      '2026-11-30T06:30:00-05:30'
    ]) {
      t.equal((await asked(path, name, time)).status, 200, `${path} ${name} ${time}`)
    }
  }
})

t.test('a bare + is a space, and the refusal has the text that would do', async (t) => {
  for (const [path, name] of QUESTIONS) {
    for (const written of ['2026-11-30T13:00:00+01:00', '2026-11-30t13:00:00+01:00']) {
      const { status, body } = await asked(path, name, written)
      t.equal(status, 400, `${path} ${name}`)
      const [{ pointer, message }] = body.errors
      t.equal(pointer, name)
      t.match(message, 'here 2026-11-30T13:00:00%2B01:00: a + in a query means a space')
      const [encoded = ''] = message.match(/2026\S+%2B01:00/) ?? []
      t.equal((await asked(path, name, encoded)).status, 200, 'as the remedy says')
    }
  }
})

t.test('small letters, hours and offsets that there are not', async (t) => {
  for (const [path, name] of QUESTIONS) {
    for (const written of ['2026-11-30t11:00:00Z', '2026-11-30T11:00:00z']) {
      const { status, body } = await asked(path, name, written)
      t.equal(status, 400, `${path} ${name} ${written}`)
      t.match(body.errors[0].message, 'here 2026-11-30T11:00:00Z: T and Z are capitals')
    }
    for (const written of [
      ...['2026-11-29T24:00:00Z', '2026-11-30T11:00:60Z', '2026-11-30T11:00:00%2B24:00'],
      ...['2026-11-31T11:00:00Z', '2026-11-30T11:00Z', '2026-11-30%2011:00:00Z', 'now']
    ]) {
      const { status, body } = await asked(path, name, written)
      t.equal(status, 400, `${path} ${name} ${written}`)
      t.match(body.errors[0].message, 'an RFC 3339 time such as 2026-11-23T10:00:00Z')
    }
  }
})

t.test('documents state UTC in capitals as well, and are told so', async (t) => {
  for (const [time, remedy] of [
    ['2026-09-01t08:00:00Z', 'Write 2026-09-01T08:00:00Z.'],
    ['2026-09-01T08:00:00z', 'Write 2026-09-01T08:00:00Z.'],
    ['2026-09-01T10:00:00+02:00', 'Write it like 2026-09-30T14:00:00Z.']
  ]) {
    const { body } = await producer.request('POST', '/v1/events/check', {
      ...commission(works),
      time
    })
    t.match(body.findings, [
      {
        pointer: '/time',
        expected: /T and Z in capitals/,
        remedy
      }
    ])
  }
})
