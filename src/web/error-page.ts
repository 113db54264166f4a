import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Problem } from '../generated/problem.ts'
import { facts, type Html, html } from './html.ts'
import { type Page, rootOf, sendPage } from './page.ts'
import { signInForm } from './sign-in-form.ts'
import type { Surroundings } from './surroundings.ts'
import { prose } from './words.ts'

/** Shows a problem to a person: what it is, what to do, and the number that an operator finds it by. */
export function sendErrorPage(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  surroundings: Surroundings
): FastifyReply {
  const problem = surroundings.answerError(error, request, reply)
  const page = errorPage(problem, request, rootOf(request, surroundings))
  if (problem.code === 'UNAUTHENTICATED') {
    reply.header('www-authenticate', 'Bearer realm="lodestone"')
  }
  return sendPage(request, reply, surroundings, page)
}

function errorPage(problem: Problem, request: FastifyRequest, root: string): Page {
  if (problem.code === 'UNAUTHENTICATED') {
    const body = html`<p class="lead">${prose(problem.detail)}</p>
${signInForm(root, { to: wayTo(request) })}`
    return { title: 'Sign in', body }
  }
  return {
    title: problem.title,
    body: html`${told(problem)}<p><a href="${root}">Start page</a></p>
`
  }
}

function told(problem: Problem): Html {
  const { detail, errors = [], status, code } = problem
  return html`<p class="lead">${prose(detail)}</p>
${
  errors.length > 0 &&
  html`<ul>${errors.map(({ pointer, message }) => html`<li>${pointer !== undefined && pointer !== '' && html`<code>${pointer}</code> `}${message}</li>`)}</ul>
`
}${facts([
  ['Status', `${status} ${code}`],
  ['Request', problem.instance?.replace('urn:uuid:', '')]
])}`
}

/** Where to go on after signing in, from the folder of all pages; only what GET has asked for. */
function wayTo({ method, url }: FastifyRequest): string {
  return method === 'GET' ? url.replace(/^.*?\/web\//, '') : ''
}
