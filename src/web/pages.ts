import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { RegistryError } from '../errors.ts'
import { batchListPage } from './batch-list-page.ts'
import { batchPages } from './batch-page.ts'
import { declarationListPage } from './declaration-list-page.ts'
import { declarationPage } from './declaration-page.ts'
import { sendErrorPage } from './error-page.ts'
import { ICON } from './icon.ts'
import { PREFIX } from './page.ts'
import { reportPages } from './report-pages.ts'
import { signInRoutes } from './sign-in.ts'
import { startPage } from './start-page.ts'
import type { Surroundings } from './surroundings.ts'
import { recognizeVisitors } from './visitor.ts'
import { withdrawnPage } from './withdrawn-page.ts'

/** Every page, below one prefix: no hook of theirs is passed by another route. */
export async function webPages(app: FastifyInstance, surroundings: Surroundings): Promise<void> {
  await app.register(async (web) => pagesBelow(web, surroundings), { prefix: PREFIX })
}

function pagesBelow(app: FastifyInstance, surroundings: Surroundings): void {
  app.setErrorHandler((error, request, reply) => {
    sendErrorPage(error, request, reply, surroundings)
  })
  app.setNotFoundHandler((request) => {
    throw nothingAt(surroundings.pathOf(request.url))
  })
  leaveEmptyFieldsOut(app)
  recognizeVisitors(app, surroundings)
  styleRoutes(app)
  startPage(app, surroundings)
  declarationListPage(app, surroundings)
  declarationPage(app, surroundings)
  withdrawnPage(app, surroundings)
  signInRoutes(app, surroundings)
  batchListPage(app, surroundings)
  batchPages(app, surroundings)
  reportPages(app, surroundings)
}

function nothingAt(path: string): RegistryError {
  return new RegistryError('NOT_FOUND', `Nothing is at ${path}.`)
}

/** A form sends every field, also those that nobody filled in. */
function leaveEmptyFieldsOut(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const query = request.query as Record<string, unknown>
    for (const [name, value] of Object.entries(query)) {
      const told = [value].flat().filter((one) => typeof one !== 'string' || one.trim() !== '')
      if (told.length === 0) delete query[name]
      else if (typeof value === 'string') query[name] = value.trim()
    }
  })
}

function styleRoutes(app: FastifyInstance): void {
  let style: string | undefined
  app.get('/style.css', { config: { scope: 'public' } }, async (_request, reply) => {
    style ??= readFileSync(new URL('style.css', import.meta.url), 'utf8')
    return reply.type('text/css; charset=utf-8').send(style)
  })
  app.get('/icon.svg', { config: { scope: 'public' } }, async (_request, reply) =>
    reply.type('image/svg+xml; charset=utf-8').send(ICON)
  )
}
