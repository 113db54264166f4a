import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Html, html, type Part } from './html.ts'
import type { Surroundings } from './surroundings.ts'
import { visitorOf } from './visitor.ts'

/** Nothing runs, nothing is loaded from elsewhere, and no other page can hold this one in a frame. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

export const PREFIX = '/web'

export interface Page {
  readonly title: string
  readonly body: Html
}

/** Sends a whole page: head, ways around, content. What somebody sees who is signed in is kept nowhere. */
export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  surroundings: Surroundings,
  page: Page
): FastifyReply {
  const personal = visitorOf(request) !== null
  if (!reply.hasHeader('cache-control')) {
    reply.header('cache-control', personal ? 'no-store' : 'private, no-cache')
  }
  return (
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', POLICY)
      // With no-referrer browsers would say of our own forms that they come from nowhere.
      .header('referrer-policy', 'same-origin')
      .header('vary', 'cookie')
      .send(whole(rootOf(request, surroundings), page, personal).text)
  )
}

/**
 * The way from a page to the folder of all pages. Addresses are written from where the reader is: the
 * service does not know what a proxy has taken off before them.
 */
export function rootOf({ url }: FastifyRequest, { pathOf }: Pick<Surroundings, 'pathOf'>): string {
  const depth =
    pathOf(url)
      .slice(PREFIX.length + 1)
      .split('/').length - 1
  return depth === 0 ? './' : '../'.repeat(depth)
}

function whole(root: string, { title, body }: Page, personal: boolean): Html {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} · Lodestone</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="${root}style.css">
<link rel="icon" href="${root}icon.svg" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="home" href="${root}">Lodestone</a>
<nav aria-label="Pages">
<ul>
<li><a href="${root}declarations">Declarations</a></li>
<li><a href="${root}withdrawn">Withdrawn</a></li>
<li><a href="${root}batches">My batches</a></li>
<li><a href="${root}reports">Reports</a></li>
<li><a href="${root}../docs/">API</a></li>
</ul>
</nav>
${personal ? signedIn(root) : html`<p class="account"><a href="${root}sign-in">Sign in</a></p>`}
</header>
<main id="content" tabindex="-1">
<h1>${title}</h1>
${body}</main>
<footer><p>Every page is made from the same answers as the <a href="${root}../docs/">API</a> gives. Nothing here runs in your browser.</p></footer>
</body>
</html>
`
}

function signedIn(root: string): Html {
  return html`<form class="account" method="post" action="${root}sign-out"><button>Sign out</button></form>`
}

/** The ways to the next part of a list, and back to its beginning. */
export function pager(request: FastifyRequest, next: string | undefined): Part {
  const start = request.url.indexOf('?')
  const query = new URLSearchParams(start === -1 ? '' : request.url.slice(start + 1))
  const later = query.has('cursor')
  query.delete('cursor')
  const first = `?${query}`
  if (next !== undefined) query.set('cursor', next)
  if (next === undefined && !later) return null
  return html`<nav class="pager" aria-label="Parts of the list">
${later && html`<a href="${first}">First page</a>`}
${next !== undefined && html`<a href="?${query.toString()}" rel="next">Next page</a>`}
</nav>
`
}
