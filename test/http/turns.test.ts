import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import t from 'tap'
import { Turns } from '../../src/http/turns.ts'

/** An application that tells what happens in which order. */
function watched(): { readonly app: FastifyInstance; readonly order: string[] } {
  const order: string[] = []
  const app = Fastify()
  const turns = new Turns()
  app.addHook('onRequest', (request, reply, done) => {
    if (request.url !== '/unknown-to-turns') turns.begin(request)
    reply.raw.on('finish', () => order.push('sent'))
    done()
  })
  turns.holdAnswers(app)
  const answer = (reply: FastifyReply): FastifyReply => {
    order.push('made')
    return reply.send('an answer')
  }
  app.get('/at-once', (_request, reply) => answer(reply))
  app.get('/unknown-to-turns', (_request, reply) => answer(reply))
  app.get('/unsendable', (_request, reply) => answer(reply.header('x-broken', 'two\nlines')))
  app.get('/later', async (_request, reply) => {
    await new Promise((resolve) => setImmediate(resolve))
    setImmediate(() => order.push('next turn'))
    return answer(reply)
  })
  return { app, order }
}

t.test('answers that are made in one turn of the event loop are sent in a row', async (t) => {
  const { app, order } = watched()
  await app.ready()
  const answers = await Promise.all([app.inject('/at-once'), app.inject('/at-once')])
  t.strictSame(
    answers.map(({ statusCode, body }) => `${statusCode} ${body}`),
    ['200 an answer', '200 an answer']
  )
  t.strictSame(order, ['made', 'made', 'sent', 'sent'])
  await app.close()
})

t.test('an answer that had to wait for something is sent as soon as it is there', async (t) => {
  const { app, order } = watched()
  const { body } = await app.inject('/later')
  t.equal(body, 'an answer')
  t.strictSame(order.slice(0, 2), ['made', 'sent'])
  await app.close()
})

t.test('turn after turn, and what no turn knows of, is answered', async (t) => {
  const { app } = watched()
  for (const path of ['/at-once', '/unknown-to-turns', '/at-once', '/later', '/at-once']) {
    t.equal((await app.inject(path)).body, 'an answer', path)
  }
  await app.close()
})

t.test('an answer that cannot be sent is a failure of its own, and of nobody else', async (t) => {
  const { app } = watched()
  await app.ready()
  const paths = ['/at-once', '/unsendable', '/at-once']
  const answers = await Promise.all(paths.map((path) => app.inject(path)))
  t.strictSame(
    answers.map(({ statusCode }) => statusCode),
    [200, 500, 200]
  )
  await app.close()
})
