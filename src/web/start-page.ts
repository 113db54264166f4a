import type { FastifyInstance } from 'fastify'
import { RegistryError } from '../errors.ts'
import { readCheckpoint } from '../registry/log/read-log.ts'
import { type Html, html } from './html.ts'
import { sendPage } from './page.ts'
import type { Surroundings } from './surroundings.ts'
import { visitorOf } from './visitor.ts'

/** What the registry is, and the ways into it. */
export function startPage(app: FastifyInstance, surroundings: Surroundings): void {
  // Without the slash the addresses on the page would lead past the folder.
  const bare = { config: { scope: 'public' }, prefixTrailingSlash: 'no-slash' } as const
  app.get('/', bare, (_request, reply) => surroundings.seeOther(reply, 'web/'))
  app.get(
    '/',
    { config: { scope: 'public' }, prefixTrailingSlash: 'slash' },
    async (request, reply) => {
      const note = await checkpoint(surroundings)
      const title = 'A registry for the rare-earth chain'
      return sendPage(request, reply, surroundings, {
        title,
        body: content(note, visitorOf(request) !== null)
      })
    }
  )
}

async function checkpoint({ deps }: Surroundings): Promise<string | null> {
  try {
    return (await readCheckpoint(deps)).note
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'NOT_FOUND') return null
    throw error
  }
}

function content(note: string | null, personal: boolean): Html {
  return html`<p class="lead">Lodestone keeps books on every element, ore to magnet, and proves them. Producers submit
Environmental Product Declarations (EPDs) and record what happens to their batches; no more of an element comes out than
went in. A buyer sees where each element comes from, in shares that add up to exactly 1, with what nobody knows shown as unknown.</p>
<div class="ways">
<section aria-labelledby="find">
<h2 id="find">Find a declaration</h2>
<form action="declarations" role="search">
<p><label for="q">Words in names, owners, codes, numbers</label><input id="q" name="q" type="search" maxlength="500"></p>
<p><button>Search</button></p>
</form>
<p>Published declarations are open to everybody. So is the list of those that were <a href="withdrawn">withdrawn, and why</a>.</p>
</section>
<section aria-labelledby="trace">
<h2 id="trace">Look up a batch</h2>
<form action="batches">
<p><label for="number">Batch id, or its maker’s number</label><input id="number" name="number" maxlength="200" spellcheck="false"></p>
<p><button>Look up</button></p>
</form>
<p>Batches are shown to those who made, hold or were shown them${personal ? html`: <a href="batches">yours</a>` : html`; <a href="sign-in">sign in</a> with the client id and secret of your organization`}.</p>
</section>
</div>
<section aria-labelledby="trust">
<h2 id="trust">You need not trust whoever runs this</h2>
<p>Everything that is accepted becomes an entry of a log that can only grow. Its newest signed head:</p>
${note === null ? html`<p>The log has no head yet: nothing was accepted.</p>` : html`<pre class="note"><code>${note}</code></pre>`}
<p>Keep <a href="../log/key">the key of the log</a> once; then every receipt and every bundle of this registry can be verified
without a network, and <a href="../log/checkpoint">each later head</a> must go on from the ones you have seen:</p>
<pre><code>lodestone verify batch.lodestone.json --log-key log.key</code></pre>
</section>
<section aria-labelledby="programs">
<h2 id="programs">For programs</h2>
<p>Everything here can be asked by a program, and more: <a href="../docs/">the API</a>, <a href="../openapi.json">its description (OpenAPI)</a>, <a href="../schemas">the schemas</a>.</p>
</section>
`
}
