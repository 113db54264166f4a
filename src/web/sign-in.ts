import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RegistryError } from '../errors.ts'
import { TokenRefused } from '../registry/access/authenticator.ts'
import type { Scope } from '../registry/deps.ts'
import { refuseCrossSite } from './cross-site.ts'
import { html } from './html.ts'
import { rootOf, sendPage } from './page.ts'
import { signInForm } from './sign-in-form.ts'
import type { Surroundings } from './surroundings.ts'
import { forgetToken, keepToken } from './visitor.ts'

const FORM = 'application/x-www-form-urlencoded'
const LARGEST_FORM_BYTES = 4_096
const form = {
  bodyLimit: LARGEST_FORM_BYTES,
  config: { scope: 'public', document: [FORM] }
} as const

/** Pages only ask: a token that is stolen from a browser records and publishes nothing. */
const READING: readonly Scope[] = ['epd:read', 'chain:read', 'report:read', 'party:read']

/** Signing in with the id and the secret of a client, and out. */
export function signInRoutes(app: FastifyInstance, surroundings: Surroundings): void {
  const { authenticator, rates, seeOther, publicUrl } = surroundings
  app.get('/sign-in', { config: { scope: 'public' } }, async (request, reply) => {
    const body = signInForm(rootOf(request, surroundings), {})
    return sendPage(request, reply, surroundings, { title: 'Sign in', body })
  })

  app.post(
    '/sign-in',
    { ...form, config: { ...form.config, rate: 'token' } },
    async (request, reply) => {
      refuseCrossSite(request, publicUrl)
      const { client, secret, to } = entered(request)
      try {
        const issued = await rates.proof(request, client, () =>
          authenticator.issue({ client, secret, among: READING })
        )
        keepToken(reply, surroundings, { token: issued.token, seconds: issued.expiresInSeconds })
      } catch (error) {
        if (!(error instanceof TokenRefused)) throw error
        // The same words for an unknown id, a wrong secret and a revoked client.
        surroundings.answerError(
          new RegistryError('UNAUTHENTICATED', error.message),
          request,
          reply
        )
        const again = signInForm(rootOf(request, surroundings), { client, to })
        const body = html`<p class="lead error" role="alert">${error.message}</p>
${again}`
        reply.header('www-authenticate', 'Bearer realm="lodestone"')
        return sendPage(request, reply, surroundings, { title: 'Sign in', body })
      }
      return seeOther(reply.header('cache-control', 'no-store'), isWay(to) ? to : './')
    }
  )

  app.post('/sign-out', form, async (request, reply) => {
    refuseCrossSite(request, publicUrl)
    forgetToken(reply, surroundings)
    return seeOther(reply.header('cache-control', 'no-store'), './')
  })
}

function entered(request: FastifyRequest) {
  const form = new URLSearchParams((request.body as Buffer).toString('utf8'))
  const field = (name: string): string => form.get(name) ?? ''
  return { client: field('client').trim(), secret: field('secret').trim(), to: field('to') }
}

/** One of our own pages, from their folder: nobody is led elsewhere by what a link has put into the form. */
function isWay(to: string): boolean {
  return /^(batches|declarations|reports)(?:[/?][\w/?&=.%:+-]*)?$/.test(to) && !to.includes('..')
}
