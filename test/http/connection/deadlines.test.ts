import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import t from 'tap'
import { Deadlines } from '../../../src/http/connection/deadlines.ts'

const MS = 100

function watched() {
  const late: { readonly name: string; readonly afterMs: number }[] = []
  const names = new Map<FastifyReply, { readonly name: string; readonly at: number }>()
  const deadlines = new Deadlines(MS, (reply) => {
    const { name = '', at = 0 } = names.get(reply) ?? {}
    late.push({ name, afterMs: performance.now() - at })
  })
  const begin = (name: string): FastifyReply => {
    const reply = {} as FastifyReply
    names.set(reply, { name, at: performance.now() })
    deadlines.begin(reply)
    return reply
  }
  return { deadlines, begin, late }
}

t.test(
  'each is late after its time and never before, in the order of their beginnings',
  async (t) => {
    const { begin, late } = watched()
    for (const name of ['a', 'b', 'c']) {
      begin(name)
      await wait(30)
    }
    await wait(MS * 3)
    t.strictSame(
      late.map(({ name }) => name),
      ['a', 'b', 'c']
    )
    // The clock of timers counts whole milliseconds.
    for (const { name, afterMs } of late) t.ok(afterMs > MS - 2, `${name} after ${afterMs} ms`)
  }
)

t.test('who has ended is never late, and holds nobody back', async (t) => {
  const { deadlines, begin, late } = watched()
  const first = begin('first')
  const second = begin('second')
  deadlines.end(first)
  await wait(MS / 2)
  deadlines.end(second)
  begin('third')
  await wait(MS * 3)
  t.strictSame(
    late.map(({ name }) => name),
    ['third']
  )
})

t.test('after a time without anybody it watches again', async (t) => {
  const { deadlines, begin, late } = watched()
  deadlines.end(begin('first'))
  await wait(MS * 2)
  begin('second')
  await wait(MS * 3)
  t.strictSame(
    late.map(({ name }) => name),
    ['second']
  )
})
