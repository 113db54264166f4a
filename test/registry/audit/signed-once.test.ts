/** What somebody signed, entered again by whoever has the key of the log. */
import { createHash, randomUUID } from 'node:crypto'
import t from 'tap'
import { SignedOnce } from '../../../src/registry/audit/signed-once.ts'

const organization = randomUUID()
const signature = { key: 'k', jws: 'j' }

function judged(index: number, kind: string, subject: string, said: object, body: object = {}) {
  const document = Buffer.from(JSON.stringify(said))
  const sha256 = createHash('sha256').update(document).digest()
  const of = { sha256, size: document.length, mediaType: 'application/json' }
  const at = '2026-11-29T08:00:00.000Z'
  return {
    entry: { index, proof: [], statement: null, salt: null, leaf: null, document },
    statement: { kind, subject, organization, at, document: of, body: { ...body } }
  }
}

const AGAIN = 'What was signed once stands in the log a second time.'
const OTHERWISE = 'It was signed to replace something else than what was in force.'

t.test('a description of a party, which would take a later one back', async (t) => {
  const once = new SignedOnce()
  const [first, second] = [randomUUID(), randomUUID()]
  for (const kind of ['facility', 'organization']) {
    const told = (index: number, id: string, name: string, body: object = { signature }) =>
      once.entry(judged(index, kind, id, { name }, body))
    t.equal(told(1, first, 'Works'), null, 'nor is it taken for what another kind said')
    t.equal(told(2, first, 'New works'), null)
    t.equal(told(3, first, 'Works'), AGAIN)
    t.equal(told(4, second, 'Works'), null, 'of another party the same may be said')
    t.equal(told(5, second, 'Works', {}), null, 'what nobody signed may be said again')
  }
})

t.test('the end of a policy that came back', async (t) => {
  const once = new SignedOnce()
  const policy = (index: number, unsigned: string, replaces: number | null, body: object) =>
    once.entry(
      judged(index, 'signing_policy', organization, { unsigned, replaces }, { unsigned, ...body })
    )
  t.equal(policy(3, 'refused', null, {}), null)
  t.equal(policy(4, 'accepted', 3, { signature }), null)
  t.equal(policy(7, 'refused', null, {}), null)
  t.equal(policy(8, 'accepted', 3, { signature }), OTHERWISE)
})

t.test(
  'a setting that replaces one that nobody signed, or that of another organization',
  async (t) => {
    const once = new SignedOnce()
    const set = (index: number, of: string, replaces: number | null, body: object) => {
      const said = { rule: 'R4', mode: 'flag', replaces }
      return once.entry(judged(index, 'rule_setting', of, said, { rule: 'R4', ...body }))
    }
    t.equal(set(1, organization, null, {}), null)
    t.equal(set(2, randomUUID(), null, { signature }), null)
    t.equal(set(3, organization, null, { signature }), OTHERWISE)
    t.equal(set(4, organization, 3, { signature }), null)
  }
)

t.test('a setting that was taken back', async (t) => {
  const once = new SignedOnce()
  const set = (index: number, rule: string, mode: string, replaces: number | null | undefined) => {
    const said = { rule, mode, ...(replaces === undefined ? {} : { replaces }) }
    return once.entry(judged(index, 'rule_setting', organization, said, { rule, mode, signature }))
  }
  t.equal(set(1, 'R4', 'flag', null), null)
  t.equal(set(2, 'R5', 'flag', null), null, 'each rule has a setting of its own')
  t.equal(set(3, 'R4', 'refuse', 1), null)
  t.equal(set(4, 'R4', 'flag', null), OTHERWISE)
  t.equal(set(5, 'R5', 'refuse', undefined), OTHERWISE)
})
