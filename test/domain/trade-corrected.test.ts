import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import type { Effect } from '../../src/domain/custody/effect.ts'
import { desk, id } from '../support/books.ts'
import type { Trader } from '../support/random-trade.ts'
import { RandomTrade } from '../support/random-trade.ts'
import { SEED, seeded } from '../support/seed.ts'
import { accountOf, type Document, TradeLedger } from '../support/trade-ledger.ts'

const NAMES = ['acme', 'buyer', 'toller']

/** Books of three who trade with each other. */
function market() {
  const { books, record, facility } = desk()
  const traders = NAMES.map((name): Trader => {
    const place = facility(`plant of ${name}`, { organization: name })
    return { organization: id(name), facility: place }
  })
  const effects = new Map<string, Effect>()
  const batches = new Set<string>()
  /** Errors that refuse it; none where it was accepted. */
  const tell = (document: Document, organization: string): readonly string[] => {
    const actor = NAMES.find((name) => id(name) === organization) as string
    const { effect, findings } = record(document, actor)
    if (!effect) return findings.flatMap(({ code, severity }) => (severity === 'error' ? code : []))
    if (!effect.undoing) effects.set(String(document['id']), effect)
    for (const { state } of effect.newBatches) batches.add(state.id)
    return []
  }
  const held = () =>
    [...batches]
      .flatMap((batch) => books.batchAccounts.get(batch) ?? [])
      .flatMap((account) => books.accounts.get(account) ?? [])
  const accounts = () =>
    new Map(
      held()
        .map((account) => [accountOf(account), account.balanceUg - account.deficitUg] as const)
        .filter(([, ug]) => ug !== 0n)
    )
  return { books, traders, tell, held, accounts, effects }
}

type Market = ReturnType<typeof market>

/** Accounts that say anything but a balance or, frozen, a deficit. */
function misstated({ held }: Market) {
  return held().filter(({ balanceUg, deficitUg, frozen }) => {
    const stated = balanceUg >= 0n && deficitUg >= 0n && (balanceUg === 0n || deficitUg === 0n)
    return !stated || frozen !== deficitUg > 0n
  })
}

/** Lines of shipments that say anything else than their receipts that stand. */
function differentLines({ books, effects }: Market, ledger: TradeLedger) {
  const standing = new Set(ledger.standing().map((told) => told.id))
  return [...effects.values()].flatMap(({ newShipment }) => {
    const lines = newShipment ? (books.shipments.get(newShipment.id)?.lines ?? []) : []
    return lines.filter((line) => {
      const settled = ledger.settledOf(newShipment?.id ?? '', line.batch, line.owner)
      const openUg = line.shippedUg - settled.reduce((sum, ug) => sum + ug, 0n)
      const is = [line.receivedUg, line.returnedUg, line.lostUg, line.openUg]
      const stands = standing.has(newShipment?.id ?? '')
      return !isDeepStrictEqual(is, [...settled, stands ? openUg : 0n])
    })
  })
}

/**
 * Batches of which, of an element, another part is there than of the whole: what leaves takes its part along,
 * rounded down, and comes back whole.
 */
function unbalanced({ effects, books }: Market, ledger: TradeLedger) {
  const sums = new Map<string, { ug: bigint; massUg: bigint; postings: bigint }>()
  for (const told of ledger.standing()) {
    for (const { account, massUg, elements } of effects.get(told.id)?.postings ?? []) {
      for (const [element, ug] of elements ?? []) {
        const key = `${account.batch} ${element}`
        const sum = sums.get(key) ?? { ug: 0n, massUg: 0n, postings: 0n }
        const postings = sum.postings + 1n
        sums.set(key, { ug: sum.ug + ug, massUg: sum.massUg + massUg, postings })
      }
    }
  }
  return [...sums].filter(([key, { ug, massUg, postings }]) => {
    const [batch = '', element = ''] = key.split(' ')
    const whole = books.batches.get(batch)
    // Of what a correction made smaller no more leaves than it holds.
    if (!whole || whole.voidedBy !== null || massUg < 0n) return false
    const off = ug * whole.massUg - massUg * (whole.elements.get(element) ?? 0n)
    return (off < 0n ? -off : off) > 2n * postings * whole.massUg
  })
}

const MARKETS = Number(process.env['LODESTONE_TEST_HISTORIES'] ?? 60)
const EVENTS = 70

t.test('trade that is corrected in any order', async (t) => {
  t.comment(`seeds from ${SEED}`)
  const counts = { accepted: 0, takenBack: 0, short: 0, compared: 0, otherwise: 0 }
  for (let seed = SEED; seed < SEED + MARKETS; seed += 1) {
    const all = market()
    const trade = new RandomTrade(seeded(seed), all.traders)
    const { ledger } = trade
    const step = ({ by, document, settled }: ReturnType<RandomTrade['next']>) => {
      const wrong = String(document['event'])
      const followed = document['type'] === 'correct' && ledger.isReceived(wrong)
      const accepted = all.tell(document, by.organization).length === 0
      settled(accepted)
      if (!accepted) return
      counts.accepted += 1
      if (followed) counts.takenBack += 1
      if (ledger.short().size > 0) counts.short += 1
      const found = {
        accounts: isDeepStrictEqual(all.accounts(), ledger.accounts()),
        misstated: misstated(all),
        lines: differentLines(all, ledger),
        elements: unbalanced(all, ledger)
      }
      const right = { accounts: true, misstated: [], lines: [], elements: [] }
      if (!isDeepStrictEqual(found, right)) {
        t.same(found, right, `seed ${seed}, after ${JSON.stringify(document)}`)
      }
    }
    for (let event = 0; event < EVENTS; event += 1) step(trade.next())
    let mends = 0
    for (let next = trade.mended(); next && mends < 400; next = trade.mended(), mends += 1)
      step(next)
    const again = toldRight(ledger)
    if (!again) counts.otherwise += 1
    else {
      counts.compared += 1
      if (!isDeepStrictEqual(again, all.accounts())) t.same(again, all.accounts(), `seed ${seed}`)
    }
  }
  t.ok(counts.takenBack > 2 * MARKETS, JSON.stringify(counts))
  t.ok(counts.short > MARKETS)
  t.ok(counts.compared > MARKETS / 3)
})

/** The accounts of those who had told it right at once; null where it could not have been told in its order. */
function toldRight(ledger: TradeLedger): ReadonlyMap<string, bigint> | null {
  const fresh = market()
  const right = new TradeLedger()
  for (const { document, by } of ledger.standing()) {
    const { corrects, ...told } = document
    if (fresh.tell(told, by).length > 0) return null
    right.enter(told, by)
  }
  // What a receipt took or gave up as the rest is not more, nor less, because an earlier one was told otherwise since.
  return isDeepStrictEqual(right.figures(), ledger.figures()) ? fresh.accounts() : null
}
