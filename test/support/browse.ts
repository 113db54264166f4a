import { readHtml } from './read-html.ts'
import type { Actor, Answer, TestApp } from './service.ts'

const HTML = 'text/html; charset=utf-8'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** Somebody with a browser: a cookie that it keeps, and pages that it can read. */
export interface Browser {
  cookie: string
  get(path: string): Promise<Answer>
  /** Sends a form as a page of our own does, unless the headers say otherwise. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>
  ): Promise<Answer>
  signIn(actor: Pick<Actor, 'client' | 'secret'>, to?: string): Promise<Answer>
}

/** Reads every page with a reader that takes nothing but plain markup. */
export function browser(service: TestApp): Browser {
  const ask = async (...[method, url, body, headers]: Parameters<Actor['request']>) => {
    const kept = browsing.cookie === '' ? {} : { cookie: browsing.cookie }
    const answer = await service.request(method, url, body, { ...kept, ...headers })
    const set = answer.headers['set-cookie']
    if (set !== undefined) browsing.cookie = String(set).split(';')[0] ?? ''
    if (url.startsWith('/web/') && answer.headers['content-type'] === HTML)
      readHtml(String(answer.body))
    return answer
  }
  const browsing: Browser = {
    cookie: '',
    get: (path) => ask('GET', path, undefined, { accept: 'text/html' }),
    post: (path, fields, headers = { 'sec-fetch-site': 'same-origin' }) =>
      ask('POST', path, `${new URLSearchParams(fields)}`, { ...FORM, ...headers }),
    signIn: ({ client, secret }, to = '') => browsing.post('/web/sign-in', { client, secret, to })
  }
  return browsing
}

/** Where the links, pictures and styles of a page lead, as its reader would go. */
export function linksOf(page: string, path: string): readonly string[] {
  const links = readHtml(page).flatMap(({ attributes }) =>
    ['href', 'src'].flatMap((name) => attributes.get(name) ?? [])
  )
  return [...new Set(links)]
    .map((link) => new URL(link, `http://lodestone.test${path}`))
    .filter(({ host }) => host === 'lodestone.test')
    .map(({ pathname, search }) => pathname + search)
}
