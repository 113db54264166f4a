import fc from 'fast-check'
import t from 'tap'
import { alike } from '../../src/web/alike.ts'
import { exactTotal } from '../../src/web/exact-total.ts'
import { html, named, table } from '../../src/web/html.ts'
import { linkTo, nameIn, prose } from '../../src/web/words.ts'
import { readable, readHtml } from '../support/read-html.ts'
import { SEED } from '../support/seed.ts'

const page = (text: string) => `<!DOCTYPE html>\n${text}`

t.test('whatever somebody is called stays a text, in attributes too', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { text: written } = html`<p title="${text}">${text}</p>`
      const [first] = readHtml(page(written))
      const shown = readable(/>([^<]*)</.exec(written)?.[1] ?? '')
      return first?.attributes.get('title') === shown && shown.length === text.toWellFormed().length
    }),
    { seed: SEED }
  )
  const { text } = html`<b>${'"><script>alert(1)</script>'}</b>`
  t.equal(text, '<b>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</b>')
  t.equal(html`${'a\u0000b\u001fc\ufffe\ud800'}`.text, 'a\ufffdb\ufffdc\ufffd\ufffd')
})

t.test('markup stays markup, lists stand in a row, what is absent leaves nothing', async (t) => {
  const { text } = html`${[html`<i>1</i>`, 'a&b', 2]}${null}${undefined}${false}${0}`
  t.equal(text, '<i>1</i>a&amp;b20')
})

t.test('a table names itself for whoever cannot see it', async (t) => {
  const { text } = table({
    caption: html`<b>Bob’s</b> ${'"A&B"'}`,
    heads: ['x'],
    rows: [[named('<')]]
  })
  const [region] = readHtml(page(text))
  t.equal(region?.attributes.get('aria-label'), 'Bob’s "A&B"')
})

t.test('only addresses of the web become links', async (t) => {
  t.match(
    linkTo('https://epd.example/1?a="b"').text,
    /^<a href="https:\/\/epd.example\/1\?a=%22b%22"/
  )
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', ' jAvAscript:1', 'nothing']) {
    t.notMatch(linkTo(bad).text, /<a/, bad)
  }
})

t.test('names in a language say in which', async (t) => {
  t.equal(nameIn({ de: 'Erz', en: 'Ore' })?.text, '<bdi lang="en">Ore</bdi>')
  t.equal(nameIn({ de: 'Erz' })?.text, '<bdi lang="de">Erz</bdi>')
  t.equal(nameIn({ '"x': 'Erz' })?.text, '<bdi>Erz</bdi>')
  t.equal(nameIn({}), null)
  t.equal(prose('use `<a>` or `b`').text, 'use <code>&lt;a&gt;</code> or <code>b</code>')
})

t.test('shares are added without losing any of them', async (t) => {
  t.equal(exactTotal(['0.333333333333', '0.333333333333', '0.333333333334']), '1')
  t.equal(exactTotal(['0.1', '0.2']), '0.3')
  t.equal(exactTotal(['1', '0.000000000001']), '1.000000000001')
  t.equal(exactTotal([]), '0')
})

t.test('what says the same stands together', async (t) => {
  t.strictSame(
    alike([1, 2, 3, 4], (n) => n % 2),
    [
      [1, 3],
      [2, 4]
    ]
  )
})
