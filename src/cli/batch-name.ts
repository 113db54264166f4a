import { isUuid } from '../domain/ids.ts'
import type { ApiClient } from './client.ts'
import { CommandError, exitCodes } from './exit.ts'

interface Named {
  readonly id: string
  readonly number?: string
  readonly organization?: { readonly id: string; readonly name: string | null }
}

/** The id of a batch that people name by its id or by its lot number. */
export async function findBatch(client: ApiClient, name: string): Promise<string> {
  if (isUuid(name)) return name
  const answer = await client.get(`/v1/batches?number=${encodeURIComponent(name)}&limit=10`)
  const { items } = answer.json() as { readonly items: readonly Named[] }
  const [only, ...others] = items
  if (!only) {
    throw new CommandError(exitCodes.refused, `There is no batch ${name} that you may see.`)
  }
  if (others.length === 0) return only.id
  const choices = items.map(
    ({ id, organization }) =>
      `\n  ${id}  of ${organization?.name ?? organization?.id ?? 'somebody else'}`
  )
  throw new CommandError(
    exitCodes.refused,
    `Several batches have the number ${name}; name one by its id:${choices.join('')}`
  )
}
