import { RegistryError } from '../../errors.ts'
import {
  BUNDLE_FORMAT,
  type Bundle,
  type BundleEntry,
  type BundleSubject
} from '../../log/bundle.ts'
import { entryData } from '../../log/entry.ts'
import { readStatement } from '../../log/read-statement.ts'
import { documentsAt, erasurePositions, keyPositions } from '../../storage/audit/bundle-parts.ts'
import { entriesAt, type StoredEntry } from '../../storage/journal/journal-entries.ts'
import { latestCheckpoint } from '../../storage/journal/log-tree.ts'
import type { Deps, Principal } from '../deps.ts'
import { proveInclusion } from '../log/prove.ts'
import { chainEntries } from './chain-entries.ts'
import { isNamedIn } from './chain-shown.ts'
import { type EntryQuestion, type EntryView, entryOf } from './entry-of.ts'
import { epdEntries } from './epd-entries.ts'
import { whenCovered } from './receipt.ts'

/** One thing with everything that proves it. Throws as `entryOf` and `receiptsFor` do. */
export async function bundleOf(
  deps: Deps,
  kind: Exclude<keyof typeof entryOf, 'batch'>,
  question: EntryQuestion
): Promise<Bundle> {
  const subject = { kind, id: question.id }
  if (kind === 'epd') return bundle(deps, subject, await epdEntries(deps, question))
  return bundle(deps, subject, [await entryOf[kind](deps, question)])
}

/** The chain of custody of a batch, as far as the caller may see it; the rest as blind leaves. */
export async function bundleOfChain(
  deps: Deps,
  principal: Principal,
  batch: string
): Promise<Bundle> {
  return bundle(deps, { kind: 'batch', id: batch }, await chainEntries(deps, principal, batch))
}

async function bundle(
  deps: Deps,
  subject: BundleSubject,
  views: readonly EntryView[]
): Promise<Bundle> {
  const shown = views.filter(({ open }) => open).map(({ position }) => position)
  const keys = await keysFor(deps, shown)
  const told = views.map(({ position }) => position)
  const erasures = await erasurePositions(deps.db, told)
  const open = new Set([...shown, ...keys, ...erasures])
  const positions = [...new Set([...told, ...keys, ...erasures])].sort(ascending)
  await whenCovered(deps, positions.at(-1) ?? 0)
  const head = await latestCheckpoint(deps.db)
  if (!head) throw new RegistryError('UNAVAILABLE', 'The log was not signed yet.')
  const [entries, documents, proofs] = [
    await entriesAt(deps.db, positions),
    await documentsAt(deps.db, [...open]),
    await proveInclusion(deps.db, positions, head.size)
  ]
  return {
    format: BUNDLE_FORMAT,
    subject: { ...subject, ...markOf(subject, entries, documents) },
    checkpoint: head.note,
    entries: entries.map((entry, n) => ({
      index: entry.position,
      proof: (proofs[n] ?? []).map(base64url),
      ...contentOf(entry, open.has(entry.position), documents.get(entry.position))
    }))
  }
}

/**
 * A reader must not take for a proof of the thing what only proves that something is hidden, or that it
 * was lawfully erased.
 */
function markOf(
  { kind, id }: BundleSubject,
  entries: readonly StoredEntry[],
  documents: ReadonlyMap<number, Buffer>
): { readonly shown?: false } {
  const kept = entries.filter(({ erased }) => erased === null)
  const events = kept.flatMap(({ position, kind, subject, organization }) => {
    const document = kind === 'event' ? documents.get(position) : undefined
    return document ? [{ event: subject, organization, document }] : []
  })
  const isShown =
    kind === 'batch'
      ? isNamedIn(events, id)
      : kept.some((entry) =>
          kind === 'entry'
            ? String(entry.position) === id
            : entry.kind === kind && entry.subject === id
        )
  return isShown ? {} : { shown: false }
}

function contentOf(
  entry: StoredEntry,
  open: boolean,
  document: Buffer | undefined
): Omit<BundleEntry, 'index' | 'proof'> {
  if (!open || entry.erased !== null) return { leaf: base64url(entryData(entry)) }
  return {
    statement: base64url(entry.statement),
    ...(entry.salt === null ? {} : { salt: base64url(entry.salt) }),
    ...(document === undefined ? {} : { document: base64url(document) })
  }
}

/** The entries of the keys that entries name, of those that vouched for these keys, and so on. */
async function keysFor({ db }: Pick<Deps, 'db'>, shown: readonly number[]): Promise<number[]> {
  const known = new Set(shown)
  const keys: number[] = []
  for (let fresh = [...shown]; fresh.length > 0; keys.push(...fresh)) {
    const signers = signersOf(await entriesAt(db, fresh))
    fresh = (await keyPositions(db, signers)).filter((position) => !known.has(position))
    for (const position of fresh) known.add(position)
  }
  return keys
}

/** The keys that the statements name. */
function signersOf(entries: readonly StoredEntry[]): string[] {
  return entries.flatMap(({ statement, erased }) => {
    // Who signed what was erased goes with it.
    if (erased !== null) return []
    const { signature, vouched } = (readStatement(statement)?.body ?? {}) as Signatures
    return [signature, vouched].flatMap((each) => (typeof each?.key === 'string' ? [each.key] : []))
  })
}

interface Signatures {
  readonly signature?: { readonly key?: unknown }
  readonly vouched?: { readonly key?: unknown }
}

function ascending(one: number, other: number): number {
  return one - other
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
